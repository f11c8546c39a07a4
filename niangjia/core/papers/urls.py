"""Addresses of papers."""

from django.urls import path

from niangjia.core.papers.views import desk, piles, register, worker

app_name = "papers"
urlpatterns = [
    path("p/<slug:token>/", worker.verify, name="verify"),
    path("m/cases/<slug:code>/papers/<int:number>.pdf", worker.own, name="own"),
    path("desk/papers/", register.register, name="register"),
    path("desk/papers/bulk", desk.bulk, name="bulk"),
    path("desk/papers/pack", desk.pack, name="pack"),
    path("desk/papers/head", desk.head, name="head"),
    path("desk/scans/", piles.pile_list, name="scans"),
    path("desk/scans/new", piles.new, name="scans-new"),
    path("desk/scans/<slug:code>/", piles.pile, name="pile"),
    path("desk/scans/<slug:code>/progress", piles.progress, name="pile-progress"),
    path("desk/scans/<slug:code>/again", piles.again, name="pile-again"),
    path("desk/scans/<slug:code>/pages", piles.pages, name="pile-pages"),
    path("desk/scans/<slug:code>/<int:number>.png", piles.picture, name="pile-picture"),
    path("desk/cases/<slug:code>/papers/new/<slug:kind>/", desk.new, name="new"),
    path("desk/cases/<slug:code>/papers/<int:number>/", desk.detail, name="detail"),
    path("desk/cases/<slug:code>/papers/<int:number>/scan", desk.file_scan, name="file-scan"),
    path("desk/cases/<slug:code>/papers/<int:number>/void", desk.void, name="void"),
    path("desk/cases/<slug:code>/papers/<int:number>/scan.pdf", desk.scan, name="scan"),
    path("desk/cases/<slug:code>/papers/<int:number>/file.<slug:ending>", desk.file, name="file"),
]
