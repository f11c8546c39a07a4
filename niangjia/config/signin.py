"""Staff sign-in by django-allauth: its addresses, who may use which, locks after wrong passwords, and what the trail keeps of it."""

from typing import Any

from allauth.account import views
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.i18n import set_language

from niangjia.base.calendar import SHANGHAI
from niangjia.base.scope import elevated
from niangjia.base.sealing import seal, unseal
from niangjia.config import partners
from niangjia.core.access import actions
from niangjia.core.access.demo import staff_offers
from niangjia.core.access.gate import PUBLIC, page
from niangjia.core.access.models import User
from niangjia.core.access.queries import PASSWORD, SECOND_STEP, grants_in_force, locked_until
from niangjia.core.access.views import worker

SECRET = actions.SECOND_FACTOR
CHANGES = {
    "mfa/email/totp_activated": "add_totp", "mfa/email/totp_deactivated": "remove_totp", "mfa/email/webauthn_added": "add_passkey",
    "mfa/email/webauthn_removed": "remove_passkey", "mfa/email/recovery_codes_generated": "new_recovery_codes",
    "socialaccount/email/account_connected": "link_partner", "socialaccount/email/account_disconnected": "unlink_partner",
}  # fmt: skip
"""What allauth would tell the holder by e-mail, and as which verb the trail keeps it; a changed password has its own action."""


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are opened by an administrator; wrong passwords lock; every sign-in and sign-out is an event."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": gettext_lazy("账号或密码不对。"),
        "enter_current_password": gettext_lazy("写现在用的密码。"),
        "incorrect_password": gettext_lazy("密码不对。"),
        "too_many_login_attempts": gettext_lazy("试的次数太多了，过一会儿再试。"),
        "rate_limited": gettext_lazy("点得太快了，过一会儿再试。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        _refuse_locked(credentials.get("username", ""))
        super().pre_authenticate(request, **credentials)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        if actions.note_failure(username=credentials.get("username", "")):
            _refuse_locked(credentials.get("username", ""))

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        request.session.pop("person", None)
        actions.note_sign_in(user=user, way="password")

    def logout(self, request: HttpRequest) -> None:
        if isinstance(request.user, User):
            actions.note_sign_out(user=request.user)
        super().logout(request)

    def send_notification_mail(self, template_prefix: str, user: Any, context: Any = None, email: str | None = None) -> None:
        if verb := CHANGES.get(template_prefix):
            actions.note_account_change(user=user, what=verb)

    def set_password(self, user: Any, password: str) -> None:
        actions.set_password(user=user, password=password, by=actions.oneself(user))

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The board for those whose widest post belongs there, the desk for others."""
        with elevated("signin: one's own posts decide the first page"):
            post = grants_in_force(request.user).first()  # type: ignore[arg-type]
        return "/board/" if post and post.definition.face == "board" else "/desk/"


def _refuse_locked(username: str, step: str = PASSWORD) -> None:
    until = locked_until(username, step)
    if until is None:
        return
    said = {"time": f"{until.astimezone(SHANGHAI):%H:%M}"}
    if step == SECOND_STEP:
        raise ValidationError(_("第二步连错多次，为了安全锁到 %(time)s。不是本人在试，请马上改密码。") % said)
    raise ValidationError(_("密码连错多次，为了安全这个账号锁到 %(time)s。到时再试，或找安全管理员重设密码。") % said)


class SecondStepForm(AuthenticateForm):
    """The digits of an authenticator, or a recovery code; wrong ones lock, wherever they come from."""

    def clean_code(self) -> str:
        _refuse_locked(self.user.username, SECOND_STEP)
        try:
            return str(super().clean_code())
        except ValidationError:
            if actions.note_failure(username=self.user.username, step=SECOND_STEP):
                _refuse_locked(self.user.username, SECOND_STEP)
            raise


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of second factors lie sealed; where a second factor is required, the last one cannot be taken off."""

    def encrypt(self, text: str) -> str:
        return seal(text, SECRET).hex()

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(bytes.fromhex(encrypted_text), SECRET)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        others = Authenticator.objects.filter(user=authenticator.user).exclude(pk=authenticator.pk)
        return not settings.SECOND_FACTOR or others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


class PartnerAdapter(DefaultSocialAccountAdapter):
    """DingTalk, WeChat or an identity provider sign in a staff account that was linked to it before; they open none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """A stranger is told where to ask. Of the partner's answer only its key for the account is kept: no name, no address."""
        account, sociallogin.email_addresses, sociallogin.token = sociallogin.account, [], None
        actions.forget_partner_facts(account=account)
        known = sociallogin.user if sociallogin.is_existing else None
        if sociallogin.state.get("process") == AuthProcess.CONNECT:
            if not request.user.is_authenticated or not request.user.is_staff:
                raise ImmediateHttpResponse(_stranger(request))
        elif known is None or not known.is_staff or not known.is_active:
            raise ImmediateHttpResponse(_stranger(request))

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: Any) -> Any:
        """Nothing of the partner's data goes into an account."""
        return sociallogin.user


def _stranger(request: HttpRequest) -> HttpResponse:
    return render(request, "socialaccount/stranger.html", status=403)


_sign_in = views.LoginView.as_view(extra_context={"offers": staff_offers})
urlpatterns: list[URLPattern | URLResolver] = [
    path("m/sign-in/", worker.sign_in, name="worker_sign_in"),
    path("accounts/login/", _sign_in, name="staff_sign_in"),
    path("accounts/login/", _sign_in, name="account_login"),
    path("accounts/logout/", views.logout, name="account_logout"),
    path("accounts/inactive/", views.account_inactive, name="account_inactive"),
    path("accounts/reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/change/", views.password_change, name="account_change_password"),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("language", page(PUBLIC, face="site")(set_language), name="set_language"),
]


def partner_urls() -> list[URLPattern | URLResolver]:
    """Addresses of sign-in by partners; without a partner there are none."""
    return [
        path("accounts/3rdparty/", include("allauth.socialaccount.urls")),
        path("accounts/oidc/<slug:provider_id>/login/", partners.login, name="openid_connect_login"),
        path("accounts/oidc/<slug:provider_id>/login/callback/", partners.callback, name="openid_connect_callback"),
        *[path("accounts/", include(f"allauth.socialaccount.providers.{name}.urls")) for name in ("weixin", "dingtalk")
          if name in settings.SOCIALACCOUNT_PROVIDERS],
    ]  # fmt: skip


if settings.SOCIALACCOUNT_PROVIDERS:
    urlpatterns += partner_urls()
