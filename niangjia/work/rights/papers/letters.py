"""Papers the union issues under its number: accepted, not taken, ended, handed on, answered, dunned."""

from datetime import date
from typing import Any

from niangjia.core.access.actor import Actor
from niangjia.core.cases.models import Case
from niangjia.core.papers.paper import Items, Paper, Text
from niangjia.work.rights.enums import Kind
from niangjia.work.rights.papers.common import clock_of, day, dispute_of, names, other_side, sealed


def acceptance(case: Case, *, by: Actor, on: date, number: str, facts: dict[str, Any]) -> Paper:
    """That the matter is taken, who mediates, until when (调解仲裁法第十四条)."""
    dispute, clock = dispute_of(case), clock_of(case, "mediation.end")
    about = "、".join(Kind(kind).label for kind in dispute.kinds)
    until = f"，应于{day(clock.due_on)}前结束" if clock and clock.due_on else ""
    blocks = (
        Text(f"你（们）于{day(case.opened_on)}就与{other_side(case)}的劳动争议（{about}）提出的调解申请，我会已经受理，案号{case.code}，由{dispute.mediated_by or '________'}调解。现将有关事项告知如下："),
        Items(
            (
                "调解遵循自愿原则，双方可以接受调解、拒绝调解，也可以要求终止调解。",
                f"自收到调解申请之日起十五日内调解{until}；双方同意延期的除外。十五日内未达成协议的，可以依法申请仲裁。",
                "调解不收取费用。请如实陈述，带好身份证件和证据材料的原件、复印件。",
                "申请劳动争议仲裁的时效期间为一年，从知道或者应当知道权利被侵害之日起计算；拖欠劳动报酬的，劳动关系存续期间不受此限，劳动关系终止的，自终止之日起一年内提出。",
                "可以委托代理人参加调解；达成协议后，双方可以自协议生效之日起三十日内共同向人民法院申请司法确认。",
            )
        ),
        Text("特此通知。"),
    )  # fmt: skip
    return Paper("", "劳动争议调解受理通知书", number, "", names(case), on, blocks, (sealed(case.org, on),))
