"""Word goes outside the platform by the channels the federation uses and the receiver takes, not at night, and never twice."""

import json
import threading
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import pytest
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core import mail
from django.test import Client, override_settings

from niangjia.core.access.actions import oneself, set_email
from niangjia.core.access.actor import SYSTEM
from niangjia.core.access.models import User
from niangjia.core.access.tests.factories import a_district, a_person, a_town, a_union, acting, an_account
from niangjia.core.notices import actions
from niangjia.core.notices.chat import DingTalk, Tokens, WeChat
from niangjia.core.notices.enums import Channel, Kind, State
from niangjia.core.notices.gateways import Message, NotTaken, OutboxOnly, Receipt
from niangjia.core.notices.models import Notice, OptOut
from niangjia.core.notices.queries import messages_to, unread
from niangjia.core.notices.rules import quiet_until
from niangjia.core.people.models import Person

pytestmark = pytest.mark.usefixtures("seeing_all")
HERE = ZoneInfo("Asia/Shanghai")
BY_DAY = override_settings(QUIET_HOURS=("00:00", "00:00"))


class Forgetful(OutboxOnly):
    """A gateway that does not know a key again, and may break off."""

    refuses_doubles = False
    sent: ClassVar[list[str]] = []
    breaks: ClassVar[bool] = False

    def send(self, address: str, message: Message) -> Receipt:
        self.sent.append(message.key)
        if self.breaks:
            raise KeyboardInterrupt
        return Receipt(accepted=True)


@pytest.fixture
def member() -> Person:
    return a_person(a_union(a_town(a_district())))


@pytest.fixture
def officer() -> User:
    user = an_account("gw0900")
    set_email(user=user, email="shen@example.org", by=oneself(user))
    return user


def using(*channels: str, **gateways: str) -> Any:
    named = {name: f"{__name__}.{cls}" if "." not in cls else cls for name, cls in gateways.items()}
    return override_settings(
        NOTICE_CHANNELS=list(channels), NOTICE_GATEWAYS=settings.NOTICE_GATEWAYS | named, QUIET_HOURS=("00:00", "00:00")
    )


def told(**facts: Any) -> Notice:
    said = {"title": "你的事有进展", "text": "和小河快递的事谈成了，等单位付钱。", "kind": Kind.CASE, "by": SYSTEM, "url": "/m/cases/LD-1/"}
    return actions.tell(**said | facts)


def outside() -> list[Notice]:
    return list(Notice.objects.exclude(channel=Channel.APP).order_by("pk"))


def test_without_channels_word_stays_in_the_platform(member: Person) -> None:
    told(person=member)
    assert outside() == []


def test_a_short_message_says_the_title_and_never_the_text(member: Person) -> None:
    with using("sms"), override_settings(PUBLIC_URL="https://gonghui.example"):
        told(person=member)
        [notice] = outside()
        assert (notice.channel, notice.address, notice.title) == (Channel.SMS, member.phone, "你的事有进展")
        assert notice.text == actions.OUTSIDE and "快递" not in notice.text


def test_who_refuses_a_kind_by_a_channel_is_not_sent_it_and_may_change_their_mind(member: Person) -> None:
    offered = {(Kind.CASE.value, "sms"), (Kind.MESSAGE.value, "sms")}
    with using("sms"):
        actions.choose(wanted={(Kind.MESSAGE.value, "sms")}, offered=offered, person_id=member.pk)
        told(person=member)
        assert outside() == []
        told(person=member, kind=Kind.MESSAGE)
        assert len(outside()) == 1
        actions.choose(wanted=offered, offered=offered, person_id=member.pk)
        assert not OptOut.objects.exists()
        told(person=member)
        assert len(outside()) == 2
    assert Notice.objects.filter(channel=Channel.APP).count() == 3


def test_the_same_thing_is_told_to_the_same_receiver_once(member: Person, officer: User) -> None:
    with using("sms"):
        first = told(person=member, once="clock 7 3")
        assert told(person=member, once="clock 7 3") == first
        assert told(user=officer, once="clock 7 3") != first
        told(person=member, once="clock 7 1")
    assert Notice.objects.filter(person=member, channel=Channel.APP).count() == 2
    assert len(outside()) == 2


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        ("2023-12-18 20:59", None),
        ("2023-12-18 21:00", "2023-12-19 08:00"),
        ("2023-12-19 03:30", "2023-12-19 08:00"),
        ("2023-12-19 08:00", None),
    ],
)
def test_nobody_is_woken(moment: str, until: str | None) -> None:
    with override_settings(QUIET_HOURS=("21:00", "08:00")):
        found = quiet_until(datetime.fromisoformat(moment).replace(tzinfo=HERE))
    assert found == (datetime.fromisoformat(until).replace(tzinfo=HERE) if until else None)


