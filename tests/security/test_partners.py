"""Sign-in by OpenID Connect end to end against a stand-in provider; WeChat and DingTalk as far as they can be tried without them."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from cryptography.hazmat.primitives.asymmetric import rsa
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import Resolver404, resolve

from niangjia.config.settings import sign_in_partners
from niangjia.core.access import actions
from niangjia.core.access.actor import SYSTEM
from niangjia.core.access.models import User
from niangjia.core.access.tests.factories import PASSWORD, a_district, a_person, a_post, a_town, a_union, an_account
from niangjia.core.people.actions import give_account
from niangjia.core.trail.models import Event
from tests.security.provider import CLIENT, SECRET, Provider, standing_in

pytestmark = pytest.mark.usefixtures("seeing_all")
LOGIN = "/accounts/oidc/oidc/login/"


@pytest.fixture
def provider(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    with standing_in() as provider:
        for name, value in {
            "OIDC_ID": CLIENT, "OIDC_SECRET": SECRET, "OIDC_URL": provider.address, "OIDC_NAME": "区统一身份认证",
            "WEIXIN_ID": "wx123", "WEIXIN_SECRET": "w", "DINGTALK_ID": "ding123", "DINGTALK_SECRET": "d",
        }.items():  # fmt: skip
            monkeypatch.setenv(f"NIANGJIA_{name}", value)
        settings.SOCIALACCOUNT_PROVIDERS = sign_in_partners()
        settings.ROOT_URLCONF = "tests.security.partner_addresses"
        yield provider


@pytest.fixture
def officer() -> User:
    user = an_account()
    a_post(user, "dept_officer", a_district())
    return user


def go(client: Client, provider: Provider, process: str = "login") -> Any:
    """Press the button, agree at the provider, come back."""
    leaving = client.post(f"{LOGIN}?process={process}")
    assert leaving.status_code == 302 and leaving.url.startswith(f"{provider.address}/authorize?")
    return client.get(provider.authorise(dict(parse_qsl(urlsplit(leaving.url).query))))


def with_password(client: Client) -> Client:
    client.post("/accounts/login/", {"login": "gw0412", "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def link(provider: Provider) -> None:
    assert go(with_password(Client()), provider, "connect").url == "/accounts/3rdparty/"


def test_without_settings_there_is_no_address_and_no_button(client: Client) -> None:
    assert sign_in_partners() == {}
    for address in (LOGIN, "/accounts/weixin/login/", "/accounts/dingtalk/login/", "/accounts/3rdparty/"):
        with pytest.raises(Resolver404):
            resolve(address)
    assert "用微信登录" not in client.get("/accounts/login/").content.decode()


def test_a_stranger_gets_no_access_and_leaves_nothing(client: Client, provider: Provider, officer: User) -> None:
    answer = go(client, provider)
    assert answer.status_code == 403 and "没有绑定" in answer.content.decode()
    assert "_auth_user_id" not in client.session
    assert not SocialAccount.objects.exists() and User.objects.count() == 1


def test_an_equal_email_or_name_links_nothing(client: Client, provider: Provider, officer: User) -> None:
    User.objects.filter(pk=officer.pk).update(email="bai@example.test")
    provider.userinfo = {"email": "bai@example.test", "email_verified": True, "preferred_username": "gw0412"}
    assert go(client, provider).status_code == 403


def test_who_signed_in_with_a_password_links_an_account_and_then_signs_in_by_it(client: Client, provider: Provider, officer: User) -> None:
    link(provider)
    assert go(client, provider).url == "/desk/"
    assert client.get("/desk/roles/").status_code == 200
    kept = SocialAccount.objects.get()
    assert (kept.user, kept.uid, kept.extra_data) == (officer, "teacher-7", {})
    assert not SocialToken.objects.exists()
    assert [event.verb for event in Event.objects.filter(verb__endswith="_partner")] == ["access.link_partner"]
    assert Event.objects.filter(verb="access.sign_in").latest("pk").actor == f"user:{officer.pk}"


def test_nothing_of_the_providers_answer_lies_in_a_session(provider: Provider, officer: User) -> None:
    link(provider)
    said = " ".join(str(session.get_decoded()) for session in Session.objects.all())
    assert "白若溪" not in said and "bai@example.test" not in said


def test_linking_asks_for_the_password_again(client: Client, provider: Provider, officer: User) -> None:
    client.force_login(officer)
    assert go(client, provider, "connect").url == "/accounts/reauthenticate/"
    assert not SocialAccount.objects.exists()
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert SocialAccount.objects.get().user == officer


def test_an_account_of_another_is_not_taken_over(provider: Provider, officer: User) -> None:
    link(provider)
    other = Client()
    an_account("gw0002")
    other.post("/accounts/login/", {"login": "gw0002", "password": PASSWORD})
    other.post("/accounts/reauthenticate/", {"password": PASSWORD})
    go(other, provider, "connect")
    assert SocialAccount.objects.get().user == officer


def test_a_closed_account_stays_closed(client: Client, provider: Provider, officer: User) -> None:
    link(provider)
    actions.close_account(user=officer, by=SYSTEM, reason="退休")
    assert go(client, provider).status_code == 403


def test_the_second_step_is_asked_for_all_the_same(client: Client, provider: Provider, officer: User) -> None:
    link(provider)
    enrolled = with_password(Client())
    from niangjia.core.access.tests.test_staff_sign_in import activate

    activate(enrolled)
    assert go(client, provider).url == "/accounts/2fa/authenticate/"
    assert client.get("/desk/roles/").status_code == 302


def test_a_worker_cannot_link_an_account(client: Client, provider: Provider, officer: User) -> None:
    person = a_person(a_union(a_town(officer.grants.get().org)))
    client.force_login(give_account(person=person, by=SYSTEM))
    assert go(client, provider, "connect").status_code == 403
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize(
    "lies",
    [
        {"nonce": "of-another-sign-in"},
        {"nonce": ""},
        {"aud": "another-client"},
        {"iss": "https://elsewhere.example"},
        {"exp": 1},
        {"sub": "x"},
    ],
    ids=["nonce", "no-nonce", "audience", "issuer", "expired", "subject"],
)
def test_an_id_token_that_is_not_for_this_sign_in_opens_nothing(
    client: Client, provider: Provider, officer: User, lies: dict[str, Any]
) -> None:
    link(provider)
    provider.lies = lies
    answer = go(client, provider)
    assert answer.status_code == 401 and "没登录成" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_token_signed_by_somebody_else_opens_nothing(client: Client, provider: Provider, officer: User) -> None:
    link(provider)
    provider.signing_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert go(client, provider).status_code == 401


def test_the_answer_counts_only_in_the_browser_that_asked_and_once(client: Client, provider: Provider, officer: User) -> None:
    link(provider)
    leaving = client.post(LOGIN)
    back = provider.authorise(dict(parse_qsl(urlsplit(leaving.url).query)))
    assert Client().get(back).status_code == 401
    assert client.get(back.replace("state=", "state=x")).status_code == 401
    assert client.get(back).status_code == 302
    assert client.get(back).status_code == 401


def test_a_stolen_code_without_its_verifier_is_refused_by_the_provider(client: Client, provider: Provider, officer: User) -> None:
    link(provider)
    leaving, thief = client.post(LOGIN), Client()
    stolen = provider.authorise(dict(parse_qsl(urlsplit(leaving.url).query)))
    code = parse_qs(urlsplit(stolen).query)["code"][0]
    theirs = dict(parse_qsl(urlsplit(thief.post(LOGIN).url).query))
    answer = thief.get(f"/accounts/oidc/oidc/login/callback/?{urlencode({'code': code, 'state': theirs['state']})}")
    assert answer.status_code == 401 and provider.refused == ["pkce"]


def test_a_get_only_asks_whether_to_go(client: Client, provider: Provider) -> None:
    assert "继续" in client.get(LOGIN).content.decode()


def test_an_unknown_provider_is_not_found(client: Client, provider: Provider) -> None:
    assert client.get("/accounts/oidc/another/login/").status_code == 404


def test_a_provider_that_is_down_is_said_plainly(client: Client, provider: Provider, settings: Any) -> None:
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["server_url"] = "http://127.0.0.1:9"
    answer = client.post(LOGIN)
    assert answer.status_code == 401 and "没登录成" in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "host", "client_id", "scope"),
    [
        ("weixin", "https://open.weixin.qq.com/connect/qrconnect", ("appid", "wx123"), "snsapi_login"),
        ("dingtalk", "https://login.dingtalk.com/oauth2/auth", ("client_id", "ding123"), "openid corpid"),
    ],
)
def test_wechat_and_dingtalk_are_asked_as_their_manuals_say(
    client: Client, provider: Provider, name: str, host: str, client_id: tuple[str, str], scope: str
) -> None:
    leaving = client.post(f"/accounts/{name}/login/")
    where, asked = leaving.url.partition("?")[0], dict(parse_qsl(urlsplit(leaving.url).query))
    assert where == host and asked[client_id[0]] == client_id[1] and set(asked["scope"].split()) == set(scope.split())
    assert asked["redirect_uri"] == f"http://testserver/accounts/{name}/login/callback/"
    assert asked["response_type"] == "code" and len(asked["state"]) >= 16
    for wrong in ("?code=1", "?code=1&state=planted", "?error=denied"):
        assert client.get(f"/accounts/{name}/login/callback/{wrong}").status_code == 401
    assert client.get(f"/accounts/{name}/login/callback/?error=access_denied&state={asked['state']}").status_code == 302
    assert "_auth_user_id" not in client.session
