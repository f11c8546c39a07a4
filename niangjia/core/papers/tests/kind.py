"""Kinds of papers for tests: a letter with a return slip, and a plain record with every sort of block."""

from datetime import date
from typing import Any

from django import forms

from niangjia.core.access.actor import Actor
from niangjia.core.cases.forms import StepForm
from niangjia.core.cases.models import Case
from niangjia.core.papers.kinds import PaperKind
from niangjia.core.papers.paper import Facts, Gap, Heading, Items, PageBreak, Paper, Signature, Slip, Table, Text


class WhyForm(StepForm):
    why = forms.CharField(label="事由", max_length=200)


def letter(case: Case, *, by: Actor, on: date, number: str, facts: dict[str, Any]) -> Paper:
    blocks = (Text(f"因{facts.get('why', '工作需要')}，请予协助。"), Slip("回执", (Text("来函收悉。"), Facts((("意见", ""),)))))
    return Paper("", "协助函", number, "", "望湖区人力资源和社会保障局", on, blocks, (Signature(case.org.name, on=on, seal=True),))


def record(case: Case, *, by: Actor, on: date, number: str, facts: dict[str, Any]) -> Paper:
    blocks = (
        Heading("一、经过"), Text("双方到会。"), Items(("先听申请人说。", "再听单位说。")), Facts((("姓名", "何静川"), ("电话", ""))),
        Table(("序号", "请求", "金额（元）"), (("1", "工资", "7,120.00"), ("2", "补偿", "13,700.00")), numeric=(2,), widths=(1, 4, 2)),
        Gap("其他", 2), PageBreak(), Text("第二页。", flush=True),
    )  # fmt: skip
    return Paper("", "说事记录", number, "", "", on, blocks, (Signature("记录人"),), plain=True, dense=True, notes=("一式两份。",))


LETTER = PaperKind(
    "test-letter",
    "协助函",
    "organising.talk",
    "cases.work",
    letter,
    for_worker=True,
    series="说",
    form=WhyForm,
    states=("asked", "talking"),
)
RECORD = PaperKind("test-record", "说事记录", "organising.talk", "cases.work", record, once=True, lead=True)
