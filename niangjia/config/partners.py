"""Sign-in by an identity provider (OpenID Connect), with the checks that allauth leaves to others: nonce, signature, one subject."""

import logging
from collections.abc import Callable
from typing import Any

from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base.utils import respond_to_login_on_get
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, get_random_string
from requests import RequestException

from niangjia.core.access.gate import PUBLIC, page

NONCE = "oidc_nonce"
log = logging.getLogger(__name__)


class CheckedAdapter(OpenIDConnectOAuth2Adapter):
    """The ID token must be there, signed by the provider's published key, meant for this very sign-in, and of the same subject."""

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        signed = kwargs["response"].get("id_token")
        if not signed:
            raise OAuth2Error("no id_token")
        claims, expected = self._decode_id_token(app, signed), request.session.pop(NONCE, "")
        if not expected or not constant_time_compare(str(claims.get("nonce", "")), expected):
            raise OAuth2Error("nonce does not match")
        login = super().complete_login(request, app, token, **kwargs)
        if login.account.extra_data.get("userinfo", {}).get("sub", claims["sub"]) != claims["sub"]:
            raise OAuth2Error("userinfo speaks of another subject than the id_token")
        return login

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        """Verified once: a token that names itself is refused the second time."""
        if not hasattr(self, "_claims"):
            try:
                self._claims: dict[str, Any] = jwtkit.verify_and_decode(
                    credential=id_token, keys_url=self.openid_config["jwks_uri"], issuer=self.openid_config["issuer"],
                    audience=app.client_id, lookup_kid=jwtkit.lookup_kid_jwk,
                )  # fmt: skip
            except (KeyError, ValueError) as error:
                raise OAuth2Error("the id_token or the published keys cannot be read") from error
        return self._claims


@page(PUBLIC, face="site")
def login(request: Any, provider_id: str) -> HttpResponse:
    """Send the browser to the provider, with a nonce that its answer must repeat. A GET only asks whether to go."""
    provider = _adapter(request, provider_id).get_provider()
    if asked := respond_to_login_on_get(request, provider):
        return asked
    said = provider.get_redirect_from_request_kwargs(request)
    request.session[NONCE] = said["auth_params"]["nonce"] = get_random_string(32)
    return _unless_silent(request, provider, lambda: provider.redirect(request, **said))


@page(PUBLIC, face="site")
def callback(request: Any, provider_id: str) -> HttpResponse:
    """The provider's answer."""
    adapter = _adapter(request, provider_id)
    return _unless_silent(request, adapter.get_provider(), lambda: OAuth2CallbackView.adapter_view(adapter)(request))


def _unless_silent(request: Any, provider: Any, act: Callable[[], HttpResponse]) -> HttpResponse:
    """A provider that does not answer, or answers nonsense, is said on a page of ours."""
    try:
        return act()
    except (RequestException, KeyError, ValueError) as error:
        log.warning("identity provider %s: %s", provider.app.provider_id, type(error).__name__)
        return render_authentication_error(request, provider, exception=error)


def _adapter(request: Any, provider_id: str) -> CheckedAdapter:
    adapter = CheckedAdapter(request, provider_id)
    try:
        adapter.get_provider()
    except SocialApp.DoesNotExist as error:
        raise Http404 from error
    return adapter
