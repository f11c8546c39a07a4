"""Addresses of the ledger."""

app_name = "ledger"
urlpatterns: list[object] = []
