"""An employer's notice before ending a contract, as one table (劳动合同法第四十三条)."""

from typing import Any

from niangjia.core.cases.models import Case
from niangjia.core.cases.steps import SAME, Flow, Stage, State, Step
from niangjia.work.rights import watch_forms
from niangjia.work.rights.actions import dismissal as verbs
from niangjia.work.rights.enums import UnionSays

WORK = "rights.dismiss"

STAGES = (Stage("notice", "收到通知"), Stage("study", "研究"), Stage("answer", "答复"), Stage("end", "办结"))
STATES = (
    State("received", "收到通知", "notice", "单位通知了工会"),
    State("studying", "研究中", "study", "工会正在研究"),
    State("answered", "已提意见", "answer", "工会提了意见", "等单位书面告知处理结果"),
    State("agreed", "没有异议，办结", "end", "工会没有异议", final=True),
    State("handled", "单位已书面告知，办结", "end", "单位告知了处理结果", final=True),
    State("ignored", "单位没有书面告知，办结", "end", "单位没有告知处理结果", final=True),
)


def _study(case: Case, *, heard_worker: bool = False, **_: Any) -> None:
    verbs.note_dismissal(case, heard_worker=heard_worker)


def _answer(case: Case, *, by: Any, on: Any, says: str, opinion: str, breaks: str = "", **_: Any) -> None:
    verbs.answer_notice(case, says=says, on=on, opinion=opinion, breaks=breaks, by=by)


def _where(facts: dict[str, Any]) -> str:
    return "agreed" if facts.get("says") == UnionSays.AGREE else "answered"


def _handled(case: Case, *, on: Any, handled: str, **_: Any) -> None:
    verbs.note_dismissal(case, handled=handled, handled_on=on)


def _to_dispute(case: Case, *, by: Any, on: Any, **_: Any) -> None:
    verbs.to_dispute(case, by=by, on=on)


DISMISSAL = Flow(
    line="rights", name="dismissal", title="解除劳动合同通知工会", module="JC", view="rights.dismissals", stages=STAGES, states=STATES,
    steps=(
        Step("study", "研究", ("received",), "studying", WORK, form=watch_forms.StudyForm, do=_study, kept=("heard_worker", "found"), primary=True),
        Step(
            "answer", "书面答复单位", ("received", "studying"), _where, WORK, form=watch_forms.AnswerNoticeForm, do=_answer, targets=("agreed", "answered"),
            kept=("says", "breaks"), primary=True,
        ),
        Step("handle", "登记单位处理结果", ("answered",), "handled", WORK, form=watch_forms.HandledForm, do=_handled, kept=("handled", "words"), primary=True),
        Step("ignore", "单位没有书面告知", ("answered",), "ignored", WORK, dangerous=True),
        Step("dispute", "转劳动争议", ("received", "studying", "answered"), SAME, "rights.register", do=_to_dispute),
    ),
)  # fmt: skip
