"""Papers of working together: the element form, the worksheet, who speaks for all, what each worker claims and gets."""

from datetime import date
from decimal import Decimal
from typing import Any

from niangjia.core.cases.enums import Part
from niangjia.core.cases.models import Case
from niangjia.core.papers.paper import BLANK, Block, Facts, Heading, Items, Paper, Signature, Table, Text
from niangjia.work.rights.elements import questions_of
from niangjia.work.rights.joint import shares_of
from niangjia.work.rights.models import Elements
from niangjia.work.rights.papers.common import by_hand, names, other_side, parties, yuan
from niangjia.work.rights.queries import received_by_person
from niangjia.work.rights.reckoning import SORTS

HEAD = "案号：{code}　　申请人：{names}　　被申请人：{other}"


def _head(case: Case) -> Text:
    people = parties(case, Part.APPLICANT)
    who = names(case) if len(people) < 4 else f"{people[0].called}等 {len(people)} 人"
    return Text(HEAD.format(code=case.code, names=who, other=other_side(case)), flush=True)


def elements(case: Case, *, by: Any, on: date, number: str, facts: dict[str, Any]) -> Paper:
    """The answers to the element questions, for any body (要素表)."""
    kept = Elements.objects.get(case=case).answers
    rows = tuple((one.words, kept.get(one.key, "")) for one in questions_of(case))
    signed = by_hand("申请人（签名）", "被申请人（签名或盖章）", "调解员（签名）")
    return Paper("", "劳动争议要素表", number, "", "", on, (_head(case), Facts(rows)), signed, plain=True, dense=True)


def has_elements(case: Case) -> bool:
    """Whether the element form is filled in."""
    return Elements.objects.filter(case=case).exists()


def worksheet(case: Case, *, by: Any, on: date, number: str, facts: dict[str, Any]) -> Paper:
    """Every sum that was reckoned, step by step with its articles (计算过程)."""
    blocks: list[Block] = [_head(case)]
    for row in case.reckonings.filter(replaced_on__isnull=True).order_by("id"):
        sheet = row.sheet
        table = tuple((one["item"], one["basis"], yuan(Decimal(one["amount"]))) for one in sheet["sums"])
        blocks += [Heading(SORTS.get(row.sort, row.sort)), Items(tuple(sheet["steps"]))]
        blocks += (
            [Table(("请求", "依据", "金额（元）"), (*table, ("合计", "", yuan(row.total))), numeric=(2,), widths=(3, 5, 2))]
            if table
            else []
        )
    blocks.append(Text("标“待核”的依据还没有核对原文；金额以仲裁、法院认定为准。", flush=True))
    return Paper("", "金额计算表", number, "", "", on, tuple(blocks), by_hand("申请人（签名）"), plain=True, dense=True)


def has_worksheet(case: Case) -> bool:
    """Whether a calculator's worksheet is kept with the case."""
    return bool(case.reckonings.filter(replaced_on__isnull=True).exists())


def mandate(case: Case, *, by: Any, on: date, number: str, facts: dict[str, Any]) -> Paper:
    """Who speaks for all, signed by each (推举书)."""
    chosen = [one.called for one in parties(case, Part.REPRESENTATIVE)]
    everybody = tuple((str(place), one.called, "") for place, one in enumerate(parties(case, Part.APPLICANT), 1))
    blocks = (
        Text(
            f"我们 {len(everybody)} 人与{other_side(case)}发生劳动争议，有共同请求。推举{'、'.join(chosen) or BLANK}为代表，参加调解、仲裁、诉讼。"
        ),
        Text("代表变更、放弃请求，承认对方请求，和解的，须经我们同意。"),
        Text("依据：劳动争议调解仲裁法第七条；浙江省劳动人事争议调解仲裁条例第四十条。", flush=True),
        Table(("序号", "姓名", "签名"), everybody, widths=(1, 3, 5)),
    )
    signed = tuple(Signature("代表（签名）", name) for name in chosen) or by_hand("代表（签名）")
    return Paper("", "推举代表书", number, "", "", on, blocks, signed, plain=True, dense=True)


def has_representatives(case: Case) -> bool:
    """Whether somebody was chosen to speak for all."""
    return bool(parties(case, Part.REPRESENTATIVE))


def shares(case: Case, *, by: Any, on: date, number: str, facts: dict[str, Any]) -> Paper:
    """What each worker claims, gets by the paper in force, and received; signed for by each."""
    rows, received = shares_of(case), received_by_person(case)
    lines = [
        (
            str(place),
            row.person.name,
            yuan(row.claimed),
            "没有签" if row.stays_out else yuan(row.agreed),
            yuan(received.get(row.person_id)),
            "",
        )
        for place, row in enumerate(rows, 1)
    ]
    sums = (
        yuan(sum((row.claimed or Decimal(0) for row in rows), Decimal(0))), yuan(sum((row.agreed or Decimal(0) for row in rows), Decimal(0))),
        yuan(sum(received.values(), Decimal(0))),
    )  # fmt: skip
    table = Table(
        ("序号", "姓名", "主张（元）", "说定（元）", "到账（元）", "签名"),
        (*lines, ("", "合计", *sums, "")),
        numeric=(2, 3, 4),
        widths=(1, 3, 3, 3, 3, 3),
    )
    signed = by_hand("代表（签名）", "用人单位（盖章）")
    return Paper("", "集体争议每人金额表", number, "", "", on, (_head(case), table), signed, plain=True, dense=True)


def has_shares(case: Case) -> bool:
    """Whether everybody has a row of their own."""
    return bool(shares_of(case))
