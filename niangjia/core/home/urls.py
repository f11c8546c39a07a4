"""Addresses of home: the entrance, the desk's inbox and search, the board, and the pages for machines."""

from django.urls import path

from niangjia.core.home.views import board, operations

app_name = "home"
urlpatterns = [
    path("board/", board.board, name="board"),
    path("healthz", operations.healthz, name="healthz"),
    path("readyz", operations.readyz, name="readyz"),
    path("metrics", operations.metrics, name="metrics"),
    path("desk/operations/", operations.operations, name="operations"),
]
