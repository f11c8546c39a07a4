"""Papers the union issues under its number: accepted, not taken, ended, handed on, answered, dunned."""

from datetime import date
from decimal import Decimal
from typing import Any

from niangjia.base.calendar import today
from niangjia.base.money import in_words
from niangjia.core.access.actor import Actor
from niangjia.core.cases.models import Case
from niangjia.core.papers.paper import BLANK, NOT_YET, Facts, Gap, Items, Paper, Slip, Table, Text
from niangjia.work.rights.actions.intake import REPLY
from niangjia.work.rights.enums import Ground, Kind
from niangjia.work.rights.models import Instalment
from niangjia.work.rights.papers.common import (
    asked,
    clock_of,
    day,
    dispute_of,
    issuer,
    names,
    other_side,
    sealed,
    step_fact,
    yuan,
)
from niangjia.work.rights.queries import receipts_of, settlement_of


def _about(case: Case) -> str:
    return "、".join(Kind(kind).label for kind in dispute_of(case).kinds)


def acceptance(case: Case, *, by: Actor, on: date, number: str, facts: dict[str, Any]) -> Paper:
    """That the matter is taken, who mediates, until when (调解仲裁法第十四条)."""
    clock, mediator = clock_of(case, "mediation.end"), dispute_of(case).mediated_by or BLANK
    until = f"，即{day(clock.due_on)}前结束" if clock and clock.due_on else ""
    blocks = (
        Text(f"你（们）于{day(case.opened_on)}就与{other_side(case)}的劳动争议（{_about(case)}）提出的调解申请，我会已经受理，案号{case.code}，由{mediator}调解。现将有关事项告知如下："),
        Items(
            (
                "调解遵循自愿原则，双方可以接受调解、拒绝调解，也可以要求终止调解。",
                f"自收到调解申请之日起十五日内调解{until}；双方同意延期的除外。十五日内未达成协议的，可以依法申请仲裁。",
                "调解不收取费用。请如实陈述，带好身份证件和证据材料的原件、复印件。",
                "申请劳动争议仲裁的时效期间为一年，从知道或者应当知道权利被侵害之日起计算；因拖欠劳动报酬发生争议的，劳动关系存续期间不受此限，劳动关系终止的，自终止之日起一年内提出。",
                "可以委托代理人参加调解；达成协议后，双方可以自协议生效之日起三十日内共同向人民法院申请司法确认。",
            )
        ),
        Text("特此通知。"),
    )  # fmt: skip
    return Paper("", "劳动争议调解受理通知书", number, "", names(case), on, blocks, (sealed(issuer(case), on),))


def refusal(case: Case, *, by: Actor, on: date, number: str, facts: dict[str, Any]) -> Paper:
    """That the matter is not taken, why, and where else to go."""
    why = step_fact(case, "refuse", "why") or BLANK
    blocks = (
        Text(f"你（们）于{day(case.opened_on)}就与{other_side(case)}的争议（{_about(case)}）提出的调解申请收悉，案号{case.code}。经审查，因下列原因不予受理："),
        Text(why),
        Text("不予受理不影响你（们）通过其他途径解决争议："),
        Items(
            (
                "属于劳动争议的，可以向劳动合同履行地或者用人单位所在地的劳动争议仲裁委员会申请仲裁，仲裁不收费；时效期间为一年，从知道或者应当知道权利被侵害之日起计算。",
                "拖欠工资、不缴社会保险等违反劳动保障法律法规的，可以向劳动保障监察机构投诉。",
                "不属于劳动争议的，可以向人民调解委员会申请调解，或者向人民法院起诉。",
                "需要法律帮助的，可以拨打 12351 职工维权热线或者 12348 公共法律服务热线。",
            )
        ),
        Text("特此通知。"),
    )  # fmt: skip
    return Paper("", "不予受理通知书", number, "", names(case), on, blocks, (sealed(issuer(case), on),))


