"""Every answer of arbitration and court over every transport: the same state, clocks and history as when an officer enters it by hand."""

import csv
import io
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pypdfium2
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.cases.actions import advance
from niangjia.core.cases.models import Case
from niangjia.core.exchange import actions
from niangjia.core.exchange.models import Message
from niangjia.core.exchange.tests.factories import Bureau, arbitration, court, inspection
from niangjia.core.imports.actions import receive, submit, work_on
from niangjia.core.imports.models import Batch
from niangjia.core.trail.models import Event
from niangjia.work.rights.exchange import INCOMING
from niangjia.work.rights.models import Proceeding, Settlement
from niangjia.work.rights.tests.factories import acting, new_dispute
from tests.world import World

pytestmark = pytest.mark.django_db
TRANSPORTS = ("api", "file", "paper")
WHOLE = {"amount": Decimal("12000.00"), "plan": [(date(2023, 11, 20), Decimal("12000.00"))]}
DECISION = {"number": "望字〔2023〕9号", "decided_on": "2023-12-14", "served_on": "2023-12-16", "result": "支持工资", "amount": "7120.00"}
BY_HAND = {
    "number": "望字〔2023〕9号", "decided_on": date(2023, 12, 14), "served_on": date(2023, 12, 16), "result": "支持工资",
    "amount": Decimal("7120.00"),
}  # fmt: skip
ACCEPT = ("accept", "2023-11-08", {"mediated_by": "桃源街道调解室"})
FAIL = ("fail", "2023-11-20", {"outcome": "4", "why": "单位不同意"})
ARBITRATE, SUE, CONFIRM = ("arbitrate", "2023-12-01", "arb"), ("sue", "2023-12-17", "court"), ("confirm", "2023-11-16", "court")
REFER = ("refer", "2023-11-21", "inspection")
TAKEN = ("arb_accept", "2023-12-05", {"number": "望劳人仲案〔2023〕88号", "simplified": False})
TO_AWARD = (ACCEPT, FAIL, ARBITRATE, TAKEN, ("award", "2023-12-16", BY_HAND | {"is_final": False}))


def _pdf() -> bytes:
    """One empty page."""
    book, file = pypdfium2.PdfDocument.new(), io.BytesIO()
    book.new_page(595, 842)
    book.save(file)
    return file.getvalue()


PDF = _pdf()


@dataclass(frozen=True)
class Kind:
    """One answer: the steps before it, who sends it, its facts, the row of a table that says the same, and the step by hand."""

    kind: str
    before: tuple[Any, ...]
    sender: str
    on: str
    facts: dict[str, Any]
    row: dict[str, str]
    step: str
    by_hand: dict[str, Any] = field(default_factory=dict)
    note: str = ""


def _decided(**more: str) -> dict[str, str]:
    return {
        "文号": "望字〔2023〕9号",
        "判决日期": "2023/12/14",
        "送达日期": "20231216",
        "主文": "支持工资",
        "支持金额": "7,120.00元",
        **more,
    }


