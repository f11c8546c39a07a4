"""Addresses of notices."""

from django.urls import path

from niangjia.core.notices.views import desk, worker

app_name = "notices"
urlpatterns = [
    path("m/messages/", worker.box, name="messages"),
    path("desk/outbox/", desk.outbox, name="outbox"),
    path("desk/outbox/resend", desk.resend, name="resend"),
]
