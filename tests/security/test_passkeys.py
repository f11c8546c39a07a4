"""A passkey as second factor, in a real browser with a virtual authenticator: registered, used, renamed, and of no use to another."""

from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator

from niangjia.base.scope import elevated
from niangjia.core.access.actions import reset_second_factor
from niangjia.core.access.actor import SYSTEM
from niangjia.core.access.models import User
from niangjia.core.access.tests.factories import PASSWORD, a_district, a_post, an_account
from niangjia.core.trail.models import Event
from tests.security.served import browsing, served

pytestmark = pytest.mark.browser
KEY = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True,
    "automaticPresenceSimulation": True,
}  # fmt: skip


def with_key(page: Any) -> Any:
    """Plug a virtual authenticator into the browser."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    return devtools, devtools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})["authenticatorId"]


def type_password(page: Any, site: str) -> None:
    page.goto(f"{site}/accounts/login/")
    page.fill("[name=login]", "gw0412")
    page.fill("main form[action*=login] [name=password]", PASSWORD)
    page.click("main button.btn--primary")


def test_an_officer_registers_a_passkey_and_signs_in_with_it(own_database: str, tmp_path: Path) -> None:
    with elevated("test: who signs in"):
        officer = an_account()
        a_post(officer, "dept_officer", a_district())
    with served(tmp_path / "log", NIANGJIA_SECOND_FACTOR="1") as site, browsing() as page:
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        devtools, key = with_key(page)
        type_password(page, site)
        page.wait_for_url("**/accounts/reauthenticate/**")
        page.fill("main [name=password]", PASSWORD)
        page.click("main button.btn--primary")
        page.wait_for_url("**/accounts/2fa/totp/activate/**")
        page.click("a[href$='/webauthn/add/']")
        page.fill("[name=name]", "办公室的电脑")
        page.click("#mfa_webauthn_add")
        page.wait_for_url("**/accounts/2fa/recovery-codes/**")
        assert page.locator("main code").count() == 10
        page.goto(f"{site}/desk/")
        assert page.url == f"{site}/desk/"

        page.goto(f"{site}/accounts/logout/")
        page.click("main button.btn--primary")
        type_password(page, site)
        page.wait_for_url("**/accounts/2fa/authenticate/**")
        page.goto(f"{site}/desk/roles/")
        assert "/accounts/2fa/authenticate/" in page.url
        page.click("#mfa_webauthn_authenticate")
        page.wait_for_url(lambda url: "/accounts/" not in url)
        page.goto(f"{site}/accounts/2fa/webauthn/")
        assert "办公室的电脑" in page.locator("main").inner_text()

        devtools.send("WebAuthn.clearCredentials", {"authenticatorId": key})
        page.goto(f"{site}/accounts/logout/")
        page.click("main button.btn--primary")
        type_password(page, site)
        page.wait_for_url("**/accounts/2fa/authenticate/**")
        page.click("#mfa_webauthn_authenticate")
        page.wait_for_timeout(800)
        assert "/accounts/2fa/authenticate/" in page.url
        assert not [line for line in said if "NotAllowedError" not in line and "timed out or was not allowed" not in line]
    _afterwards(officer)


def _afterwards(officer: User) -> None:
    """The trail knows it, and the administrator can take it off."""
    with elevated("test: what was kept"):
        assert set(Authenticator.objects.values_list("type", flat=True)) == {"webauthn", "recovery_codes"}
        assert Event.objects.filter(verb="access.add_passkey", actor=f"user:{officer.pk}").count() == 1
        assert Event.objects.filter(verb="access.sign_in").count() == 2
        assert reset_second_factor(user=officer, by=SYSTEM, reason="钥匙丢失") == 2
