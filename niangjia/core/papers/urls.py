"""Addresses of papers."""

from django.urls import path

from niangjia.core.papers.views import desk, worker

app_name = "papers"
urlpatterns = [
    path("p/<slug:token>/", worker.verify, name="verify"),
    path("m/cases/<slug:code>/papers/<int:number>.pdf", worker.own, name="own"),
    path("desk/papers/bulk", desk.bulk, name="bulk"),
    path("desk/papers/pack", desk.pack, name="pack"),
    path("desk/cases/<slug:code>/papers/new/<slug:kind>/", desk.new, name="new"),
    path("desk/cases/<slug:code>/papers/<int:number>/", desk.detail, name="detail"),
    path("desk/cases/<slug:code>/papers/<int:number>/void", desk.void, name="void"),
    path("desk/cases/<slug:code>/papers/<int:number>/scan.pdf", desk.scan, name="scan"),
    path("desk/cases/<slug:code>/papers/<int:number>/file.<slug:ending>", desk.file, name="file"),
]