def test_hours_within_one_day_and_no_hours_at_all() -> None:
    noon = datetime(2023, 12, 18, 13, 0, tzinfo=HERE)
    with override_settings(QUIET_HOURS=("12:00", "14:00")):
        assert quiet_until(noon) == noon.replace(hour=14)
    with BY_DAY:
        assert quiet_until(noon) is None


def test_at_night_a_message_waits_and_a_sign_in_code_does_not(member: Person) -> None:
    with using("sms"), override_settings(QUIET_HOURS=("00:00", "23:59")):
        told(person=member)
        code = actions.send_sms(phone=member.phone, text="482913", kind=Kind.SIGN_IN_CODE, by=SYSTEM)
        waiting = outside()[0]
    assert waiting.not_before is not None and code.not_before is None


def test_a_message_broken_off_half_way_is_in_doubt_and_a_person_decides(member: Person) -> None:
    Forgetful.sent, Forgetful.breaks = [], True
    with using("sms", sms="Forgetful"):
        told(person=member)
        [notice] = outside()
        with pytest.raises(KeyboardInterrupt):
            actions.deliver(notice_id=notice.pk)
        notice.refresh_from_db()
        assert notice.state == State.SENDING
        Forgetful.breaks = False
        actions.deliver(notice_id=notice.pk)
        notice.refresh_from_db()
        assert (notice.state, len(Forgetful.sent)) == (State.UNSURE, 1)
        actions.resend(notice=notice, by=SYSTEM)
        actions.deliver(notice_id=notice.pk)
        notice.refresh_from_db()
        assert (notice.state, len(Forgetful.sent)) == (State.SENT, 2)


def test_a_gateway_that_knows_the_key_again_gets_the_broken_off_message_anew(member: Person) -> None:
    with using("sms"):
        told(person=member)
        [notice] = outside()
        Notice.objects.filter(pk=notice.pk).update(state=State.SENDING, attempts=1)
        actions.deliver(notice_id=notice.pk)
        notice.refresh_from_db()
    assert (notice.state, notice.attempts) == (State.SENT, 2)


def test_an_officer_gets_e_mail_with_a_steady_message_id(officer: User) -> None:
    with using("email", email="niangjia.core.notices.mail.SmtpMail"), override_settings(PUBLIC_URL="https://gonghui.example"):
        told(user=officer, title="期限提醒", url="/desk/")
        [notice] = outside()
        actions.deliver(notice_id=notice.pk)
    [letter] = mail.outbox
    assert letter.to == ["shen@example.org"] and letter.subject == "【娘家】期限提醒"
    assert f"notice-{notice.pk}@" in letter.extra_headers["Message-ID"]
    assert "https://gonghui.example/desk/" in letter.body and "小河" not in letter.body


