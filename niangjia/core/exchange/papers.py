"""The covering letter of a message that travels on paper: its number, what it says, and a slip to be sealed and sent back (公函)."""

from datetime import date
from typing import Any

from niangjia.base.calendar import chinese_date
from niangjia.core.access.actor import Actor
from niangjia.core.cases.models import Case
from niangjia.core.exchange import actions
from niangjia.core.exchange.actions.letters import LETTER
from niangjia.core.exchange.kinds import title_of
from niangjia.core.exchange.models import Message
from niangjia.core.exchange.showing import shown
from niangjia.core.papers.kinds import PaperKind
from niangjia.core.papers.models import IssuedPaper
from niangjia.core.papers.paper import BLANK, Facts, Paper, Signature, Slip, Text


def letter(case: Case, *, by: Actor, on: date, number: str, facts: dict[str, Any]) -> Paper:
    """The letter for the message named by the fact ``message``: numbers of persons stay masked, the application itself is enclosed."""
    message = Message.objects.select_related("partner", "org").get(case=case, number=facts["message"])
    title, until = title_of(message.kind), f"，请于{chinese_date(message.due_on)}前答复" if message.due_on else ""
    slip = Slip(
        "回　执",
        (
            Text(f"{message.org.name}：", flush=True),
            Text(f"你会送来的{title}（{number}，往来号 {message.number}，案号 {case.code}）已于____年__月__日收到。"),
            Facts((("是否受理", "□受理　　□不受理"), ("我方案号", ""), ("不受理的理由", "\n"), ("承办人", ""), ("联系电话", ""))),
            Text("单位（盖章）：____________________　　　____年__月__日", flush=True),
        ),
    )
    blocks = (
        Text(f"现将{title}送上（往来号 {message.number}，案号 {case.code}）{until}。主要内容如下："),
        Facts(tuple((fact.label, str(fact.value)) for fact in shown(message))),
        Text("收到后请填写回执、盖章退回；决定、裁决、判决请写明上面的案号。个人信息只用于办理本件，请勿外传。"),
        Text(f"附：{title}及材料"),
        slip,
    )
    signature = Signature(message.org.name, on=on, seal=True)
    return Paper("", f"关于送交{title}的函", number, "", message.partner.name or BLANK, on, blocks, (signature,))


def filed(paper: IssuedPaper, *, slip: bool, by: Actor, on: date) -> None:
    """The slip is back: the other side has the message."""
    if slip:
        actions.note_slip(paper, by=by, on=on)


PAPERS = (PaperKind(LETTER, "往来公函", "", "exchange.work", letter, series="往", offered=False, filed=filed),)
