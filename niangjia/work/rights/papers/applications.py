"""Papers that the worker signs and hands to others: applications, the power of attorney, the list of evidence."""

from datetime import date
from typing import Any

from niangjia.core.access.actor import Actor
from niangjia.core.cases.models import Case
from niangjia.core.papers.paper import BLANK, Facts, Gap, Heading, Items, Paper, Signature, Table, Text
from niangjia.work.rights.enums import Forum
from niangjia.work.rights.papers.common import (
    asked,
    by_hand,
    clock_of,
    day,
    dispute_of,
    names,
    of_the_parties,
    other_side,
    roster,
    signing,
    told,
    worker_facts,
    workers,
    worksheets,
)
from niangjia.work.rights.queries import evidence_of, settlement_of


def mediation(case: Case, *, by: Actor, on: date, number: str, facts: dict[str, Any]) -> Paper:
    """The application for mediation; an oral one is written down so (调解仲裁法第十二条)."""
    blocks = (
        *of_the_parties(case, by, number, on, "申请人", "被申请人"),
        Heading("申请调解的争议事项"),
        Items(asked(case)),
        Heading("理由"),
        *told(case),
        Text("申请人自愿申请调解，所说属实。"),
        Text(f"此致　{dispute_of(case).mediated_by or BLANK}", flush=True),
        *roster(case, by, number),
    )
    signed = (*signing(case, "申请人"), *by_hand("口头申请的，记录人（签名）"))
    return Paper("", "劳动争议调解申请书", number, "", "", on, blocks, signed, plain=True, dense=True)


def arbitration(case: Case, *, by: Actor, on: date, number: str, facts: dict[str, Any]) -> Paper:
    """The application for arbitration with the parts that law names (调解仲裁法第二十八条)."""
    body = facts.get("body") or _body_of(case, Forum.ARBITRATION) or BLANK + "劳动人事争议仲裁委员会"
    blocks = (
        *of_the_parties(case, by, number, on, "申请人", "被申请人"),
        Heading("仲裁请求"),
        Items(asked(case, "请求裁决")),
        Heading("所根据的事实、理由"),
        *told(case),
        Gap("理由和依据", 3),
        Heading("证据和证据来源，证人姓名和住所"),
        *_evidence_lines(case),
        Text(f"证人姓名和住所：{facts.get('witnesses') or '（没有证人的划去）' + BLANK}"),
        Text(f"此致　{body}", flush=True),
        Text("附：申请书副本____份；证据材料____份；身份证明复印件____份。", flush=True),
        *worksheets(case),
        *roster(case, by, number),
    )
    return Paper("", "劳动人事争议仲裁申请书", number, "", "", on, blocks, signing(case, "申请人"), plain=True, dense=True)


def confirmation(case: Case, *, by: Actor, on: date, number: str, facts: dict[str, Any]) -> Paper:
    """The application of both sides for judicial confirmation: what is asked, what they promise, where papers reach them."""
    paper, clock = settlement_of(case), clock_of(case, "judicial_confirmation.apply")
    article = f"，依据：{clock.article}" if clock else ""
    until = f"申请期限到{day(clock.due_on)}{article}。" if clock and clock.due_on else ""
    agreed = (
        f"{day(paper.effective_on)}达成的调解协议（案号{case.code}，金额{paper.amount:,.2f}元）"
        if paper
        else f"调解协议（案号{case.code}）"
    )
    blocks = (
        *of_the_parties(case, by, number, on, "申请人（劳动者）", "申请人（用人单位）"),
        Heading("请求事项"),
        Text(f"请求依法确认申请人双方经{dispute_of(case).mediated_by or BLANK}主持于{agreed}有效。"),
        Heading("事实和理由"),
        *told(case),
        Text(f"双方经调解自愿达成上述协议，现共同申请司法确认。{until}"),
        Heading("承诺"),
        Text("双方出于解决纠纷的目的自愿达成协议，没有恶意串通、规避法律的行为；如果因为该协议内容而给他人造成损害的，愿意承担相应的民事责任和其他法律责任。"),
        Heading("送达地址和联系方式"),
        Gap("劳动者"), Gap("用人单位"),
        Text("附：调解协议书；身份证明、营业执照；与协议有关的证据材料。", flush=True),
        Text(f"此致　{facts.get('court') or _body_of(case, Forum.CONFIRMATION) or BLANK + '人民法院'}", flush=True),
        *roster(case, by, number),
    )  # fmt: skip
    signed = (*signing(case, "申请人（劳动者）"), *by_hand("申请人（用人单位，签名、盖章）"))
    return Paper("", "司法确认申请书", number, "", "", on, blocks, signed, plain=True, dense=True)