KINDS = (
    Kind("rights.arbitration.accepted", (ACCEPT, FAIL, ARBITRATE), "arb", "2023-12-05", {"number": "望劳人仲案〔2023〕88号", "simplified": True},
         {"结果": "予以受理", "仲裁案号": "望劳人仲案〔2023〕88号", "适用简易程序": "是"}, "arb_accept", {"number": "望劳人仲案〔2023〕88号", "simplified": True}),
    Kind("rights.arbitration.declined", (ACCEPT, FAIL, ARBITRATE), "arb", "2023-12-05", {"reason": "不属受理范围"},
         {"结果": "不予受理", "备注": "不属受理范围"}, "arb_refuse", {}, "不属受理范围"),
    Kind("rights.arbitration.served", (ACCEPT, FAIL, ARBITRATE, TAKEN), "arb", "2023-12-07", {}, {"结果": "已送达"}, "served"),
    Kind("rights.hearing", (ACCEPT, FAIL, ARBITRATE, TAKEN), "arb", "2023-12-07", {"hearing_on": "2024-01-05"},
         {"结果": "开庭", "开庭时间": "2024年1月5日"}, "hearing", {"hearing_on": date(2024, 1, 5)}),
    Kind("rights.award", (ACCEPT, FAIL, ARBITRATE, TAKEN), "arb", "2023-12-16", DECISION | {"is_final": True},
         _decided(结果="仲裁裁决", 终局="是"), "award", BY_HAND | {"is_final": True}),
    Kind("rights.confirmation.accepted", (ACCEPT, ("agree", "2023-11-15", WHOLE), CONFIRM), "court", "2023-11-20", {"number": "（2023）调确1号"},
         {"结果": "确认立案", "法院案号": "（2023）调确1号"}, "confirm_accepted", {"number": "（2023）调确1号"}),
    Kind("rights.confirmation.decided", (ACCEPT, ("agree", "2023-11-15", WHOLE), CONFIRM), "court", "2023-12-01", {"number": "（2023）调确1号", "valid": True},
         {"结果": "确认有效", "法院案号": "（2023）调确1号"}, "confirmed", {"number": "（2023）调确1号"}),
    Kind("rights.suit.accepted", (*TO_AWARD, SUE), "court", "2023-12-18", {"number": "（2023）民初1号"}, {"结果": "立案", "法院案号": "（2023）民初1号"},
         "first_accept", {"number": "（2023）民初1号"}),
    Kind("rights.judgment", (*TO_AWARD, SUE), "court", "2023-12-18", DECISION, _decided(结果="一审判决"), "judge", BY_HAND),
    Kind("rights.judgment.final", (*TO_AWARD, SUE, ("judge", "2023-12-17", BY_HAND), ("appeal", "2023-12-17", "court")), "court", "2023-12-18", DECISION,
         _decided(结果="终审判决"), "final", BY_HAND),
    Kind("rights.enforcement.accepted", (ACCEPT, ("agree", "2023-11-15", WHOLE), ("breach", "2023-11-22", {}), ("enforce", "2023-11-23", "court")), "court",
         "2023-11-27", {"number": "（2023）执1号"}, {"结果": "执行立案", "法院案号": "（2023）执1号"}, ""),
    Kind("rights.referral.taken", (ACCEPT, REFER), "inspection", "2023-11-24", {"number": "望劳监受〔2023〕12号"},
         {"结果": "已受理", "文号": "望劳监受〔2023〕12号"}, "taken_over", {"number": "望劳监受〔2023〕12号"}),
    Kind("rights.referral.declined", (REFER,), "inspection", "2023-11-24", {"reason": "属劳动仲裁受理范围"},
         {"结果": "退回", "备注": "属劳动仲裁受理范围"}, "sent_back", {"why": "属劳动仲裁受理范围"}),
)  # fmt: skip


@dataclass
class Scene:
    """A district with an officer, and the two bodies on one transport."""

    world: World
    officer: Actor
    bodies: dict[str, Bureau]

    def filed(self, step: str, body: str) -> dict[str, Any]:
        """The facts of a step that goes to a body."""
        name = self.bodies[body].partner.name
        return {"to": name, "why": "单位不签合同，由监察查处"} if step == "refer" else {"body_name": name}

    def case(self, kind: Kind) -> Case:
        """A dispute that went the way before an answer."""
        case = new_dispute(self.world)
        for step, on, facts in kind.before:
            said = self.filed(step, facts) if isinstance(facts, str) else facts
            advance(case, step, by=self.officer, on=date.fromisoformat(on), **said)
        return case


def scene(transport: str) -> Scene:
    world = World()
    officer = acting(world.officer(world.here))
    bodies = {"arb": arbitration, "court": court, "inspection": inspection}
    return Scene(world, officer, {name: made(world, transport=transport) for name, made in bodies.items()})


def told_of(case: Case, sender: Bureau) -> Message:
    """The last message we sent to the body about the case."""
    with elevated("test"):
        return Message.objects.filter(case=case, partner=sender.partner, direction="out").latest("id")


def answer(stage: Scene, case: Case, kind: Kind, transport: str) -> None:
    """The answer comes by one transport."""
    sender = stage.bodies[kind.sender]
    sent = told_of(case, sender)
    if transport == "api":
        heard = sender.send(kind.kind, kind.facts, case=case.code, on=kind.on, reply_to=sent.number)
        assert heard.status_code == 200, heard.content.decode()
    elif transport == "paper":
        actions.register_letter(
            partner=sender.partner, kind=kind.kind, case=case, facts=kind.facts, their_number="望函〔2023〕3号", said_on=date.fromisoformat(kind.on),
            by=stage.officer, scan=SimpleUploadedFile("来函.pdf", PDF), answers=sent,
        )  # fmt: skip
    else:
        batch = handed_in(stage, [{"贵方编号": sent.number, "办理日期": kind.on, **kind.row}])
        assert (batch.state, batch.new, batch.refused) == ("applied", 1, 0), batch_problems(batch)


