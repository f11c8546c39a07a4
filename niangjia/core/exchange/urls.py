"""Addresses of the exchange."""

from django.urls import path

from niangjia.core.exchange.views import desk, letters, parcels, partners

app_name = "exchange"
urlpatterns = [
    path("desk/exchange/", desk.message_list, name="list"),
    path("desk/exchange/partners/", partners.partner_list, name="partners"),
    path("desk/exchange/partners/new", partners.add, name="add"),
    path("desk/exchange/partners/own-key", partners.own_key, name="own-key"),
    path("desk/exchange/partners/<slug:partner>/", partners.detail, name="partner"),
    path("desk/exchange/partners/<slug:partner>/<slug:verb>", partners.do, name="do-partner"),
    path("desk/exchange/keys/<slug:key_id>/<slug:verb>", partners.do_key, name="do-key"),
    path("desk/exchange/parcels/", parcels.parcel_list, name="parcels"),
    path("desk/exchange/parcels/new", parcels.new, name="parcel-new"),
    path("desk/exchange/parcels/<slug:code>/", parcels.detail, name="parcel"),
    path("desk/exchange/parcels/<slug:code>/file", parcels.take, name="parcel-take"),
    path("desk/exchange/parcels/<slug:code>/control.json", parcels.control, name="parcel-control"),
    path("desk/exchange/<slug:number>/reply", letters.reply, name="reply"),
    path("desk/exchange/<slug:number>/", desk.detail, name="detail"),
    path("desk/exchange/<slug:number>/<slug:verb>", desk.do, name="do"),
]
