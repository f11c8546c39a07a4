"""The desk's pages of the exchange: who sees what, what may be done, each refusal said."""

import io
from datetime import date
from typing import Any

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from niangjia.base import signing
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.cases.models import Case
from niangjia.core.exchange.models import Message, Parcel, Partner, PartnerKey
from niangjia.core.exchange.tests.conftest import go_to_arbitration
from niangjia.core.exchange.tests.factories import Bureau, arbitration
from niangjia.core.orgs.actions import add_partner as add_body
from niangjia.core.orgs.enums import PartnerKind
from niangjia.core.trail.models import Event
from niangjia.work.rights.tests.factories import acting, new_dispute
from tests.world import World

pytestmark = pytest.mark.django_db


def signed_in(world: World, role: str = "town_officer", *, here: bool = True, district: bool = False) -> Client:
    client = Client()
    client.force_login(world.officer(world.district if district else world.here if here else world.elsewhere, role))
    return client


def sent() -> Message:
    with elevated("test"):
        return Message.objects.select_related("case").get(direction="out")


def text(answer: Any) -> str:
    return str(answer.content.decode())


def pdf() -> SimpleUploadedFile:
    book, file = pypdfium2.PdfDocument.new(), io.BytesIO()
    book.new_page(595, 842)
    book.save(file)
    return SimpleUploadedFile("来函.pdf", file.getvalue())


def test_the_list_shows_messages_of_the_post_and_names_nobody(filed: Case, world: World) -> None:
    page = text(signed_in(world).get(reverse("exchange:list")))
    assert sent().number in page and filed.code in page and "仲裁申请" in page
    assert "何静川" not in page
    assert sent().number not in text(signed_in(world, here=False).get(reverse("exchange:list")))


@pytest.mark.parametrize(("asked", "there"), [("?stand=waiting", True), ("?direction=in", False), ("?q=own", True), ("?q=JH-0", False)])
def test_the_list_is_filtered_and_searched(asked: str, there: bool, filed: Case, world: World) -> None:
    page = signed_in(world).get(reverse("exchange:list") + asked.replace("own", filed.code))
    assert (f">{sent().number}<" in text(page)) is there


def test_the_list_is_exported_by_whoever_may(filed: Case, world: World) -> None:
    answer = signed_in(world, "dept_officer", district=True).get(reverse("exchange:list") + "?format=csv")
    assert sent().number in b"".join(answer.streaming_content).decode()
    assert "text/html" in signed_in(world).get(reverse("exchange:list") + "?format=csv")["Content-Type"]


def test_a_message_is_shown_masked_and_whole_only_for_a_reason(filed: Case, world: World) -> None:
    with elevated("test"):
        from niangjia.core.access.actor import SYSTEM
        from niangjia.core.people.actions import change_details

        assert change_details(world.person, phone="13900004417", by=SYSTEM)
    case = go_to_arbitration(new_dispute(world), acting(world.officer(world.here)), _partner_of(filed))
    with elevated("test"):
        number = Message.objects.get(case=case).number
    client, address = signed_in(world), reverse("exchange:detail", args=[number])
    page = text(client.get(address))
    assert "139****4417" in page and "13900004417" not in page and "7120.00" in page
    read = reverse("exchange:do", args=[number, "read"])
    assert "13900004417" not in text(client.get(read)) and client.post(read, {"reason": "看"}).status_code == 422
    assert "13900004417" in text(client.post(read, {"reason": "对方来电核对手机"}))
    with elevated("test"):
        assert Event.objects.get(verb="exchange.read").reason == "对方来电核对手机"


def _partner_of(case: Case) -> Bureau:
    with elevated("test"):
        partner = Partner.objects.get(messages__case=case)
    return Bureau(partner, signing.KeyPair("none", signing.new_private_key()))


@pytest.mark.parametrize("verb", ["read", "stop", "resend"])
def test_a_stranger_sees_and_does_nothing(verb: str, filed: Case, world: World) -> None:
    stranger = signed_in(world, here=False)
    assert stranger.get(reverse("exchange:detail", args=[sent().number])).status_code == 404
    assert stranger.post(reverse("exchange:do", args=[sent().number, verb]), {"reason": "不相干的人"}).status_code == 404
    leader = signed_in(world, "district_leader", district=True)
    assert leader.get(reverse("exchange:detail", args=[sent().number])).status_code == 200
    assert leader.post(reverse("exchange:do", args=[sent().number, verb]), {"reason": "领导只看不办"}).status_code == 403


