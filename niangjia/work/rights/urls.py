"""Addresses of rights."""

from django.urls import path

from niangjia.work.rights.views import desk

app_name = "rights"
urlpatterns = [
    path("desk/rights/new", desk.register, name="register"),
    path("desk/rights/<slug:code>/receipts/<int:number>/reverse", desk.reverse_receipt, name="reverse"),
]
