"""Addresses of the ledger."""

from django.urls import path

from niangjia.core.ledger.views import audit, bank, budgets, desk, payments

app_name = "ledger"
urlpatterns = [
    path("desk/ledger/", desk.funds, name="funds"),
    path("desk/ledger/new", desk.new_fund, name="new-fund"),
    path("desk/ledger/audit/", audit.flags, name="audit"),
    path("desk/ledger/audit/<slug:flag>/", audit.flag, name="flag"),
    path("desk/ledger/payments/", payments.batches, name="batches"),
    path("desk/ledger/payments/<slug:payment>/", payments.batch, name="batch"),
    path("desk/ledger/payments/<slug:payment>/file", payments.bank_file, name="bank-file"),
    path("desk/ledger/payments/<slug:payment>/<slug:verb>", payments.do, name="do-batch"),
    path("desk/ledger/entries/<slug:voucher>/", desk.entry, name="entry"),
    path("desk/ledger/entries/<slug:voucher>/reverse", desk.take_back, name="reverse"),
    path("desk/ledger/bank-lines/<slug:line>/", bank.bank_line, name="bank-line"),
    path("desk/ledger/bank-lines/<slug:line>/unmatch", bank.unmatch, name="unmatch"),
    path("desk/ledger/commitments/<slug:commitment>/", budgets.commitment, name="commitment"),
    path("desk/ledger/commitments/<slug:commitment>/release", budgets.release, name="release"),
    path("desk/ledger/<slug:code>/", desk.fund, name="fund"),
    path("desk/ledger/<slug:code>/new", desk.new_entry, name="new-entry"),
    path("desk/ledger/<slug:code>/close", desk.close, name="close"),
    path("desk/ledger/<slug:code>/entries/", desk.entries, name="entries"),
    path("desk/ledger/<slug:code>/budget/", budgets.budget, name="budget"),
    path("desk/ledger/<slug:code>/budget/<int:year>/change", budgets.change_budget, name="change-budget"),
    path("desk/ledger/<slug:code>/budget/<int:year>/<slug:verb>", budgets.decide_budget, name="decide-budget"),
    path("desk/ledger/<slug:code>/commitments/", budgets.commitments, name="commitments"),
    path("desk/ledger/<slug:code>/commitments/new", budgets.commit, name="commit"),
    path("desk/ledger/<slug:code>/bank/", bank.bank, name="bank"),
    path("desk/ledger/<slug:code>/bank/take", bank.take, name="take-statement"),
    path("desk/ledger/<slug:code>/bank/match", bank.match, name="match"),
    path("desk/ledger/<slug:code>/bank/lines/", bank.bank_lines, name="bank-lines"),
    path("desk/ledger/<slug:code>/bank/reconciliation", bank.reconciliation, name="reconciliation"),
    path("desk/ledger/<slug:code>/<slug:number>/", desk.account, name="account"),
]
