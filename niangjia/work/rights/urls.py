"""Addresses of rights."""

from django.urls import path

from niangjia.work.rights.views import calculator, desk, where, worker

app_name = "rights"
urlpatterns = [
    path("m/rights/ask/", worker.ask, name="ask"),
    path("m/rights/ask/<int:number>/", worker.ask, name="ask-step"),
    path("m/rights/send/", worker.send, name="send"),
    path("m/rights/calculate/", calculator.choose, name="calculate"),
    path("m/rights/calculate/<slug:what>/", calculator.reckon, name="reckon"),
    path("m/rights/calculate/<slug:what>/ask/", calculator.take, name="take"),
    path("m/rights/where/", where.where, name="where"),
    path("m/rights/where/ask/", where.where_ask, name="where-ask"),
    path("m/rights/where/letter/", where.letter, name="letter"),
    path("m/rights/accident/", where.accident, name="accident"),
    path("desk/rights/<slug:code>/path", where.decide_path, name="path"),
    path("desk/rights/calculator/", calculator.desk, name="calculator"),
    path("desk/rights/calculator/<slug:sort>/", calculator.desk, name="calculator-sort"),
    path("desk/rights/<slug:code>/calculator/<slug:sort>/", calculator.desk, name="calculator-of"),
    path("desk/rights/new", desk.register, name="register"),
    path("desk/rights/<slug:code>/evidence/<int:number>", desk.evidence, name="evidence"),
    path("desk/rights/<slug:code>/receipts/<int:number>/reverse", desk.reverse_receipt, name="reverse"),
]