def test_a_mail_server_that_is_away_is_no_crash() -> None:
    from niangjia.core.notices.mail import SmtpMail

    backend = "django.core.mail.backends.smtp.EmailBackend"
    with override_settings(EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", EMAIL_PORT=9, EMAIL_USE_SSL=False):
        receipt = SmtpMail().send("a@example.org", Message("k", "x"))
    assert not receipt.accepted and "没有接收" in receipt.fault and "example" not in receipt.fault


class Chat(BaseHTTPRequestHandler):
    """Both houses at one address: tokens, and answers as told."""

    answer: ClassVar[dict[str, Any]] = {"errcode": 0, "msgid": 77, "task_id": 88}
    got: ClassVar[list[tuple[str, dict[str, Any]]]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.got.append((self.path, body))
        tokens = {"access_token": "T1", "expires_in": 7200, "accessToken": "T2", "expireIn": 7200}
        said = tokens if "oken?" not in self.path and "oken" in self.path.lower() and "access_token=" not in self.path else self.answer
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(said).encode())

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def chat() -> Iterator[type[Chat]]:
    server = HTTPServer(("127.0.0.1", 0), Chat)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Chat.got, Chat.answer = [], {"errcode": 0, "msgid": 77, "task_id": 88}
    Tokens.kept.clear()
    base = f"http://127.0.0.1:{server.server_port}"
    with override_settings(
        WECHAT_URL=base, WECHAT_ID="wx1", WECHAT_SECRET="s", WECHAT_TEMPLATE="tpl", WECHAT_FIELDS=("thing1", "thing2"),
        DINGTALK_URL=base, DINGTALK_OLD_URL=base, DINGTALK_ID="dt1", DINGTALK_SECRET="s", DINGTALK_AGENT="42",
    ):  # fmt: skip
        yield Chat
    server.shutdown()
    server.server_close()


MESSAGE = Message("notice-5", "请打开平台看详情。", "你的事有进展", "https://gonghui.example/m/cases/LD-1/")


def test_wechat_gets_a_template_message_with_our_key_and_one_token_serves_two(chat: type[Chat]) -> None:
    assert WeChat().send("o-abc", MESSAGE) == Receipt(accepted=True, number="77")
    assert WeChat().send("o-abc", MESSAGE).accepted
    paths = [path for path, _ in chat.got]
    assert paths == ["/cgi-bin/stable_token", *["/cgi-bin/message/template/send?access_token=T1"] * 2]
    body = chat.got[1][1]
    assert (body["touser"], body["template_id"], body["client_msg_id"]) == ("o-abc", "tpl", "notice-5")
    assert body["data"] == {"thing1": {"value": "你的事有进展"}, "thing2": {"value": "请打开平台看详情。"}}


def test_dingtalk_gets_a_work_notice(chat: type[Chat]) -> None:
    assert DingTalk().send("u-7", MESSAGE) == Receipt(accepted=True, number="88")
    path, body = chat.got[-1]
    assert path == "/topapi/message/corpconversation/asyncsend_v2?access_token=T2"
    assert (body["agent_id"], body["userid_list"]) == ("42", "u-7")
    assert body["msg"]["text"]["content"].startswith("你的事有进展\n请打开平台看详情。")


def test_a_refusal_with_status_200_is_a_refusal_and_its_token_is_fetched_anew(chat: type[Chat]) -> None:
    chat.answer = {"errcode": 40001, "errmsg": "invalid credential"}
    receipt = WeChat().send("o-abc", MESSAGE)
    assert not receipt.accepted and receipt.fault == "微信没有接收：40001"
    chat.answer = {"errcode": 0, "msgid": 78}
    assert WeChat().send("o-abc", MESSAGE).accepted
    assert sum(path == "/cgi-bin/stable_token" for path, _ in chat.got) == 2


def test_without_a_token_nothing_is_sent(chat: type[Chat]) -> None:
    with pytest.raises(NotTaken, match="40013"):
        _token_of(chat)


def _token_of(chat: type[Chat]) -> str:
    chat.answer = {"errcode": 40013}
    return Tokens.of("x", f"{settings.WECHAT_URL}/refuses", {}, "access_token")


def test_a_linked_account_is_told_where_it_is_linked(officer: User) -> None:
    SocialAccount.objects.create(user=officer, provider="dingtalk", uid="u-7")
    with using("dingtalk", "wechat"):
        told(user=officer)
    assert [(notice.channel, notice.address) for notice in outside()] == [(Channel.DINGTALK, "u-7")]


def test_an_account_reads_its_own_box_at_the_desk_and_says_what_it_wants_outside() -> None:
    town = a_town(a_district())
    by, other = acting("town_officer", town), acting("town_officer", town, "gw0413")
    user = User.objects.get(pk=by.user_id)
    told(user=user, title="期限提醒", text="你承办的案子里，逾期 1 个。", url="/desk/", kind=Kind.DEADLINE)
    assert (unread(by), unread(other)) == (1, 0)
    assert messages_to(user.pk).get().text == "你承办的案子里，逾期 1 个。"
    client = signed_in(user)
    page = client.get("/desk/messages/").content.decode()
    assert "逾期 1 个" in page and "条没看" in page
    assert "逾期 1 个" not in signed_in(User.objects.get(pk=other.user_id)).get("/desk/messages/").content.decode()
    client.post("/desk/messages/")
    assert unread(by) == 0
    with using("email"):
        assert "邮件" in client.get("/desk/messages/outside").content.decode()
        assert client.post("/desk/messages/outside", {"deadline": ["email"], "email": "hui@example.org"}).status_code == 302
    user.refresh_from_db()
    assert user.email == "hui@example.org"
    assert (Kind.DEADLINE.value, "email") not in set(OptOut.objects.filter(user=user).values_list("kind", "channel"))
    assert OptOut.objects.filter(user=user, kind=Kind.CASE, channel="email").exists()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
