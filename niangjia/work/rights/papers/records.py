"""Papers that the parties sign: the record of a meeting, and the agreement."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from niangjia.base.calendar import WEEKDAYS, chinese_date
from niangjia.base.money import in_words
from niangjia.core.access.actor import Actor
from niangjia.core.cases.enums import Part
from niangjia.core.cases.models import Case
from niangjia.core.papers.paper import BLANK, Block, Gap, Heading, Items, Paper, Signature, Table, Text
from niangjia.work.rights.enums import Ground
from niangjia.work.rights.papers.common import (
    asked,
    by_hand,
    claims_of,
    clock_of,
    day,
    dispute_of,
    names,
    of_the_parties,
    other_side,
    parties,
    roster,
    signing,
    told,
    yuan,
)
from niangjia.work.rights.queries import settlement_of

ROOM = 14
"""Empty lines where nothing was written down yet."""


def minutes(case: Case, *, by: Actor, on: date, number: str, facts: dict[str, Any]) -> Paper:
    """The record of one meeting (调解笔录): when, where, who came, what each was told, what was said."""
    rows = list(case.sessions.order_by("-on", "-id"))
    if not rows:
        raise ValidationError("还没有约过调解会，先办“约调解会”。")
    row = rows[min(int(facts.get("session") or 0), len(rows) - 1)]
    came = {None: "", True: "双方到会", False: "有一方没有到会"}[row.both_came]
    agents = "、".join(one.called for one in parties(case, Part.AGENT, Part.THIRD))
    at = f" {row.time:%H:%M}" if row.time else ""
    said: list[Block] = [Text(line) for line in row.minutes.splitlines() if line.strip()] or [Gap("", ROOM)]
    blocks = (
        Items(
            (
                f"时间：{chinese_date(row.on)}（星期{WEEKDAYS[row.on.weekday()]}）{at or '　____时____分'}",
                f"地点：{row.place or BLANK}",
                f"案号、案由：{case.code}，{names(case)}与{other_side(case)}劳动争议",
                f"申请人：{names(case)}",
                f"被申请人：{other_side(case)}",
                f"代理人、第三人：{agents or BLANK}",
                f"到场的其他人：{facts.get('present') or BLANK}",
                f"调解组织、调解员：{dispute_of(case).mediated_by or BLANK}，{_mediators(case)}",
                f"记录人：{facts.get('clerk') or BLANK}",
                f"到会情况：{came or BLANK}",
            )
        ),
        Text("调解员告知：调解遵循自愿原则，双方可以接受、拒绝或者要求终止调解；应当如实陈述，尊重对方。双方表示听清，是否申请调解员回避：______。"),
        Heading("笔录"),
        *said,
        Text("以上笔录已阅（已向本人宣读），与所说一致。", flush=True),
    )  # fmt: skip
    signed = by_hand("申请人（签名、指印）", "被申请人（签名、盖章）", "调解员（签名）", "记录人（签名）")
    return Paper("", "调解笔录", number, "", "", on, blocks, signed, plain=True, dense=True)


def _mediators(case: Case) -> str:
    rows = case.assignments.filter(valid_to__isnull=True, duty="mediator").select_related("user").order_by("id")
    return "、".join(row.user.name for row in rows) or BLANK


def agreement(case: Case, *, by: Actor, on: date, number: str, facts: dict[str, Any]) -> Paper:
    """The agreement (调解协议书) with the parts that law names (人民调解法第二十九条、调解仲裁法第十四条)."""
    paper = settlement_of(case)
    if paper is None or paper.ground != Ground.AGREEMENT:
        raise ValidationError("还没有登记达成协议，先办“达成协议”，写清金额和哪天付多少。")
    words = facts.get("facts", "").strip()
    story: list[Block] = [Text(line) for line in words.splitlines() if line.strip()] if words else told(case)
    clock = clock_of(case, "judicial_confirmation.apply")
    until = f"（{day(clock.due_on)}前）" if clock and clock.due_on else ""
    total = (
        f"由{other_side(case)}向{names(case)}支付人民币{paper.amount:,.2f}元（大写：{in_words(paper.amount)}）"
        if paper.amount
        else f"协议内容：{BLANK}"
    )
    per_claim = tuple((one.item, whose(one), yuan(one.agreed)) for one in claims_of(case) if one.agreed is not None)
    plan = tuple((str(place), day(one.due_on), yuan(one.amount)) for place, one in enumerate(paper.instalments.order_by("due_on"), 1))
    clauses: list[Block] = [Text(f"经{dispute_of(case).mediated_by or BLANK}主持调解，双方自愿协商，达成如下协议：{total}。")]
    if per_claim:
        clauses += [Text("其中：", flush=True), Table(("项目", "权利人", "金额（元）"), per_claim, numeric=(2,), widths=(4, 2, 2))]
    if plan:
        clauses += [Text("履行期限：", flush=True), Table(("期次", "付款日期", "金额（元）"), plan, numeric=(2,), widths=(1, 3, 3))]
    blocks = (
        *of_the_parties(case, by, number, on, "申请人", "被申请人"),
        Heading("一、纠纷的主要事实、争议事项以及各方责任"),
        *story,
        Text("争议事项："),
        Items(asked(case, "申请人请求")),
        *(() if words else (Gap("各方责任", 2),)),
        Heading("二、协议内容，履行的方式、期限"),
        *clauses,
        Text(f"履行方式：{facts.get('way') or BLANK + BLANK}。"),
        *((Text(f"违约责任：{facts['breach']}"),) if facts.get("breach") else ()),
        Text("上述款项履行完毕后，双方就本协议列明的争议事项再无其他争议。"),
        Heading("三、声明和告知"),
        Items(
            (
                "双方确认：本协议是在调解组织主持下自愿、平等协商达成，内容是双方真实意思，没有受到欺诈、胁迫，双方已经知道其法律后果。",
                "本协议由双方签名、盖章或者按指印，经调解员签名并加盖调解组织印章后生效，对双方具有约束力，双方应当履行。",
                f"双方可以自本协议生效之日起三十日内{until}共同向有管辖权的人民法院申请司法确认；确认有效后，一方不履行的，对方可以申请强制执行。",
                "一方在约定期限内不履行的，对方可以依法申请仲裁；因支付拖欠劳动报酬、工伤医疗费、经济补偿或者赔偿金事项达成协议，用人单位不履行的，劳动者可以持本协议依法向人民法院申请支付令。",
                "本协议一式三份，双方各执一份，调解组织留存一份。",
            )
        ),
        *roster(case, by, number),
    )  # fmt: skip
    signed = (
        *signing(case, "申请人"), *by_hand("被申请人（签名、盖章）", "调解员（签名）"),
        Signature(dispute_of(case).mediated_by or "调解组织（盖章）", seal=True),
    )  # fmt: skip
    return Paper("", "劳动争议调解协议书", number, "", "", on, blocks, signed, plain=True, dense=True)


def whose(claim: Any) -> str:
    """Whom a claim belongs to."""
    return claim.person.name if claim.person else ""
