"""Addresses of mutual aid."""

from django.urls import path

from niangjia.work.mutual_aid.views import desk, fund, plans, settling, simulating, worker

app_name = "mutual_aid"
urlpatterns = [
    path("m/mutual-aid/", worker.mine, name="mine"),
    path("m/mutual-aid/agree", worker.agree, name="agree"),
    path("m/mutual-aid/join", worker.join, name="join"),
    path("desk/mutual-aid/", desk.campaign, name="campaign"),
    path("desk/mutual-aid/fund/", fund.fund, name="fund"),
    path("desk/mutual-aid/fund/<slug:plan>/", fund.purse, name="purse"),
    path("desk/mutual-aid/behind/<slug:plan>/", desk.behind, name="behind"),
    path("desk/mutual-aid/enrolments/", desk.enrolments, name="enrolments"),
    path("desk/mutual-aid/bills/", desk.bills, name="bills"),
    path("desk/mutual-aid/plans/", plans.plans, name="plans"),
    path("desk/mutual-aid/plans/new", plans.open_plan, name="open-plan"),
    path("desk/mutual-aid/plans/<slug:plan>/", plans.plan, name="plan"),
    path("desk/mutual-aid/plans/<slug:plan>/edit", plans.edit, name="edit-plan"),
    path("desk/mutual-aid/plans/<slug:plan>/version", plans.version, name="plan-version"),
    path("desk/mutual-aid/plans/<slug:plan>/next", plans.next_plan, name="next-plan"),
    path("desk/mutual-aid/plans/<slug:plan>/publish", plans.publish, name="publish-plan"),
    path("desk/mutual-aid/plans/<slug:plan>/take-back", plans.take_back, name="take-back-plan"),
    path("desk/mutual-aid/plans/<slug:plan>/discard", plans.discard, name="discard-plan"),
    path("desk/mutual-aid/plans/<slug:plan>/forward", plans.forward, name="forward"),
    path("desk/mutual-aid/simulate/", simulating.simulations, name="simulations"),
    path("desk/mutual-aid/simulate/pick", simulating.pick, name="pick-simulations"),
    path("desk/mutual-aid/simulate/compare", simulating.compare, name="compare-simulations"),
    path("desk/mutual-aid/simulate/new/<slug:plan>/", simulating.simulate, name="simulate"),
    path("desk/mutual-aid/simulate/<slug:run>/", simulating.simulation, name="simulation"),
    path("desk/mutual-aid/simulate/<slug:run>/progress", simulating.progress, name="simulation-progress"),
    path("desk/mutual-aid/simulate/<slug:run>/stop", simulating.stop, name="stop-simulation"),
    path("desk/mutual-aid/units/<slug:code>/<slug:plan>/", desk.unit, name="unit"),
    path("desk/mutual-aid/units/<slug:code>/<slug:plan>/enrol", desk.enrol, name="enrol"),
    path("desk/mutual-aid/units/<slug:code>/<slug:plan>/bill", desk.bill, name="bill"),
    path("desk/mutual-aid/units/<slug:code>/<slug:plan>/members/<slug:member>/end", desk.end, name="end"),
    path("desk/mutual-aid/bills/<slug:bill>/paid", desk.paid, name="paid"),
    path("desk/mutual-aid/bills/<slug:bill>/cancel", desk.cancel, name="cancel"),
    path("desk/mutual-aid/settlements/", settling.settlements, name="settlements"),
    path("desk/mutual-aid/settlements/pay", settling.pay, name="pay"),
    path("desk/mutual-aid/settlements/<slug:settlement>/", settling.settlement, name="settlement"),
    path("desk/mutual-aid/settlements/<slug:settlement>/<slug:verb>", settling.do, name="do-settlement"),
    path("desk/mutual-aid/intakes/", settling.intakes, name="intakes"),
    path("desk/mutual-aid/intakes/new", settling.take, name="take"),
    path("desk/mutual-aid/intakes/<slug:intake>/", settling.intake, name="intake"),
    path("desk/mutual-aid/intakes/<slug:intake>/totals", settling.totals, name="totals"),
]
