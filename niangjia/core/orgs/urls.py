"""Addresses of organisations."""

from django.urls import path

from niangjia.core.orgs.views import change, desk, public

app_name = "orgs"
urlpatterns = [
    path("desk/orgs/", desk.org_list, name="list"),
    path("desk/orgs/remind", desk.remind, name="remind"),
    path("desk/orgs/<slug:code>/", desk.detail, name="detail"),
    path("desk/orgs/<slug:code>/branch", desk.branch, name="branch"),
    path("desk/orgs/<slug:code>/do/<slug:verb>/", change.do, name="do"),
    path("u/<slug:code>/", public.card, name="public"),
]