def test_a_message_is_stopped_for_a_reason_and_sent_again(filed: Case, world: World) -> None:
    client, number = signed_in(world), sent().number
    stop, again = (reverse("exchange:do", args=[number, verb]) for verb in ("stop", "resend"))
    assert client.post(stop, {"reason": "短"}).status_code == 422
    assert client.post(stop, {"reason": "改为当面送去"}).status_code == 302 and sent().state == "dead"
    assert "改为当面送去" in text(client.get(reverse("exchange:detail", args=[number])))
    assert client.post(stop, {"reason": "改为当面送去"}).status_code == 404
    assert client.post(again).status_code == 302 and sent().state == "queued"


def test_the_page_of_the_case_has_what_was_exchanged(filed: Case, world: World) -> None:
    page = text(signed_in(world).get(reverse("cases:detail", args=[filed.code])))
    assert "往来" in page and reverse("exchange:detail", args=[sent().number]) in page


def test_the_signature_of_a_message_is_checked_again_on_its_page(filed: Case, commission: Bureau, world: World) -> None:
    commission.send("rights.arbitration.accepted", {"number": "望劳人仲案〔2023〕88号"}, case=filed.code)
    with elevated("test"):
        came = Message.objects.get(direction="in")
    client, address = signed_in(world), reverse("exchange:detail", args=[came.number])
    assert "签名有效" in text(client.get(address))
    with elevated("test"):
        Message.objects.filter(pk=came.pk).update(envelope={**came.envelope, "url": "http://elsewhere/api/v1/exchange/messages"})
    assert "签名不对" in text(client.get(address))


# -- Partners and keys ------------------------------------------------------------------------------------------------------------


def test_a_partner_takes_part_and_its_key_counts_after_a_second_person(world: World) -> None:
    with elevated("test"):
        body = add_body(name="望湖区人民法院", kind=PartnerKind.COURT, answering_org=world.district, by=_system())
    first, second = (signed_in(world, "dept_officer", district=True) for _ in range(2))
    said = {"body": body.pk, "transport": "api", "endpoint": "http://court.example/take", "on": "2023-12-01"}
    answer = first.post(reverse("exchange:add"), said)
    assert answer.status_code == 422 and "https://" in text(answer)
    assert first.post(reverse("exchange:add"), said | {"endpoint": "https://court.example/take"}).status_code == 302
    key, form = signing.KeyPair("court-2023", signing.new_private_key()), reverse("exchange:do-partner", args=[body.code, "key"])
    assert "看不懂这把公钥" in text(first.post(form, {"key_id": key.key_id, "public": "abc", "valid_from": "2023-12-01"}))
    assert first.post(form, {"key_id": key.key_id, "public": key.public, "valid_from": "2023-12-01"}).status_code == 302
    confirm = reverse("exchange:do-key", args=[key.key_id, "confirm"])
    with elevated("test"):
        row = PartnerKey.objects.get()
    assert row.fingerprint in text(second.get(confirm)) and row.standing == "待核对"
    assert first.post(confirm).status_code == 403, "the one who entered it does not confirm it"
    assert second.post(confirm).status_code == 302
    assert "在用" in text(first.get(reverse("exchange:partner", args=[body.code])))
    revoke = reverse("exchange:do-key", args=[key.key_id, "revoke"])
    assert first.post(revoke, {"reason": "对方私钥泄露"}).status_code == 302
    assert "对方私钥泄露" in text(second.get(reverse("exchange:partner", args=[body.code])))
    assert second.post(confirm).status_code == 422


def _system() -> Actor:
    from niangjia.core.access.actor import SYSTEM

    return SYSTEM


