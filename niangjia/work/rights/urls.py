"""Addresses of rights."""

from django.urls import path

from niangjia.work.rights.views import aid, calculator, desk, roster, where, worker

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
    path("desk/aid/", aid.overview, name="aid"),
    path("desk/aid/new", aid.apply_for_aid, name="aid-new"),
    path("desk/aid/fees/", aid.fees, name="fees"),
    path("desk/aid/draw", aid.draw, name="draw"),
    path("desk/aid/rates/", roster.rates, name="rates"),
    path("desk/aid/rates/new", roster.set_rate, name="rate-new"),
    path("desk/aid/helpers/", roster.helpers, name="helpers"),
    path("desk/aid/helpers/new", roster.enlist, name="helper-new"),
    path("desk/aid/helpers/<slug:helper>/", roster.helper, name="helper"),
    path("desk/aid/helpers/<slug:helper>/change", roster.change_helper, name="helper-change"),
    path("desk/aid/helpers/<slug:helper>/end", roster.end_helper, name="helper-end"),
    path("desk/aid/helpers/<slug:helper>/tie", roster.declare_tie, name="helper-tie"),
    path("desk/aid/<slug:code>/note", aid.note, name="note"),
]