def ending(case: Case, *, by: Actor, on: date, number: str, facts: dict[str, Any]) -> Paper:
    """That mediation ended without agreement, and the ways that are open with their limits (调解仲裁法第十四条、调解仲裁法第二十七条)."""
    dispute = dispute_of(case)
    why = step_fact(case, "fail", "why") or BLANK
    limit = f"按登记的事实推算，仲裁时效到{day(dispute.limitation_on)}届满（以仲裁委员会认定为准）。" if dispute.limitation_on else ""
    blocks = (
        Text(f"你（们）与{other_side(case)}的劳动争议（{_about(case)}），案号{case.code}，经{dispute.mediated_by or '调解组织'}调解，未能达成协议，调解终止。情况：{why}"),
        Text("现将可以走的途径和期限告知如下："),
        Items(
            (
                "申请仲裁：向劳动合同履行地或者用人单位所在地的劳动争议仲裁委员会提出，不收费。时效期间为一年，从知道或者应当知道权利被侵害之日起计算；因拖欠劳动报酬发生争议的，劳动关系存续期间不受此限，劳动关系终止的，自终止之日起一年内提出。" + limit,
                "向对方主张权利、向有关部门请求救济，或者对方同意履行的，时效中断，重新计算；请保留好证据。",
                "对仲裁裁决不服的，可以自收到裁决书之日起十五日内向人民法院起诉；期满不起诉的，裁决书发生法律效力。终局裁决，用人单位不能起诉。",
                "拖欠工资等违反劳动保障法律法规的，也可以向劳动保障监察机构投诉。",
                "符合条件的可以申请法律援助：拨打 12351 职工维权热线或者 12348 公共法律服务热线，或者到工会窗口。",
            )
        ),
        Text("特此告知。"),
    )  # fmt: skip
    return Paper("", "终止调解告知书", number, "", names(case), on, blocks, (sealed(issuer(case), on),))


def hand_over(case: Case, *, by: Actor, on: date, number: str, facts: dict[str, Any]) -> Paper:
    """A letter to whom the matter belongs, with a return slip to be sealed."""
    to, why, by_day = facts.get("to") or BLANK, facts.get("why") or BLANK, facts.get("answer_by")
    shown = BLANK if number == NOT_YET else number
    until = f"请于{day(by_day)}前" if by_day else "请"
    blocks = (
        Text(f"我会于{day(case.opened_on)}收到{names(case)}反映与{other_side(case)}的争议（{_about(case)}），案号{case.code}{f'，来源单号{case.outside_number}' if case.outside_number else ''}。{why}"),
        Text("主要诉求："),
        Items(asked(case, "要求")),
        Text(f"现转请你单位依职责办理，{until}将办理情况填写回执、盖章后退回我会，并请将结果告知本人。个人信息只用于办理本件，请勿外传。"),
        Text("附：来件材料"),
        Slip(
            "回　执",
            (
                Text(f"{issuer(case)}：", flush=True),
                Text(f"你会{shown}函（{case.code}）收悉，现将办理情况函复如下："),
                Facts((("是否受理", "□受理　　□不受理　　□已转______________"), ("受理日期或不受理理由", ""), ("办理情况", "\n\n\n"), ("承办人", ""), ("联系电话", ""))),
                Text("单位（盖章）：____________________　　　____年__月__日", flush=True),
            ),
        ),
    )  # fmt: skip
    return Paper("", "关于转请办理劳动争议事项的函", number, "", to, on, blocks, (sealed(issuer(case), on),))


def answer(case: Case, *, by: Actor, on: date, number: str, facts: dict[str, Any]) -> Paper:
    """The answer sheet to the channel the matter came by: its own number, what was done, the result."""
    taken = case.steps.filter(for_worker=True).exclude(step__in=("paper", "void")).order_by("number")
    rows = tuple((str(place), day(one.on), one.title) for place, one in enumerate(taken, 1))
    blocks = (
        Facts(
            (
                ("来源", facts.get("channel", "")), ("来源单号", case.outside_number), ("收到日期", day(case.opened_on)), ("答复期限", _reply_by(case)), ("本会案号", case.code), ("反映人", names(case)),
                ("被反映单位", other_side(case)), ("反映事项", _about(case)), ("承办单位", issuer(case)),
            )
        ),
        Text("办理经过", flush=True),
        Table(("序号", "日期", "办理情况"), rows, widths=(1, 3, 7)),
        Facts((("办理结果", facts.get("result", "")), ("告知本人", facts.get("told", "")), ("承办人", by.name), ("审核人", ""))),
    )  # fmt: skip
    return Paper("", "来件办理答复单", number, "", facts.get("channel") or BLANK, on, blocks, (sealed(issuer(case), on),), dense=True)