def test_who_only_works_on_cases_registers_no_partner(commission: Bureau, world: World) -> None:
    officer = signed_in(world)
    assert commission.partner.name in text(officer.get(reverse("exchange:partners")))
    for address in (
        reverse("exchange:add"), reverse("exchange:do-partner", args=[commission.partner.code, "end"]),
        reverse("exchange:do-key", args=[commission.keys.key_id, "revoke"]), reverse("exchange:own-key"),
    ):  # fmt: skip
        assert officer.post(address, {"reason": "不该由我来", "valid_to": "2023-12-18"}).status_code == 403


def test_the_way_is_changed_and_the_part_ended(commission: Bureau, world: World) -> None:
    client = signed_in(world, "dept_officer", district=True)
    change, end = (reverse("exchange:do-partner", args=[commission.partner.code, verb]) for verb in ("change", "end"))
    assert client.post(change, {"transport": "paper", "address": "望湖路 1 号"}).status_code == 302
    assert client.post(end, {"valid_to": "2023-12-18"}).status_code == 302
    with elevated("test"):
        partner = Partner.objects.get()
    assert (partner.transport, partner.in_force) == ("paper", False)
    assert client.post(reverse("exchange:own-key")).status_code == 302
    assert client.post(reverse("exchange:do-partner", args=[commission.partner.code, "no"])).status_code == 404


# -- Letters and files ------------------------------------------------------------------------------------------------------------


def test_a_letter_is_posted_and_its_answer_registered_with_the_scan(world: World) -> None:
    go_to_arbitration(new_dispute(world), acting(world.officer(world.here)), arbitration(world, transport="paper"))
    client, number = signed_in(world), sent().number
    page = text(client.get(reverse("exchange:detail", args=[number])))
    assert sent().letter in page and "登记寄出" in page
    assert client.post(reverse("exchange:do", args=[number, "post"]), {"how": "EMS 1234567890", "on": "2023-12-02"}).status_code == 302
    reply = reverse("exchange:reply", args=[number])
    assert "仲裁受理通知" in text(client.get(reply)) and "一审判决" not in text(client.get(reply))
    form = f"{reply}?kind=rights.arbitration.accepted"
    facts = {"their_number": "望劳人仲受〔2023〕88号", "said_on": "2023-12-05", "number": "望劳人仲案〔2023〕88号"}
    assert client.post(form, facts).status_code == 422, "without a scan"
    assert client.post(form, facts | {"scan": SimpleUploadedFile("a.pdf", b"MZ no paper")}).status_code == 422
    assert client.post(form, facts | {"scan": pdf()}).status_code == 302
    with elevated("test"):
        came = Message.objects.get(direction="in")
        assert came.scan_id and came.case and came.case.state == "arbitrating"
    assert signed_in(world, here=False).get(reply).status_code == 404


def test_what_waits_is_put_into_a_file_and_taken_away_with_a_trail(world: World) -> None:
    case = go_to_arbitration(new_dispute(world), acting(world.officer(world.here)), arbitration(world, transport="file"))
    client = signed_in(world)
    with elevated("test"):
        code = Partner.objects.get().code
    assert client.post(reverse("exchange:parcel-new"), {"partner": code, "kind": "csv"}).status_code == 302
    assert client.post(reverse("exchange:parcel-new"), {"partner": code, "kind": "csv"}).status_code == 422, "nothing waits any more"
    with elevated("test"):
        parcel = Parcel.objects.get()
    page = reverse("exchange:parcel", args=[parcel.code])
    assert parcel.sha256 in text(client.get(page)) and parcel.code in text(client.get(reverse("exchange:parcels")))
    taken = client.post(reverse("exchange:parcel-take", args=[parcel.code]))
    assert case.code in b"".join(taken.streaming_content).decode()
    assert b'"signature"' in client.get(reverse("exchange:parcel-control", args=[parcel.code])).content
    assert client.post(page, {"number": "窗口签收"}).status_code == 302 and sent().state == "acked"
    stranger = signed_in(world, here=False)
    for name in ("parcel", "parcel-control"):
        assert stranger.get(reverse(f"exchange:{name}", args=[parcel.code])).status_code == 404
    assert stranger.post(reverse("exchange:parcel-take", args=[parcel.code])).status_code == 404
    with elevated("test"):
        assert (
            Event.objects.filter(verb="exchange.take_out").count() == 1
            and date(2023, 12, 18) == Event.objects.get(verb="exchange.take_out").on
        )
