"""Addresses of figures: the list, each figure, entered and frozen values, the report."""

from django.urls import path

from niangjia.core.figures.views import desk, entered, report

app_name = "figures"
urlpatterns = [
    path("desk/figures/", desk.figures, name="list"),
    path("desk/figures/entered/", entered.entered, name="entered"),
    path("desk/figures/entered/new/", entered.enter, name="enter"),
    path("desk/figures/entered/sheet/", entered.sheet, name="sheet"),
    path("desk/figures/entered/template.xlsx", entered.template, name="template"),
    path("desk/figures/entered/<str:code>/", entered.value, name="value"),
    path("desk/figures/entered/<str:code>/sign/", entered.sign, name="sign"),
    path("desk/figures/entered/<str:code>/void/", entered.void, name="void"),
    path("desk/figures/frozen/<str:code>/", desk.frozen, name="frozen"),
    path("desk/figures/<str:code>/", desk.detail, name="detail"),
    path("desk/figures/<str:code>/freeze/", desk.freeze, name="freeze"),
    path("report/five-year", report.five_year, name="report"),
]
