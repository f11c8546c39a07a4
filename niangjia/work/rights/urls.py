"""Addresses of rights."""

from django.urls import path

from niangjia.work.rights.views import desk, worker

app_name = "rights"
urlpatterns = [
    path("m/rights/ask/", worker.ask, name="ask"),
    path("m/rights/ask/<int:number>/", worker.ask, name="ask-step"),
    path("m/rights/send/", worker.send, name="send"),
    path("desk/rights/new", desk.register, name="register"),
    path("desk/rights/<slug:code>/evidence/<int:number>", desk.evidence, name="evidence"),
    path("desk/rights/<slug:code>/receipts/<int:number>/reverse", desk.reverse_receipt, name="reverse"),
]