def handed_in(stage: Scene, rows: list[dict[str, str]]) -> Batch:
    """A bureau's table, checked, previewed and applied."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(dict.fromkeys(name for row in rows for name in row)))
    writer.writeheader()
    writer.writerows(rows)
    got = receive(
        sheet="exchange_answers", data=text.getvalue().encode(), name="答复.csv", org=stage.world.here, by=stage.officer, queue=False
    )
    work_on(code=got.batch.code)
    with elevated("test"):
        batch = Batch.objects.select_related("org").get(code=got.batch.code)
        if batch.state == "checked" and batch.new:
            submit(batch=batch, by=stage.officer, queue=False)
            work_on(code=batch.code)
        batch.refresh_from_db()
    return batch


def batch_problems(batch: Batch) -> list[Any]:
    with elevated("test"):
        return [batch.message, *batch.staged.values_list("decision", "problems", "facts")]


def stand(case: Case) -> dict[str, Any]:
    """Everything an answer may change: state, clocks, history, money, proceedings."""
    with elevated("test"):
        case.refresh_from_db()
        return {
            "state": case.state,
            "due": case.due_on,
            "clocks": sorted(case.clocks.values_list("term", "state", "starts_on", "due_on")),
            "steps": list(case.steps.exclude(step__in=("paper", "scan")).order_by("number").values_list("step", "on", "target")),
            "money": list(Settlement.objects.filter(case=case).order_by("id").values_list("ground", "amount", "number", "confirmed_on")),
            "forums": list(
                Proceeding.objects.filter(case=case).order_by("id").values_list("forum", "number", "accepted_on", "hearing_on", "served_on", "is_final")
            ),
            "events": list(Event.objects.filter(subject=case.subject, verb="cases.advance").order_by("id").values_list("on", flat=True)),
        }  # fmt: skip


def test_the_table_has_every_kind_that_answers() -> None:
    assert {one.kind for one in KINDS} == {one.kind for one in INCOMING if not one.opens}


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_an_answer_counts_the_same_by_interface_file_and_letter(kind: Kind, transport: str) -> None:
    stage = scene(transport)
    by_hand, case = stage.case(kind), stage.case(kind)
    if kind.step:
        advance(by_hand, kind.step, by=stage.officer, on=date.fromisoformat(kind.on), note=kind.note, **kind.by_hand)
    answer(stage, case, kind, transport)
    expected, found = stand(by_hand), stand(case)
    if not kind.step:
        assert found["forums"][-1][:3] == ("enforce", "(2023)执1号", date(2023, 11, 27))
        found.pop("forums"), expected.pop("forums")
    assert found == expected
    with elevated("test"):
        message = Message.objects.get(case=case, direction="in")
        assert (message.transport, message.state, message.answers_id) == (transport, "applied", told_of(case, stage.bodies[kind.sender]).pk)
        assert set(Event.objects.filter(subject=case.subject, verb__startswith="exchange.").values_list("verb", flat=True)) >= {
            "exchange.queue", "exchange.take_in", "exchange.apply",
        }  # fmt: skip
        assert (message.scan_id is not None) == (transport == "paper")


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_the_same_answer_again_changes_nothing(transport: str) -> None:
    kind, stage = KINDS[0], scene(transport)
    case = stage.case(kind)
    answer(stage, case, kind, transport)
    before = stand(case)
    if transport == "file":
        again = handed_in(
            stage, [{"贵方编号": told_of(case, stage.bodies["arb"]).number, "办理日期": kind.on, "说明": "第二次", **kind.row}]
        )
        assert (again.new, again.same) == (0, 1)
    elif transport == "paper":
        answer(stage, case, kind, transport)
    assert stand(case) == before
    with elevated("test"):
        assert Message.objects.filter(case=case, direction="in").count() == 1


# -- Letters --------------------------------------------------------------------------------------------------------------------


def test_a_letter_goes_out_under_its_number_with_the_step_and_its_slip_is_the_receipt() -> None:
    from niangjia.core.papers.actions import file_scan
    from niangjia.core.papers.models import IssuedPaper
    from niangjia.core.papers.paper import Slip
    from niangjia.core.papers.queries import paper_of

    stage = scene("paper")
    case = stage.case(KINDS[0])
    sent = told_of(case, stage.bodies["arb"])
    with elevated("test"):
        letter = IssuedPaper.objects.get(case=case, kind="exchange-letter")
        paper = paper_of(letter)
    assert sent.letter == letter.number and "往〔2023〕1号" in letter.number and sent.state == "queued"
    assert any(isinstance(block, Slip) for block in paper.blocks) and paper.addressee == stage.bodies["arb"].partner.name
    actions.post_letter(sent, how="EMS 1234567890", by=stage.officer)
    assert told_of(case, stage.bodies["arb"]).state == "sent"
    file_scan(letter, PDF, stage.officer, slip=True)
    back = told_of(case, stage.bodies["arb"])
    assert (back.state, back.receipt_number) == ("acked", f"{letter.number}回执")
    with pytest.raises(ValidationError, match="不是等着寄出"):
        actions.post_letter(back, how="再寄", by=stage.officer)


def test_a_letter_that_has_no_place_now_is_told_to_the_officer_and_nothing_is_kept() -> None:
    stage = scene("paper")
    case = stage.case(KINDS[0])
    with pytest.raises(ValidationError, match="不由你单位发来"):
        answer(stage, case, Kind("rights.judgment", (), "arb", "2023-12-18", DECISION, {}, ""), "paper")
    with pytest.raises(ValidationError, match="缺少或写法不对"):
        answer(stage, case, Kind("rights.arbitration.accepted", (), "arb", "2023-12-05", {}, {}, ""), "paper")
    with elevated("test"):
        assert not Message.objects.filter(direction="in").exists() and stand(case)["state"] == "filed"


def test_an_early_letter_waits_like_an_early_message() -> None:
    stage = scene("paper")
    case = stage.case(KINDS[0])
    answer(stage, case, KINDS[4], "paper")
    assert stand(case)["state"] == "filed"
    answer(stage, case, KINDS[0], "paper")
    assert stand(case)["state"] == "awarded"


# -- Files ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_waits_goes_out_in_one_file_whose_control_file_holds(ending: str) -> None:
    import hashlib
    import json

    from niangjia.base.signing import is_signature_of
    from niangjia.core.exchange.actions.parcels import rows_of, signed_part
    from niangjia.core.files.queries import open_file

    stage = scene("file")
    cases = [stage.case(KINDS[0]), stage.case(KINDS[0])]
    partner = stage.bodies["arb"].partner
    parcel = actions.make_parcel(partner, by=stage.officer, kind=ending)
    with elevated("test"), open_file(parcel.file) as file:
        data = file.read()
    control = json.loads(parcel.control)
    assert (control["rows"], control["total"], control["bytes"]) == (2, "41640.00", len(data))
    assert control["sha256"] == hashlib.sha256(data).hexdigest() == parcel.sha256
    with elevated("test"):
        own = actions.own_pair()
    assert is_signature_of(signed_part(control), control["signature"], own.public)
    assert not is_signature_of(signed_part(control | {"rows": 3}), control["signature"], own.public)
    if ending == "csv":
        assert [row["案号"] for row in rows_of(data)] == [case.code for case in cases]
        assert rows_of(data)[0]["申请人"] == "姓名 何静川"
    assert {told_of(case, stage.bodies["arb"]).state for case in cases} == {"sent"}
    assert actions.note_parcel_receipt(parcel, number="窗口签收", by=stage.officer) == 2
    with pytest.raises(ValidationError, match="没有等着"):
        actions.make_parcel(partner, by=stage.officer)


def test_rows_that_have_no_place_are_refused_with_the_reason_and_the_others_applied() -> None:
    stage = scene("file")
    case, other = stage.case(KINDS[0]), stage.case(KINDS[0])
    ours, theirs = told_of(case, stage.bodies["arb"]), told_of(other, stage.bodies["arb"])
    batch = handed_in(stage, [
        {"贵方编号": ours.number, "办理日期": "2023-12-05", **KINDS[0].row},
        {"贵方编号": "JH-330212-2023-99999", "办理日期": "2023-12-05", **KINDS[0].row},
        {"贵方编号": theirs.number, "办理日期": "2023-12-05", "结果": "随便写的"},
        {"贵方编号": theirs.number, "办理日期": "2023-12-05", "结果": "判决"},
        {"贵方编号": theirs.number, "办理日期": "2023-11-01", "结果": "不予受理", "备注": "不属受理范围"},
    ])  # fmt: skip
    assert (batch.state, batch.new, batch.refused) == ("applied", 1, 4), batch_problems(batch)
    with elevated("test"):
        said = [one["problems"][-1]["message"] for one in batch.staged.filter(decision=5).order_by("number").values("problems")]
    assert "没有发出过这一件" in said[0] and "看不懂这个结果" in said[1] and "看不懂这个结果" in said[2] and "不能更早" in said[3], said
    assert (stand(case)["state"], stand(other)["state"]) == ("arbitrating", "filed")


def test_a_stranger_s_file_touches_no_case_of_another_town() -> None:
    stage = scene("file")
    case = stage.case(KINDS[0])
    stranger = Scene(stage.world, acting(stage.world.officer(stage.world.elsewhere)), stage.bodies)
    got = receive(
        sheet="exchange_answers", data=f"往来号,结果,办理日期\n{told_of(case, stage.bodies['arb']).number},受理,2023-12-05\n".encode(), name="a.csv",
        org=stage.world.elsewhere, by=stranger.officer, queue=False,
    )  # fmt: skip
    work_on(code=got.batch.code)
    with elevated("test"):
        assert Batch.objects.get(code=got.batch.code).refused == 1 and stand(case)["state"] == "filed"
