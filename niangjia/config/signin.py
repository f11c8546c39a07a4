"""Staff sign-in by django-allauth: its addresses, and the adapter that closes public sign-up."""

from allauth.account import views
from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import include, path


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are opened by an administrator, never by sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


urlpatterns = [
    path("accounts/login/", views.LoginView.as_view(), name="staff_sign_in"),
    path("accounts/", include("allauth.urls")),
]
