"""Addresses of imports."""

from django.urls import path

from niangjia.core.imports.views import desk

app_name = "imports"
urlpatterns = [
    path("desk/imports/", desk.batch_list, name="list"),
    path("desk/imports/new/", desk.new, name="new"),
    path("desk/imports/templates/<slug:code>.xlsx", desk.template, name="template"),
    path("desk/imports/approve", desk.approve_many, name="approve_many"),
    path("desk/imports/<slug:code>/", desk.batch, name="batch"),
    path("desk/imports/<slug:code>/progress", desk.progress, name="progress"),
    path("desk/imports/<slug:code>/columns", desk.columns, name="columns"),
    path("desk/imports/<slug:code>/unions", desk.unions, name="unions"),
    path("desk/imports/<slug:code>/submit", desk.submit, name="submit"),
    path("desk/imports/<slug:code>/approve", desk.approve, name="approve"),
    path("desk/imports/<slug:code>/return", desk.give_back, name="give_back"),
    path("desk/imports/<slug:code>/again", desk.again, name="again"),
    path("desk/imports/<slug:code>/undo", desk.undo, name="undo"),
    path("desk/imports/<slug:code>/refused.xlsx", desk.refused, name="refused"),
]
