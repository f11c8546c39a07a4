"""Addresses of mutual aid."""

app_name = "mutual_aid"
urlpatterns: list[object] = []
