"""Messages leave by a job, are tried again, and are shown to those who may see them."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings

from niangjia.base.scope import Scope
from niangjia.core.access.actor import SYSTEM, Actor
from niangjia.core.access.models import User
from niangjia.core.access.tests.factories import a_district, a_person, a_town, a_union, acting
from niangjia.core.notices import actions
from niangjia.core.notices.enums import Kind, State
from niangjia.core.notices.gateways import Message, OutboxOnly
from niangjia.core.notices.models import Notice
from niangjia.core.notices.queries import messages_of, outbox, unread
from niangjia.core.notices.sms import HttpGateway
from niangjia.core.orgs.models import Organisation
from niangjia.core.people.models import Person

pytestmark = pytest.mark.usefixtures("seeing_all")
PHONE = "13900002210"


class Gateway(BaseHTTPRequestHandler):
    """A gateway that answers as told and remembers what it got."""

    status: ClassVar[int] = 200
    got: ClassVar[list[tuple[dict[str, str], dict[str, Any]]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((dict(self.headers), json.loads(body)))
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(b'{"id": "G-1"}')

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def gateway() -> Iterator[type[Gateway]]:
    server = HTTPServer(("127.0.0.1", 0), Gateway)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Gateway.got, Gateway.status = [], 200
    address = f"http://127.0.0.1:{server.server_port}/sms"
    gateways = settings.NOTICE_GATEWAYS | {"sms": "niangjia.core.notices.sms.HttpGateway"}
    with override_settings(NOTICE_GATEWAYS=gateways, SMS_URL=address, SMS_KEY="k", SMS_SECRET="s", SMS_SIGN="娘家"):
        yield Gateway
    server.shutdown()
    server.server_close()


def a_message(**facts: Any) -> Notice:
    return actions.send_sms(**{"phone": PHONE, "text": "你的转会办好了", "kind": Kind.MESSAGE, "by": SYSTEM} | facts)


def as_worker(person: Person) -> Actor:
    return Actor("user:1", person.name, scope=Scope(person=person.pk), user_id=1)


def test_a_message_waits_in_the_outbox_with_a_job_that_names_no_phone() -> None:
    notice = a_message()
    assert notice.state == State.QUEUED
    with connection.cursor() as cursor:
        cursor.execute("SELECT args::text FROM procrastinate_jobs WHERE task_name = 'notices.deliver'")
        assert cursor.fetchall() == [(json.dumps({"notice_id": notice.pk}),)]


def test_the_demo_sends_nothing_and_says_sent() -> None:
    notice = a_message()
    actions.deliver(notice_id=notice.pk)
    notice.refresh_from_db()
    assert (notice.state, notice.attempts) == (State.SENT, 1)
    assert OutboxOnly().send(PHONE, Message("k", "x")).accepted


def test_a_gateway_gets_signed_json_and_gives_a_receipt(gateway: type[Gateway]) -> None:
    actions.deliver(notice_id=a_message().pk)
    [(headers, body)] = gateway.got
    assert (body["phone"], body["text"], body["sign"]) == (PHONE, "你的转会办好了", "娘家")
    assert headers["X-Key"] == "k" and len(headers["X-Signature"]) == 64
    assert Notice.objects.get().state == State.SENT


def test_a_refusing_gateway_is_tried_five_times_and_then_the_message_has_failed(gateway: type[Gateway]) -> None:
    gateway.status = 503
    notice = a_message()
    for _ in range(4):
        with pytest.raises(actions.NotSent):
            actions.deliver(notice_id=notice.pk)
    actions.deliver(notice_id=notice.pk)
    notice.refresh_from_db()
    assert (notice.state, notice.attempts, len(gateway.got)) == (State.FAILED, 5, 5)
    assert "503" in notice.fault and PHONE not in notice.fault
    assert len({body["key"] for _, body in gateway.got}) == 1
    gateway.status = 200
    actions.resend(notice=notice, by=SYSTEM)
    actions.deliver(notice_id=notice.pk)
    assert Notice.objects.get().state == State.SENT


def test_a_gateway_that_is_away_is_no_crash() -> None:
    with override_settings(SMS_URL="http://127.0.0.1:9/sms", SMS_KEY="", SMS_SECRET="", SMS_SIGN=""):
        receipt = HttpGateway().send(PHONE, Message("k", "x"))
    assert not receipt.accepted and "没有接收" in receipt.fault


def test_a_sent_message_is_not_sent_again(gateway: type[Gateway]) -> None:
    notice = a_message()
    for _ in range(3):
        actions.deliver(notice_id=notice.pk)
    assert len(gateway.got) == 1


def test_a_person_reads_the_own_box_only() -> None:
    union = a_union(a_town(a_district()))
    me, other = a_person(union), a_person(union, name="罗明", phone="13700000001")
    actions.tell(person=me, title="转会办好了", text="你现在是小河快递工会的会员。", kind=Kind.MEMBERSHIP, by=SYSTEM)
    assert [unread(as_worker(person)) for person in (me, other)] == [1, 0]
    assert [notice.text for notice in messages_of(me.pk)] == ["你现在是小河快递工会的会员。"]
    actions.mark_read(person_id=me.pk)
    assert unread(as_worker(me)) == 0


def test_the_outbox_shows_ones_own_subtree_and_codes_in_the_demo_only() -> None:
    district = a_district()
    east, south = a_town(district), a_town(district, "南部街道")
    mine, theirs, code = a_message(org=east), a_message(org=south), a_message(kind=Kind.SIGN_IN_CODE)
    by = acting("dept_officer", east)
    assert set(outbox(by)) == {mine, code}
    with override_settings(DEMO=False):
        assert set(outbox(by)) == {mine}
    assert not outbox(acting("auditor", south, "sj0001")).exists()
    assert theirs.pk


def test_the_outbox_page_masks_phones_and_outside_the_demo_shows_no_text() -> None:
    a_message(org=a_district())
    officer = acting("dept_officer", Organisation.objects.get())
    client = Client()
    client.force_login(User.objects.get(pk=officer.user_id), backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get("/desk/outbox/").content.decode()
    assert "你的转会办好了" in page and PHONE not in page
    with override_settings(DEMO=False):
        assert "你的转会办好了" not in client.get("/desk/outbox/").content.decode()


def test_codes_are_erased_after_a_day() -> None:
    notice = a_message(kind=Kind.SIGN_IN_CODE)
    assert actions.forget_old_codes() == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE notices_notice SET made_at = made_at - interval '25 hours'")
    assert actions.forget_old_codes() == 1
    notice.refresh_from_db()
    assert (notice.text, notice.address) == ("", "")