def attorney(case: Case, *, by: Actor, on: date, number: str, facts: dict[str, Any]) -> Paper:
    """Who acts for the worker, in what, how far; special power is written out item by item."""
    special = bool(facts.get("special"))
    stage, agent = facts.get("stage") or BLANK, facts.get("agent") or BLANK
    request = "诉讼请求" if stage in ("一审", "二审") else "请求"
    powers = (
        f"特别授权：代为承认、放弃、变更{request}，进行和解、调解，{'提起反诉或者上诉，' if request == '诉讼请求' else ''}代为签收法律文书。"
        if special
        else "一般代理：代为提出请求、提交和质证证据、参加调解和庭审、签收法律文书；承认、放弃、变更请求，和解、上诉，须另行授权。"
    )
    blocks = (
        *(part for person in workers(case) for part in (Heading("委托人"), Facts(worker_facts(case, person, by, number, on), pairs=True))),
        Heading("受委托人"),
        Facts((("姓名、单位", agent), ("证件号码", ""), ("联系电话", ""))),
        Text(f"委托人因与{other_side(case)}劳动争议一案（{case.code}），委托上列受委托人在{stage}阶段作为代理人。"),
        Heading("代理权限"),
        Text(powers),
        Text(f"代理期限：自签署之日起至{stage}终结之日止。"),
    )
    signed = (*signing(case, "委托人"), Signature("受委托人（签名）"))
    return Paper("", "授权委托书", number, "", "", on, blocks, signed, plain=True, dense=True)


def evidence_list(case: Case, *, by: Actor, on: date, number: str, facts: dict[str, Any]) -> Paper:
    """What is handed in as evidence, each with the pages it takes in the bundle (证据目录)."""
    rows, page = [], 1
    for place, one in enumerate(evidence_of(case), 1):
        last = page + one.pages - 1
        rows.append((str(place), one.title, one.proves, str(one.pages), f"{page}" if last == page else f"{page}—{last}"))
        page = last + 1
    blocks = (
        Text(f"案号：{case.code}　　申请人：{names(case)}　　被申请人：{other_side(case)}", flush=True),
        Table(("编号", "证据名称", "证明对象", "页数", "页码"), tuple(rows), numeric=(3,), widths=(1, 4, 5, 1, 2)),
        Text(f"共{len(rows)}份，{page - 1}页。原件由提交人保管，开庭时出示。", flush=True),
    )
    signed = by_hand("提交人（签名）", "接收人（签名）")
    return Paper("", "证据目录", number, "", "", on, blocks, signed, plain=True, dense=True)


def _evidence_lines(case: Case) -> tuple[Any, ...]:
    rows = evidence_of(case)
    if not rows:
        return (Gap("证据", 3),)
    return (Items(tuple(f"{one.title}，{one.pages}页{f'，证明：{one.proves}' if one.proves else ''}，由申请人提供" for one in rows)),)


def _body_of(case: Case, forum: str) -> str:
    found = case.proceedings.filter(forum=forum).order_by("-filed_on", "-id").first()
    return found.body_name if found else ""
