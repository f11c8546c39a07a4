"""Addresses of mutual aid."""

from django.urls import path

from niangjia.work.mutual_aid.views import claims, desk, seconds, settling, worker

app_name = "mutual_aid"
urlpatterns = [
    path("m/mutual-aid/", worker.mine, name="mine"),
    path("m/mutual-aid/agree", worker.agree, name="agree"),
    path("m/mutual-aid/join", worker.join, name="join"),
    path("m/mutual-aid/claim/", claims.claim, name="claim"),
    path("m/mutual-aid/claim/<slug:part>/", claims.claim, name="claim-part"),
    path("m/mutual-aid/appeal", claims.appeal, name="appeal-unseen"),
    path("m/mutual-aid/settlements/<slug:settlement>/appeal", claims.appeal, name="appeal"),
    path("m/mutual-aid/claims/<slug:claim>/appeal", claims.appeal_claim, name="appeal-claim"),
    path("desk/mutual-aid/clawbacks/", seconds.clawbacks, name="clawbacks"),
    path("desk/mutual-aid/looks/", seconds.looks, name="looks"),
    path("desk/mutual-aid/looks/<int:look>/", seconds.look, name="look"),
    path("desk/mutual-aid/draws/", seconds.draws, name="draws"),
    path("desk/mutual-aid/draws/publish", seconds.publish_draw, name="publish-draw"),
    path("desk/mutual-aid/draws/<slug:draw>/", seconds.draw, name="draw"),
    path("desk/mutual-aid/claims/<slug:claim>/illness", seconds.illness, name="illness"),
    path("desk/mutual-aid/", desk.campaign, name="campaign"),
    path("desk/mutual-aid/enrolments/", desk.enrolments, name="enrolments"),
    path("desk/mutual-aid/bills/", desk.bills, name="bills"),
    path("desk/mutual-aid/plans/", desk.plans, name="plans"),
    path("desk/mutual-aid/plans/<slug:plan>/", desk.plan, name="plan"),
    path("desk/mutual-aid/plans/<slug:plan>/forward", desk.forward, name="forward"),
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
