"""A small flow for tests: asked, talking (fifteen days), then agreed or failed."""

from typing import Any

from django import forms

from niangjia.core.cases.forms import StepForm
from niangjia.core.cases.rules import refuse
from niangjia.core.cases.steps import SAME, WORKER, Flow, Stage, Start, State, Step


class TalkForm(StepForm):
    place = forms.CharField(label="地点", required=False)


def _wants_a_place(*, place: str = "", **_: Any) -> None:
    if place == "街上":
        refuse("调解要有室内的地方。", "place")


FLOW = Flow(
    line="organising",
    name="talk",
    title="说事",
    module="SS",
    view="cases.view",
    stages=(Stage("ask", "提出"), Stage("talk", "商量"), Stage("done", "了结")),
    states=(
        State("asked", "已提出", "ask", "我们收到了", "会有人打电话给你"),
        State("talking", "商量中", "talk", "正在商量"),
        State("agreed", "谈成", "done", "谈成了", final=True),
        State("failed", "没谈成", "done", "没谈成", final=True),
    ),
    steps=(
        Step(
            "talk", "开始商量", ("asked",), "talking", "cases.work", form=TalkForm, starts=(Start("mediation.end"),), check=_wants_a_place,
            kept=("place",), tells="有人来谈了", primary=True, bulk=True,
        ),
        Step("wait", "再等等", ("talking",), SAME, "cases.work", for_worker=False),
        Step("agree", "谈成", ("talking",), "agreed", "cases.work", meets=("mediation.end",), outcome="agreed"),
        Step("fail", "没谈成", ("talking",), "failed", "cases.work", outcome="failed"),
        Step("withdraw", "撤回", ("asked", "talking"), "failed", WORKER, outcome="withdrawn"),
    ),
)  # fmt: skip