def _reply_by(case: Case) -> str:
    clock = clock_of(case, REPLY)
    return day(clock.due_on) if clock and clock.due_on else ""


def dunning(case: Case, *, by: Actor, on: date, number: str, facts: dict[str, Any]) -> Paper:
    """To the employer: what is due and did not come, by when, and what may follow."""
    paper = settlement_of(case)
    due, came = overdue(case, on), sum((one.amount for one in receipts_of(case)), Decimal(0))
    missing = sum((one.amount for one in due), Decimal(0)) - came
    ground = f"{Ground(paper.ground).label}{f'（{paper.number}）' if paper.number else ''}" if paper else BLANK
    can_enforce = paper is not None and (paper.ground not in (Ground.AGREEMENT, Ground.ORAL) or paper.confirmed_on is not None)
    follow = (
        "逾期仍不履行的，权利人可以依法向人民法院申请强制执行。"
        if can_enforce
        else "逾期仍不履行的，权利人可以依法申请仲裁；因支付拖欠劳动报酬、工伤医疗费、经济补偿或者赔偿金事项达成的调解协议，还可以依法向人民法院申请支付令。"
    )
    blocks = (
        Text(f"你单位与{names(case)}的劳动争议（案号{case.code}），{day(paper.effective_on if paper else None)}生效的{ground}约定由你单位按期付款。截至{day(on)}，下列款项已到期，我会登记的到账合计{came:,.2f}元，尚有{max(missing, Decimal(0)):,.2f}元（{in_words(max(missing, Decimal(0)))}）未付："),
        Table(("期次", "应付日期", "金额（元）"), tuple((str(place), day(one.due_on), yuan(one.amount)) for place, one in enumerate(due, 1)), numeric=(2,), widths=(1, 2, 2)),
        Text(f"请于{day(facts.get('pay_by'))}前付清，付款方式：{facts.get('account') or '按原约定的方式'}。已经付款的，请把凭证送交我会。{follow}"),
        Text("特此函告。"),
        Slip(
            "回　执",
            (
                Text(f"{issuer(case)}：", flush=True),
                Facts((("已付款", "□已于____年__月__日付____________元（附凭证）"), ("付款安排", "□将于____年__月__日前付清"), ("不付的理由", "\n\n"), ("经办人", ""), ("联系电话", ""))),
                Text("单位（盖章）：____________________　　　____年__月__日", flush=True),
            ),
        ),
    )  # fmt: skip
    return Paper("", "关于催告履行付款义务的函", number, "", other_side(case), on, blocks, (sealed(issuer(case), on),))


def overdue(case: Case, on: date) -> list[Instalment]:
    """The instalments of the paper in force whose day has passed."""
    paper = settlement_of(case)
    return list(paper.instalments.filter(due_on__lt=on).order_by("due_on")) if paper else []


def is_overdue(case: Case) -> bool:
    """Whether less arrived than was due by yesterday."""
    came = sum((one.amount for one in receipts_of(case)), Decimal(0))
    return sum((one.amount for one in overdue(case, today())), Decimal(0)) > came


def visit(case: Case, *, by: Actor, on: date, number: str, facts: dict[str, Any]) -> Paper:
    """What the person said when asked after the end."""
    came = sum((one.amount for one in receipts_of(case)), Decimal(0))
    satisfied = dispute_of(case).satisfied
    words = {5: "很好", 4: "好", 3: "一般", 2: "不好", 1: "很不好"}
    said = facts.get("said", "")
    blocks = (
        Facts(
            (
                ("案号", case.code), ("案由", _about(case)), ("对方单位", other_side(case)), ("受理日期", day(case.opened_on)),
                ("办结日期", day(case.closed_on) if case.closed_on else ""), ("回访对象", names(case)), ("回访方式", facts.get("way", "")),
                ("登记到账（元）", f"{came:,.2f}"), ("满意度", words.get(satisfied or 0, "")),
            )
        ),
        *((Facts((("本人意见", said),)),) if said else (Gap("本人意见", 4),)),
        Facts((("还要办的事", facts.get("more", "")), ("回访人", by.name), ("回访日期", day(on)))),
    )  # fmt: skip
    return Paper("", "回访记录", number, "", "", on, blocks, plain=True, dense=True)
