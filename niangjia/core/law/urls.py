"""Addresses of the law: terms, the two calculators, working days, local rates."""

from django.urls import path

from niangjia.core.law.views import calculators, desk, entering

app_name = "law"
urlpatterns = [
    path("desk/law/", desk.terms, name="terms"),
    path("desk/law/due/", calculators.due, name="due"),
    path("desk/law/limitation/", calculators.limitation, name="limitation"),
    path("desk/law/calendar/", desk.calendar, name="calendar"),
    path("desk/law/calendar/new/", entering.enter_notice, name="enter_notice"),
    path("desk/law/calendar/<str:code>/void/", entering.void_notice, name="void_notice"),
    path("desk/law/rates/", desk.rates, name="rates"),
    path("desk/law/rates/new/", entering.enter_rate, name="enter_rate"),
    path("desk/law/rates/<str:code>/void/", entering.void_rate, name="void_rate"),
    path("desk/law/<str:code>/", desk.term, name="term"),
]
