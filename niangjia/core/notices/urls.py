"""Addresses of notices."""

from django.urls import path

from niangjia.core.notices.views import desk, worker

app_name = "notices"
urlpatterns = [
    path("m/messages/", worker.box, name="messages"),
    path("m/messages/outside", worker.wanted, name="wanted"),
    path("desk/messages/", desk.box, name="desk-messages"),
    path("desk/messages/outside", desk.wanted, name="desk-wanted"),
    path("desk/outbox/", desk.outbox, name="outbox"),
    path("desk/outbox/resend", desk.resend, name="resend"),
]
