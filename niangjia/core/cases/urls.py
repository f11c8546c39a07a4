"""Addresses of cases."""

from django.urls import path

from niangjia.core.cases.views import attachments, change, desk, worker

app_name = "cases"
urlpatterns = [
    path("desk/cases/", desk.case_list, name="list"),
    path("desk/cases/bulk/<slug:name>", desk.bulk, name="bulk"),
    path("desk/leave/", desk.leave, name="leave"),
    path("desk/cases/<slug:code>/", desk.detail, name="detail"),
    path("desk/cases/<slug:code>/step/<slug:name>/", desk.step, name="step"),
    path("desk/cases/<slug:code>/do/<slug:verb>/", change.do, name="do"),
    path("desk/cases/<slug:code>/files/", attachments.attachments, name="files"),
    path("desk/cases/<slug:code>/files/<int:number>", attachments.attachment, name="file"),
    path("desk/cases/<slug:code>/files/<int:number>/withdraw", attachments.withdraw, name="withdraw"),
    path("m/cases/", worker.case_list, name="mine"),
    path("m/cases/<slug:code>/", worker.detail, name="own"),
    path("m/cases/<slug:code>/files/<int:number>", worker.attachment, name="own-file"),
    path("m/cases/<slug:code>/step/<slug:name>/", worker.step, name="own-step"),
]
