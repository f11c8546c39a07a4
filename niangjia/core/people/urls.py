"""Addresses of people."""

from django.urls import path

from niangjia.core.people.views import change, correction, desk, duplicates, looking, transfers, worker

app_name = "people"
urlpatterns = [
    # desk
    path("desk/people/", desk.person_list, name="list"),
    path("desk/people/export", desk.export, name="export"),
    path("desk/people/transfer", change.transfer_many, name="transfer-many"),
    path("desk/people/register", change.register, name="register"),
    path("desk/people/duplicates/", duplicates.duplicates, name="duplicates"),
    path("desk/people/duplicates/<slug:one>/<slug:other>/", duplicates.merge, name="merge"),
    path("desk/people/transfers/", transfers.transfers, name="transfers"),
    path("desk/people/transfers/new", transfers.call_in, name="call_in"),
    path("desk/people/transfers/<int:number>/<slug:verb>", transfers.answer, name="answer_transfer"),
    path("desk/people/<slug:code>/", desk.detail, name="detail"),
    path("desk/people/<slug:code>/do/<slug:verb>/", change.do, name="do"),
    path("desk/people/<slug:code>/correction/", correction.work, name="correction"),
    path("desk/people/<slug:code>/see/<slug:field>/", looking.unmask, name="unmask"),
    path("desk/people/<slug:code>/certificate/", looking.certificate, name="certificate"),
    path("desk/people/<slug:code>/merges/<slug:event>/undo", duplicates.undo_merge, name="undo_merge"),
    # worker
    path("m/card/", worker.card, name="card"),
    path("c/<str:token>", worker.card_check, name="card_check"),
    path("m/me/", worker.mine, name="me"),
    path("m/me/correct/", worker.correct, name="correct"),
    path("m/looks/", worker.looked, name="looks"),
]
