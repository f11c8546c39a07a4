"""The outbox: handed over until a signed receipt is there, never twice, never endlessly."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import Refused
from niangjia.core.cases.models import Case
from niangjia.core.exchange import actions
from niangjia.core.exchange.actions import sending
from niangjia.core.exchange.models import Message
from niangjia.core.exchange.tests.factories import Bureau
from niangjia.core.trail.models import Event
from niangjia.seed.standin.program import StandIn
from niangjia.work.rights.tests.factories import acting
from tests.world import World

pytestmark = pytest.mark.django_db


def outgoing() -> Message:
    with elevated("test"):
        return Message.objects.select_related("partner", "case", "org").get(direction="out")


def again_due(message: Message) -> None:
    """The time to wait is over."""
    with elevated("test"):
        Message.objects.filter(pk=message.pk).update(next_try_at=timezone.now() - timedelta(seconds=1))


def test_a_message_is_acknowledged_by_a_signed_receipt(filed: Case, standin: StandIn) -> None:
    assert actions.deliver(message_id=outgoing().pk) == "acked"
    message = outgoing()
    assert message.receipt["body_sha256"] == message.body_hash and message.receipt_number == message.receipt["receipt"]
    assert [row["kind"] for row in standin.notebook.log()["taken"]] == ["rights.arbitration"]
    assert actions.deliver(message_id=message.pk) is None, "what is acknowledged is not sent again"
    with elevated("test"):
        assert list(message.tries.values_list("way", "status")) == [("send", None), ("send", 200)]
        assert Event.objects.filter(verb="exchange.settle", subject=filed.subject).count() == 1


def test_a_receipt_that_was_lost_is_asked_for_again_and_nothing_doubles(filed: Case, standin: StandIn) -> None:
    standin.misbehaviour.append("drop_receipt")
    message = outgoing()
    assert actions.deliver(message_id=message.pk) == "queued"
    assert outgoing().fault == "对方应答 504"
    assert actions.deliver(message_id=message.pk) is None, "not before its time"
    again_due(message)
    assert actions.deliver_due() == 1
    assert outgoing().state == "acked" and outgoing().fault == ""
    assert [(row["kind"], row["times"]) for row in standin.notebook.log()["taken"]] == [("rights.arbitration", 2)]


def test_killed_between_sending_and_noting_it_is_sent_again_under_the_same_key(
    filed: Case, standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(sending, "_settle_sent", killed)
        with pytest.raises(KeyboardInterrupt):
            actions.deliver(message_id=outgoing().pk)
    assert outgoing().state == "queued" and standin.notebook.count() == 1
    again_due(outgoing())
    assert actions.deliver_due() == 1
    assert outgoing().state == "acked" and standin.notebook.count() == 1


def test_a_receipt_under_a_key_nobody_confirmed_acknowledges_nothing(filed: Case, standin: StandIn, commission: Bureau) -> None:
    from niangjia.core.exchange.models import PartnerKey

    with elevated("test"):
        PartnerKey.objects.filter(key_id=standin.keys.key_id).update(confirmed_on=None, confirmed_by="")
    assert actions.deliver(message_id=outgoing().pk) == "queued"
    assert "回执的签名不对" in outgoing().fault


def test_a_body_that_does_not_answer_is_asked_less_and_less_and_then_no_more(filed: Case, commission: Bureau) -> None:
    waits = []
    for _ in range(sending.MOST_ATTEMPTS):
        again_due(outgoing())
        before = timezone.now()
        actions.deliver_due()
        if (message := outgoing()).next_try_at:
            waits.append(round((message.next_try_at - before).total_seconds()))
    assert outgoing().state == "dead" and outgoing().fault.startswith("连不上对方")
    assert waits == sorted(waits) and waits[0] < 70 and waits[-1] > 3600
    with elevated("test"):
        assert Event.objects.filter(verb="exchange.stop", subject=filed.subject).count() == 1


def test_a_message_given_up_may_be_sent_again_by_whoever_may(filed: Case, standin: StandIn, officer: Actor, world: World) -> None:
    actions.stop(outgoing(), by=officer, reason="改为当面送去")
    assert outgoing().state == "dead"
    with pytest.raises(Refused):
        actions.resend(outgoing(), by=acting(world.officer(world.elsewhere)))
    actions.resend(outgoing(), by=officer)
    assert actions.deliver(message_id=outgoing().pk) == "acked"
    with pytest.raises(ValidationError, match="没有发成"):
        actions.resend(outgoing(), by=officer)
    with pytest.raises(ValidationError, match="待发"):
        actions.stop(outgoing(), by=officer, reason="已经不用了")


def test_a_body_that_refuses_says_why(filed: Case, standin: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    import json

    from niangjia.base import posting, signing

    honest = posting.post

    def refusing(request: signing.Request) -> posting.Reply:
        said = json.loads(honest(request).body) | {"state": "refused", "reason": {"code": "x", "zh": "材料不全", "en": "incomplete"}}
        answer = signing.sign_answer(signing.Answer(request, 422, {}, json.dumps(said, ensure_ascii=False).encode()), standin.keys)
        return posting.Reply(422, answer.body, answer.headers)

    monkeypatch.setattr(posting, "post", refusing)
    assert actions.deliver(message_id=outgoing().pk) == "rejected"
    assert outgoing().fault == "材料不全"
