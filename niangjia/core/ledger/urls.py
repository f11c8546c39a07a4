"""Addresses of the ledger."""

from django.urls import path

from niangjia.core.ledger.views import desk, payments

app_name = "ledger"
urlpatterns = [
    path("desk/ledger/", desk.funds, name="funds"),
    path("desk/ledger/new", desk.new_fund, name="new-fund"),
    path("desk/ledger/payments/", payments.batches, name="batches"),
    path("desk/ledger/payments/<slug:payment>/", payments.batch, name="batch"),
    path("desk/ledger/payments/<slug:payment>/file", payments.bank_file, name="bank-file"),
    path("desk/ledger/payments/<slug:payment>/<slug:verb>", payments.do, name="do-batch"),
    path("desk/ledger/entries/<slug:voucher>/", desk.entry, name="entry"),
    path("desk/ledger/entries/<slug:voucher>/reverse", desk.take_back, name="reverse"),
    path("desk/ledger/<slug:code>/", desk.fund, name="fund"),
    path("desk/ledger/<slug:code>/new", desk.new_entry, name="new-entry"),
    path("desk/ledger/<slug:code>/close", desk.close, name="close"),
    path("desk/ledger/<slug:code>/<slug:number>/", desk.account, name="account"),
]
