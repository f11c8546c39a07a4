"""The interface partners speak to: signed in and out, once, in order; every refusal is said."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from niangjia.base import signing
from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM, Actor
from niangjia.core.cases.actions import advance
from niangjia.core.cases.models import Case, Clock
from niangjia.core.exchange import actions
from niangjia.core.exchange.models import Attempt, Message
from niangjia.core.exchange.tests.factories import ADDRESS, Bureau, centre, court, said
from niangjia.core.exchange.wire import LARGEST
from niangjia.core.trail.models import Event
from niangjia.work.rights.models import Settlement
from niangjia.work.rights.tests.factories import new_dispute
from tests.world import World

pytestmark = pytest.mark.django_db
ACCEPTED = {"number": "望劳人仲案〔2023〕88号", "simplified": False}
AWARD = {
    "number": "望劳人仲裁〔2023〕88号", "decided_on": "2023-12-14", "served_on": "2023-12-16", "result": "支持工资", "amount": "7120.00",
    "is_final": True,
}  # fmt: skip


def stands(case: Case) -> str:
    with elevated("test"):
        case.refresh_from_db()
        return case.state


def received() -> list[Message]:
    with elevated("test"):
        return list(Message.objects.filter(direction="in").order_by("id"))


def clock(case: Case, term: str) -> Clock:
    with elevated("test"):
        return Clock.objects.filter(case=case, term=term).latest("id")


# -- Out ------------------------------------------------------------------------------------------------------------------------


def test_a_step_puts_its_message_into_the_outbox_with_the_day_of_the_answer(filed: Case, commission: Bureau) -> None:
    with elevated("test"):
        message = Message.objects.get(direction="out")
        assert (message.kind, message.case_id, message.partner_id) == ("rights.arbitration", filed.pk, commission.partner.pk)
        assert (message.state, message.due_on) == ("queued", clock(filed, "arbitration.accept").due_on)
        facts = message.body["facts"]
        assert facts["applicants"][0]["name"] == "何静川" and [one["claimed"] for one in facts["claims"]] == ["7120.00", "13700.00"]
        assert b"\xe4\xbd\x95\xe9\x9d\x99\xe5\xb7\x9d" not in bytes(message.body_sealed), "what it says lies sealed"


def test_a_step_to_a_body_that_takes_no_part_says_nothing(world: World, officer: Actor, commission: Bureau) -> None:
    case = new_dispute(world)
    advance(case, "arbitrate", by=officer, on=date(2023, 12, 1), body_name="别处的仲裁委员会")
    with elevated("test"):
        assert not Message.objects.exists()


def test_a_step_that_fails_leaves_no_message(world: World, officer: Actor, commission: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    case = new_dispute(world)

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("after the message")

    monkeypatch.setattr("niangjia.core.exchange.actions.apply_parked", broken)
    with pytest.raises(RuntimeError):
        advance(case, "arbitrate", by=officer, on=date(2023, 12, 1), body_name=commission.partner.name)
    with elevated("test"):
        assert not Message.objects.exists() and stands(case) == "registered"


# -- In -------------------------------------------------------------------------------------------------------------------------


def test_acceptance_and_award_take_the_steps_with_their_clocks(filed: Case, commission: Bureau) -> None:
    answer = commission.send("rights.arbitration.accepted", ACCEPTED, case=filed.code, on="2023-12-05")
    assert (answer.status_code, said(answer)["state"], said(answer)["case"]) == (200, "applied", filed.code), answer.content.decode()
    assert stands(filed) == "arbitrating"
    assert clock(filed, "arbitration.award").due_on == date(2024, 1, 19), "45 days of the calendar"
    assert commission.send("rights.award", AWARD, case=filed.code).status_code == 200
    assert stands(filed) == "awarded"
    assert (clock(filed, "sue.after_award").starts_on, clock(filed, "sue.after_award").due_on) == (date(2023, 12, 16), date(2024, 1, 2))
    with elevated("test"):
        assert Settlement.objects.get(case=filed).amount == Decimal("7120.00")
        step = filed.steps.get(step="award")
        assert (step.by, step.by_name) == (f"partner:{commission.partner.code}", commission.partner.name)
        assert Event.objects.filter(verb="exchange.apply", subject=filed.subject).count() == 2


def test_our_receipt_is_signed_and_belongs_to_this_message_only(filed: Case, commission: Bureau) -> None:
    own = {one["key_id"]: one["public"] for one in Client().get("/api/v1/exchange/keys").json()}
    request = commission.signed(commission.body("rights.arbitration.accepted", ACCEPTED, case=filed.code))
    answer = commission.post(request)
    own = {one["key_id"]: one["public"] for one in Client().get("/api/v1/exchange/keys").json()}
    heard = signing.Answer(request, answer.status_code, dict(answer.headers), answer.content)
    assert signing.verify_answer(heard, own.get) in own
    assert said(answer)["idempotency_key"] == request.headers["Idempotency-Key"]
    heard.body = heard.body.replace(b"applied", b"refused")
    with pytest.raises(signing.NotSigned):
        signing.verify_answer(heard, own.get)
    other = commission.signed(commission.body("rights.award", AWARD, case=filed.code))
    with pytest.raises(signing.NotSigned):
        signing.verify_answer(signing.Answer(other, answer.status_code, dict(answer.headers), answer.content), own.get)


def test_the_same_message_again_gives_the_same_receipt_and_does_nothing_twice(filed: Case, commission: Bureau) -> None:
    request = commission.signed(commission.body("rights.arbitration.accepted", ACCEPTED, case=filed.code))
    first, again = commission.post(request), commission.post(request)
    assert said(first) == said(again) and again.status_code == 200
    assert len(received()) == 1
    with elevated("test"):
        assert filed.steps.filter(step="arb_accept").count() == 1


def test_a_key_with_another_body_is_refused(filed: Case, commission: Bureau) -> None:
    assert commission.send("rights.arbitration.accepted", ACCEPTED, case=filed.code, key="theirs-the-same").status_code == 200
    answer = commission.send("rights.award", AWARD, case=filed.code, key="theirs-the-same")
    assert (answer.status_code, said(answer)["code"]) == (409, "key_reused")


def test_an_award_before_its_acceptance_waits_and_is_applied_after_it(filed: Case, commission: Bureau) -> None:
    early = commission.signed(commission.body("rights.award", AWARD, case=filed.code))
    answer = commission.post(early)
    assert (answer.status_code, said(answer)["state"]) == (202, "parked") and stands(filed) == "filed"
    commission.send("rights.arbitration.accepted", ACCEPTED, case=filed.code, on="2023-12-05")
    assert stands(filed) == "awarded"
    assert said(commission.post(early))["state"] == "applied", "the receipt says how it stands now"


def test_messages_that_leave_the_state_as_it_is_are_applied_once_each(filed: Case, commission: Bureau) -> None:
    for kind, facts in (
        ("rights.arbitration.accepted", ACCEPTED), ("rights.arbitration.served", {}), ("rights.hearing", {"hearing_on": "2024-01-05"}),
    ):  # fmt: skip
        assert commission.send(kind, facts, case=filed.code).status_code == 200
    with elevated("test"):
        assert list(filed.steps.order_by("number").values_list("step", flat=True))[-3:] == ["arb_accept", "served", "hearing"]


def test_what_waited_too_long_is_refused_when_its_turn_is_past(filed: Case, commission: Bureau, officer: Actor) -> None:
    early = [
        commission.send("rights.hearing", {"hearing_on": "2024-01-05"}, case=filed.code), commission.send("rights.award", AWARD, case=filed.code),
        commission.send("rights.arbitration.served", {}, case=filed.code),
    ]  # fmt: skip
    assert [answer.status_code for answer in early] == [202, 202, 202]
    commission.send("rights.arbitration.accepted", ACCEPTED, case=filed.code)
    assert [message.state for message in received()] == ["applied", "applied", "refused", "applied"]
    assert stands(filed) == "awarded"


def test_what_waits_is_applied_after_an_officer_s_step_too(filed: Case, commission: Bureau, officer: Actor) -> None:
    commission.send("rights.award", AWARD, case=filed.code)
    advance(filed, "arb_accept", by=officer, on=date(2023, 12, 5), **ACCEPTED)
    assert stands(filed) == "awarded"


def test_a_message_out_of_place_is_refused_in_both_languages_and_kept(filed: Case, commission: Bureau) -> None:
    commission.send("rights.arbitration.accepted", ACCEPTED, case=filed.code)
    answer = commission.send("rights.arbitration.declined", {"reason": "不属受理范围"}, case=filed.code)
    assert answer.status_code == 422 and said(answer)["reason"]["code"] == "wrong_order"
    assert "仲裁中" in said(answer)["reason"]["zh"] and "arbitrating" in said(answer)["reason"]["en"]
    assert received()[-1].state == "refused" and stands(filed) == "arbitrating"


def test_what_the_facts_do_not_allow_is_refused_whole(filed: Case, commission: Bureau) -> None:
    commission.send("rights.arbitration.accepted", ACCEPTED, case=filed.code)
    answer = commission.send("rights.award", AWARD | {"served_on": "2023-12-01"}, case=filed.code)
    assert (answer.status_code, said(answer)["reason"]["code"]) == (422, "not_allowed")
    assert "送达不能早于作出" in said(answer)["reason"]["zh"]
    with elevated("test"):
        assert stands(filed) == "arbitrating" and not Settlement.objects.exists()


@pytest.mark.parametrize(
    ("kind", "facts", "case", "code"),
    [
        ("rights.nothing", {}, "own", "unknown_kind"),
        ("rights.judgment", AWARD, "own", "not_yours"),
        ("rights.arbitration.accepted", ACCEPTED, "LD-330212-2023-99999", "unknown_case"),
        ("rights.arbitration.accepted", ACCEPTED, None, "unknown_case"),
        ("rights.arbitration.accepted", {}, "own", "malformed"),
        ("rights.arbitration.accepted", ACCEPTED | {"more": 1}, "own", "malformed"),
        ("rights.award", AWARD | {"amount": "-1"}, "own", "malformed"),
    ],
)
def test_each_refusal_is_said(kind: str, facts: dict[str, Any], case: str | None, code: str, filed: Case, commission: Bureau) -> None:
    answer = commission.send(kind, facts, case=filed.code if case == "own" else case)
    assert (answer.status_code, said(answer)["reason"]["code"]) == (422, code), answer.content.decode()
    assert stands(filed) == "filed"


def test_a_case_of_another_partner_is_as_unknown_as_none(filed: Case, world: World) -> None:
    answer = court(world).send("rights.suit.accepted", {"number": "（2023）民初1号"}, case=filed.code)
    none = court(world).send("rights.suit.accepted", {"number": "（2023）民初1号"}, case="LD-330212-2023-99999")
    assert said(answer)["reason"]["code"] == said(none)["reason"]["code"] == "unknown_case"


def test_a_sealed_case_is_served_too(filed: Case, commission: Bureau, world: World) -> None:
    from niangjia.core.cases.actions import seal_case

    with elevated("test"):
        seal_case(filed, readers=[world.officer(world.here)], reason="怕单位报复", by=SYSTEM, permission="cases.manage")
    assert commission.send("rights.arbitration.accepted", ACCEPTED, case=filed.code).status_code == 200


# -- Who may speak --------------------------------------------------------------------------------------------------------------


def _refused(bureau: Bureau, request: signing.Request) -> tuple[int, str]:
    answer = bureau.post(request)
    return answer.status_code, said(answer)["code"]


def test_nobody_unsigned_altered_or_unknown_is_heard(filed: Case, commission: Bureau, world: World) -> None:
    def fresh() -> signing.Request:
        return commission.signed(commission.body("rights.arbitration.accepted", ACCEPTED, case=filed.code))

    unsigned, altered, foreign, moved = fresh(), fresh(), fresh(), fresh()
    del unsigned.headers["Signature"]
    altered.body = altered.body.replace(b"88", b"99")
    moved.headers["Idempotency-Key"] = "another-key-0001"
    stranger = signing.KeyPair("nobody-knows-me", signing.new_private_key())
    foreign = signing.sign_request(signing.Request("POST", foreign.url, {"Idempotency-Key": "theirs-foreign-1"}, foreign.body), stranger)
    pretending = signing.sign_request(
        signing.Request("POST", foreign.url, {"Idempotency-Key": "theirs-foreign-2"}, foreign.body),
        signing.KeyPair(commission.keys.key_id, stranger.private),
    )
    assert _refused(commission, unsigned) == (401, "unsigned")
    assert _refused(commission, altered) == (401, "altered")
    assert _refused(commission, moved) == (401, "bad_signature")
    assert _refused(commission, foreign) == (401, "unknown_key")
    assert _refused(commission, pretending) == (401, "bad_signature")
    assert received() == [] and stands(filed) == "filed"


def test_a_signature_older_than_five_minutes_is_not_taken(filed: Case, commission: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    import datetime as days

    body = commission.body("rights.arbitration.accepted", ACCEPTED, case=filed.code)
    request = signing.Request("POST", f"http://testserver{ADDRESS}", {"Idempotency-Key": "theirs-stale-1"}, body)
    signing._signer(commission.keys).sign(
        request, key_id=commission.keys.key_id, covered_component_ids=signing.OF_REQUESTS, body=body,
        created=days.datetime.now(days.UTC) - days.timedelta(minutes=6),
    )  # fmt: skip
    assert _refused(commission, request) == (401, "stale")


def test_a_signature_that_covers_too_little_is_not_taken(filed: Case, commission: Bureau) -> None:
    body = commission.body("rights.arbitration.accepted", ACCEPTED, case=filed.code)
    request = signing.Request("POST", f"http://testserver{ADDRESS}", {"Idempotency-Key": "theirs-short-1"}, body)
    signing._signer(commission.keys).sign(request, key_id=commission.keys.key_id, covered_component_ids=("@method", "@path"), body=body)
    assert _refused(commission, request) == (401, "bad_signature")


@pytest.mark.parametrize("how", ["revoked", "unconfirmed", "past", "partner_ended"])
def test_a_key_that_does_not_count_is_as_unknown_as_none(how: str, filed: Case, commission: Bureau) -> None:
    with elevated("test"):
        key = commission.partner.keys.get()
        if how == "revoked":
            actions.revoke_key(key, by=SYSTEM, reason="对方私钥泄露")
        elif how == "partner_ended":
            type(commission.partner).objects.update(valid_from=date(2023, 1, 1), valid_to=date(2023, 12, 18))
        else:
            changes: dict[str, Any] = {"unconfirmed": {"confirmed_on": None}, "past": {"valid_to": date(2023, 12, 18)}}[how]
            type(key).objects.filter(pk=key.pk).update(**changes)
    request = commission.signed(commission.body("rights.arbitration.accepted", ACCEPTED, case=filed.code))
    assert _refused(commission, request) == (401, "unknown_key")


def test_what_is_too_large_or_no_message_is_refused(filed: Case, commission: Bureau) -> None:
    assert _refused(commission, commission.signed(b"x" * (LARGEST + 1))) == (413, "too_large")
    deep = b'{"kind": ' + b"[" * 50_000
    for body in (
        b"no json",
        b"[]",
        b"{}",
        b"\xff\xfe",
        deep,
        b'{"kind": "a\\u0000"}',
        b'{"kind": "\\ud800"}',
        json.dumps({"kind": "rights.award"}).encode(),
    ):
        assert _refused(commission, commission.signed(body)) == (400, "unreadable")
    assert _refused(commission, commission.signed(b"{}", key="no")) == (400, "bad_key")
    assert received() == []


def test_attempts_cannot_be_altered(filed: Case) -> None:
    from django.db import DatabaseError, transaction

    with elevated("test"):
        message = Message.objects.get(direction="out")
        Attempt.objects.create(message=message, way="send", at=message.made_at, by="system", outcome="试")
        with pytest.raises(DatabaseError, match="只许追加"), transaction.atomic():
            Attempt.objects.update(outcome="改")


# -- Cases that come in ---------------------------------------------------------------------------------------------------------

NEW = {
    "channel": "solve", "number": "JFM-2023-0077", "answer_by": "2023-12-28", "respondent": "迅帆配送", "kinds": ["D02"], "town": "桃源街道",
    "applicants": [{"name": "卢一舟", "phone": "13900001111"}], "claims": [{"kind": "D02", "item": "11月工资", "claimed": "6400.00"}],
    "told": "说好月底发，没有发。",
}  # fmt: skip


def test_a_case_comes_in_once_and_its_result_goes_back_with_its_clock(world: World, officer: Actor) -> None:
    assert world.here
    place = centre(world)
    request = place.signed(place.body("rights.case", NEW))
    answer, again = place.post(request), place.post(request)
    assert answer.status_code == 200, answer.content.decode()
    assert said(answer) == said(again)
    with elevated("test"):
        case = Case.objects.get(code=said(answer)["case"])
        assert (case.org_id, case.channel, case.outside_number) == (world.here.pk, "solve", "JFM-2023-0077")
        assert Message.objects.get(direction="in").due_on == date(2023, 12, 28)
    advance(case, "accept", by=officer, on=date(2023, 12, 18), mediated_by="桃源街道调解室")
    advance(case, "oral", by=officer, on=date(2023, 12, 18), amount=Decimal("6400.00"), proof_note="当场微信付清")
    with elevated("test"):
        back = Message.objects.get(direction="out")
        assert (back.kind, back.partner_id, back.body["reply_to"]) == (
            "rights.answer",
            place.partner.pk,
            Message.objects.get(direction="in").their_number,
        )
        assert back.body["facts"]["received"] == "6400.00" and back.body["facts"]["their_number"] == "JFM-2023-0077"
        assert actions.queue_after(case, "rate", {}, by=officer, on=date(2023, 12, 18)) == [], (
            "what the worker says afterwards ends nothing"
        )


@pytest.mark.parametrize("transport", ["api", "file", "paper"])
def test_the_result_goes_back_too_where_the_worker_gives_the_matter_up(transport: str, world: World) -> None:
    from niangjia.base.scope import Scope
    from niangjia.core.exchange.models import Partner

    assert world.here
    place = centre(world)
    code = said(place.send("rights.case", NEW))["case"]
    with elevated("test"):
        case = Case.objects.get(code=code)
        Partner.objects.filter(pk=place.partner.pk).update(transport=transport)
    advance(case, "give_up", by=Actor("user:0", "卢一舟", "本人", scope=Scope(person=case.persons[0])), on=date(2023, 12, 18))
    with elevated("test"):
        back = Message.objects.get(direction="out")
        assert (back.kind, back.transport, bool(back.letter)) == ("rights.answer", transport, transport == "paper")


def test_the_channel_hears_that_its_case_goes_on_inside_another(world: World, officer: Actor) -> None:
    from niangjia.core.cases.actions import merge

    place = centre(world)
    code, into = said(place.send("rights.case", NEW))["case"], new_dispute(world)
    with elevated("test"):
        case = Case.objects.get(code=code)
    merge(into, others=[case], by=officer, permission="cases.manage", reason="同一家单位同一件事")
    with elevated("test"):
        back = Message.objects.get(direction="out")
        assert (back.kind, back.case_id, back.body["facts"]["outcome"]) == ("rights.answer", case.pk, "已并案")
        assert into.code in back.body["facts"]["answer"]


def test_a_body_sends_cases_of_its_own_channels_only(world: World) -> None:
    assert world.here
    answer = centre(world).send("rights.case", NEW | {"channel": "12345"})
    assert (answer.status_code, said(answer)["reason"]["code"]) == (422, "not_allowed")


def test_a_person_known_by_name_and_phone_is_not_registered_again(world: World) -> None:
    known = world.new_person(name="卢一舟", phone="13900001111")
    answer = centre(world).send("rights.case", NEW)
    with elevated("test"):
        assert Case.objects.get(code=said(answer)["case"]).persons == [known.pk]


# -- Word to the officer, and the checks of the house --------------------------------------------------------------------------


def test_whoever_works_on_the_case_hears_of_it_and_the_menu_counts_what_went_wrong(
    filed: Case, commission: Bureau, officer: Actor, world: World
) -> None:
    from niangjia.core.cases.actions import assign
    from niangjia.core.exchange.queries import to_look_at
    from niangjia.core.notices.models import Notice

    with elevated("test"):
        user = world.officer(world.here)
        assign(filed, user=user, duty="holder", by=officer, permission="cases.manage")
    commission.send("rights.arbitration.accepted", ACCEPTED, case=filed.code)
    commission.send("rights.award", AWARD | {"served_on": "2023-12-01"}, case=filed.code)
    with elevated("test"):
        assert [one.title for one in Notice.objects.filter(user=user, title__startswith="来件").order_by("id")] == [
            "来件：仲裁受理通知",
            "来件：仲裁裁决",
        ]
        assert to_look_at(officer) == (1, 1)


def test_the_checks_of_the_house_find_a_message_that_was_altered(filed: Case, commission: Bureau) -> None:
    from niangjia.base.sealing import seal
    from niangjia.core.exchange.models import BODY
    from niangjia.core.exchange.queries import checks

    commission.send("rights.arbitration.accepted", ACCEPTED, case=filed.code)
    with elevated("test"):
        assert all(check.ok for check in checks())
        came = received()[0]
        altered = came.raw.decode().replace("88", "99")
        Message.objects.filter(pk=came.pk).update(body_sealed=seal(altered, BODY))
        assert [check.ok for check in checks()] == [False, False]
