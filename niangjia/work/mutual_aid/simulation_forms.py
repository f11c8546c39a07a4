"""What a simulation changes: the grants and the fee of a rule, and how the next year is assumed to grow."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms

from niangjia.core.faces.fields import MoneyField
from niangjia.work.mutual_aid.plan.rule import Rule
from niangjia.work.mutual_aid.plan_forms import GrantsForm

ASSUMED = {"enrolments": Decimal(0), "costs": Decimal(0)}
KEPT = ("source", "lump_amount", "lump_diseases")
"""Fields of the rule that a stay's grant does not depend on."""


class GrowthField(forms.DecimalField):
    """A growth in percent, below nothing where it shrinks."""

    def __init__(self, *, label: str, **options: Any) -> None:
        super().__init__(label=label, min_value=-90, max_value=500, max_digits=6, decimal_places=2, initial=0, **options)


class SimulationForm(GrantsForm):
    """A changed rule to try on a plan's real settlements."""

    title = forms.CharField(label="这次试算叫什么", max_length=40, help_text="例如：第二段提到 15%")
    fee = MoneyField(label="每份收多少", zero=True)
    enrolments = GrowthField(label="下一年参保增长", help_text="百分之几，可以是负的")
    costs = GrowthField(label="下一年人均费用增长", help_text="百分之几，可以是负的")

    def __init__(self, *args: Any, base: Rule, **options: Any) -> None:
        super().__init__(*args, base=base, **options)
        self.initial = {**self.initial, "title": "", "fee": base.fee}
        for name in KEPT:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        lump = self.base.lump
        self.cleaned_data |= {
            "source": self.base.source, "lump_amount": lump.amount if lump else None, "lump_diseases": "\n".join(lump.diseases) if lump else "",
        }  # fmt: skip
        return super().clean()

    def rule(self) -> Rule:
        return replace(super().rule(), fee=self.cleaned_data["fee"])

    def assumed(self) -> dict[str, Decimal]:
        return {name: self.cleaned_data[name] for name in ASSUMED}
