"""Addresses of home: the entrance, the desk's inbox and search, the board, and the pages for machines."""

from django.urls import path

from niangjia.core.home.views import board, desk, door, filters, operations, search, worker

app_name = "home"
urlpatterns = [
    # desk
    path("desk/", desk.inbox, name="inbox"),
    path("desk/filters/", filters.usual, name="filters"),
    path("desk/filters/<slug:name>/", filters.keep, name="keep-filters"),
    path("desk/filters/<slug:name>/drop", filters.drop, name="drop-filters"),
    path("desk/search", search.search, name="search"),
    path("", door.door, name="door"),
    path("m/", worker.worker, name="worker"),
    path("board/", board.board, name="board"),
    path("healthz", operations.healthz, name="healthz"),
    path("readyz", operations.readyz, name="readyz"),
    path("metrics", operations.metrics, name="metrics"),
    path("desk/operations/", operations.operations, name="operations"),
]
