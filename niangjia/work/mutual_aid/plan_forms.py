"""The rule of a plan as a form that a benefits officer reads, and back: rates in percent, one band a line (form ↔ rule)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from niangjia.core.faces.fields import DayField, MoneyField
from niangjia.core.ledger.models import Fund
from niangjia.work.mutual_aid.enums import Mode
from niangjia.work.mutual_aid.models import Plan
from niangjia.work.mutual_aid.plan.rule import CASH, CASH_PLUS_ACCOUNT, PER_STAY, PER_YEAR, Band, Daily, Lump, Rule, Waiting
from niangjia.work.mutual_aid.plan.whatif import SAMPLES, Sample
from niangjia.work.mutual_aid.plan.words import KINDS

BANDS, STAYS = 4, len(SAMPLES)
"""Lines of bands at least; made-up stays."""
HUNDRED = Decimal(100)


class RateField(forms.DecimalField):
    """A share of one, written in percent with up to four decimals; cleans to the share or None."""

    def __init__(self, *, label: str, **options: Any) -> None:
        super().__init__(label=label, min_value=0, max_value=100, max_digits=7, decimal_places=4, required=False, **options)

    def prepare_value(self, value: Any) -> Any:
        return plain(value * HUNDRED) if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Decimal | None:
        rate = super().clean(str(value).strip().removesuffix("%") if value else value)
        return None if rate is None else rate / HUNDRED


class SumField(MoneyField):
    """An amount that may be missing, or nothing."""

    def __init__(self, *, label: str, **options: Any) -> None:
        super().__init__(label=label, required=False, zero=True, **options)


class CountField(forms.IntegerField):
    """A number of days or persons that may be missing."""

    def __init__(self, *, label: str, most: int = 3660, **options: Any) -> None:
        super().__init__(label=label, min_value=0, max_value=most, required=False, **options)


class GrantsForm(forms.Form):
    """What a rule grants: bands, the first stay, by the day, once for a disease, limits."""

    band_basis = forms.ChoiceField(label="分段怎么累计", choices=[(PER_STAY, "每次住院单独算"), (PER_YEAR, "一个保障年度合起来算")])
    cap_basis = forms.ChoiceField(label="自己付的钱，算哪些", choices=[(CASH, "只算现金"), (CASH_PLUS_ACCOUNT, "现金加个人账户")])
    first_stay = SumField(label="第一次住院另补", help_text="一年里第一次住院、付了起付线的，另补多少；没有就空着")
    daily_amount = SumField(label="每天补多少", help_text="没有住院津贴就空着")
    daily_free_days = CountField(label="头几天不计", most=365)
    daily_most_days = CountField(label="一年最多几天", most=366)
    lump_amount = SumField(label="每份给多少", help_text="不是重病类的计划就空着")
    lump_diseases = forms.CharField(label="病名，一行一个", widget=forms.Textarea(attrs={"rows": 5}), required=False)
    cap_stay = SumField(label="一次住院最多给", help_text="没有上限就空着")
    cap_year = SumField(label="一个年度最多给", help_text="没有上限就空着")
    source = forms.CharField(label="依据的文件名称", max_length=200)

    def __init__(self, *args: Any, base: Rule, initial: dict[str, Any] | None = None, **options: Any) -> None:
        self.base = base
        super().__init__(*args, **options | {"initial": said_by(base) | (initial or {})})
        self.bands = range(1, max(BANDS, len(base.bands)) + 1)
        for number in self.bands:
            self.fields[f"band{number}_up_to"] = SumField(label=f"第 {number} 段到多少元为止")
            self.fields[f"band{number}_rate"] = RateField(label=f"第 {number} 段补百分之几")
            self.fields[f"band{number}_first_rate"] = RateField(label=f"第 {number} 段首次或中断后补百分之几")

    def band_rows(self) -> list[tuple[int, list[Any]]]:
        """The fields of each band, a line each."""
        return [(n, [self[f"band{n}_{name}"] for name in ("up_to", "rate", "first_rate")]) for n in self.bands]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors:
            self._check_grants(data)
        return data

    def _check_grants(self, said: dict[str, Any]) -> None:
        data = dict(said)
        bands = self._bands(data)
        if not (bands or data["daily_amount"] or data["lump_amount"]):
            self.add_error(None, "分段、住院津贴、一次给付至少要有一样，不然这个计划什么都不给。")
        if data["lump_amount"] and not data["lump_diseases"].strip():
            self.add_error("lump_diseases", "写明哪些病给，一行一个。")
        if data["lump_diseases"].strip() and not data["lump_amount"]:
            self.add_error("lump_amount", "写明每份给多少元。")
        if not data["daily_amount"] and (data["daily_free_days"] or data["daily_most_days"]):
            self.add_error("daily_amount", "写了天数，还要写每天补多少元。")
        if data["cap_stay"] is not None and data["cap_year"] is not None and data["cap_year"] < data["cap_stay"]:
            self.add_error("cap_year", "一个年度的上限不能比一次住院的上限小。")

    def _bands(self, data: dict[str, Any]) -> tuple[Band, ...]:
        """The bands in their order; each gap or step back is said beside its field."""
        made: list[Band] = []
        for n in self.bands:
            up_to, rate, first = (data[f"band{n}_{name}"] for name in ("up_to", "rate", "first_rate"))
            if rate is None:
                if up_to is not None or first is not None:
                    self.add_error(f"band{n}_rate", f"第 {n} 段没有写补百分之几。")
                continue
            if made and made[-1].up_to is None:
                self.add_error(f"band{n}_up_to", f"第 {n} 段前面的一段没有写到多少元为止，只有最后一段可以不写。")
            elif up_to is not None and up_to <= (made[-1].up_to or 0 if made else 0):
                self.add_error(f"band{n}_up_to", f"第 {n} 段的上限要比前一段大。")
            made.append(Band(up_to, rate, first))
        return tuple(made)

    def rule(self) -> Rule:
        """The rule as it is written; what the form does not ask for stays as it was."""
        data, base = self.cleaned_data, self.base
        named = tuple(line.strip() for line in data["lump_diseases"].splitlines() if line.strip())
        lump = replace(base.lump or Lump(Decimal(0), ()), amount=data["lump_amount"], diseases=named) if data["lump_amount"] else None
        daily = Daily(data["daily_amount"], data["daily_free_days"] or 0, data["daily_most_days"]) if data["daily_amount"] else None
        return replace(
            base, bands=self._bands(data), first_stay=data["first_stay"] or Decimal(0), daily=daily, lump=lump, cap_stay=data["cap_stay"],
            cap_year=data["cap_year"], band_basis=data["band_basis"], cap_basis=data["cap_basis"], source=data["source"],
        )  # fmt: skip


class PlanForm(GrantsForm):
    """A whole plan as a draft."""

    title = forms.CharField(label="计划名称", max_length=60)
    edition = forms.CharField(label="按哪一年的文件", max_length=12)
    document_number = forms.CharField(label="文号", max_length=60, required=False)
    document_url = forms.URLField(label="网址", max_length=300, required=False, assume_scheme="https")
    is_example = forms.BooleanField(label="还是示例，没有按当年文件核对", required=False)
    mode = forms.ChoiceField(label="怎么给付", choices=Mode.choices)
    pool_owner = forms.CharField(label="资金池归谁", max_length=60)
    pool = forms.ModelChoiceField(label="由本级哪本账给付", queryset=Fund.objects.none(), required=False, empty_label="资金池不在本级")
    collects = forms.ModelChoiceField(label="代收的互助费记哪本账", queryset=Fund.objects.none(), required=False, empty_label="不代收")
    window_from = DayField(label="参保窗口起")
    window_to = DayField(label="参保窗口止")
    effective_from = DayField(label="保障期起")
    effective_to = DayField(label="保障期止")
    person_types = forms.MultipleChoiceField(label="谁能参加", choices=list(KINDS.items()), widget=forms.CheckboxSelectMultiple)
    sex = forms.TypedChoiceField(
        label="性别", choices=[("", "不限"), ("2", "限女性"), ("1", "限男性")], coerce=int, empty_value=None, required=False
    )
    youngest = CountField(label="最小几岁", most=120)
    oldest = CountField(label="最大几岁", most=120)
    fee = MoneyField(label="每份收多少", zero=True)
    years = forms.IntegerField(label="管几年", min_value=1, max_value=10)
    shares = forms.IntegerField(label="每人最多几份", min_value=1, max_value=20)
    unit_share = RateField(label="单位至少百分之几的人参加", help_text="没有要求就空着")
    all_below = CountField(label="几人以下的单位要全部参加", most=10_000)
    waiting_days = CountField(label="生效后等几天")
    late_first = CountField(label="窗口过了才参加、第一次的等几天")
    late_continuous = CountField(label="窗口过了才参加、连续的等几天")
    grace_days = CountField(label="连续的宽限几天", help_text="保障期开始以后这几天里补上的，还从第一天算起")

    def __init__(self, *args: Any, plan: Plan, funds: Any, **options: Any) -> None:
        facts = ("document_number", "document_url", "is_example", "mode", "pool_owner", "pool", "collects", *DAYS)
        initial = {name: getattr(plan, name) for name in facts} | (options.pop("initial", None) or {})
        super().__init__(*args, base=plan.declared, initial=initial, **options)
        kinds = KINDS | {kind: kind for kind in plan.declared.person_types if kind not in KINDS}
        self.fields["person_types"].choices = list(kinds.items())  # type: ignore[attr-defined]
        for name in ("pool", "collects"):
            self.fields[name].queryset = funds  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors:
            self._check_days_and_ages(data)
        return data

    def _check_days_and_ages(self, said: dict[str, Any]) -> None:
        data = dict(said)
        for first, last, words in (("window_from", "window_to", "参保窗口"), ("effective_from", "effective_to", "保障期")):
            if data[last] < data[first]:
                self.add_error(last, f"{words}的止日不能早于起日。")
        if data["window_from"] > data["effective_to"]:
            self.add_error("window_from", "参保窗口开的时候，保障期已经过了。")
        if None not in (data["youngest"], data["oldest"]) and data["oldest"] < data["youngest"]:
            self.add_error("oldest", "最大年龄不能比最小年龄小。")
        if data["all_below"] and data["unit_share"] is None:
            self.add_error("unit_share", "写了全部参加的人数，还要写一般单位至少百分之几。")

    def rule(self) -> Rule:
        data = self.cleaned_data
        waiting = Waiting(data["waiting_days"] or 0, data["late_first"] or 0, data["late_continuous"] or 0)
        return replace(
            super().rule(), title=data["title"], edition=data["edition"], fee=data["fee"], years=data["years"], shares=data["shares"],
            person_types=tuple(data["person_types"]), sex=data["sex"], youngest=data["youngest"], oldest=data["oldest"],
            unit_share=data["unit_share"], all_below=data["all_below"] or 0, waiting=waiting, grace_days=data["grace_days"] or 0,
        )  # fmt: skip

    def facts(self) -> dict[str, Any]:
        """What the plan says beside its rule."""
        names = ("document_number", "document_url", "is_example", "mode", "pool_owner", "pool", "collects", *DAYS)
        return {name: self.cleaned_data[name] for name in names}


DAYS = ("window_from", "window_to", "effective_from", "effective_to")


class VersionForm(GrantsForm):
    """Another version of a published rule: what it grants, from when, and why."""

    from_on = DayField(label="从哪天起结算的按新规则")
    reason = forms.CharField(label="为什么改", max_length=120, help_text="例如：市总 2024 年补充通知")


class SamplesForm(forms.Form):
    """Three made-up stays of one person in one policy year."""

    is_first = forms.BooleanField(label="这个人第一次参加（或者中断过）", required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options | {"prefix": "try", "initial": _sample_values()})
        for n in range(1, STAYS + 1):
            for name, label in SAMPLE_COLUMNS:
                self.fields[f"{name}{n}"] = (CountField if name == "days" else SumField)(label=f"第 {n} 次住院{label}")

    def sample_rows(self) -> list[tuple[str, list[Any]]]:
        """Each column over the three stays."""
        return [(label, [self[f"{name}{n}"] for n in range(1, STAYS + 1)]) for name, label in SAMPLE_COLUMNS]

    def samples(self) -> list[Sample]:
        """The stays as they are written; those to begin with where nothing was."""
        data = self.cleaned_data if self.is_bound else self.initial
        return [Sample(**{name: data.get(f"{name}{n}") or _NOTHING[name] for name, _ in SAMPLE_COLUMNS}) for n in range(1, STAYS + 1)]


SAMPLE_COLUMNS = (
    ("inscp_scp_amt", "政策范围内费用"), ("act_pay_dedc", "起付线"), ("hifp_pay", "统筹支付"), ("psn_cash_pay", "个人现金"),
    ("acct_pay", "个人账户"), ("days", "住院天数"),
)  # fmt: skip
_NOTHING: dict[str, Any] = {name: 0 if name == "days" else Decimal(0) for name, _ in SAMPLE_COLUMNS}


class OpenPlanForm(forms.Form):
    """A plan that no earlier year has: which example it begins with, its year and days."""

    code = forms.ChoiceField(label="从哪个范本起草")
    policy_year = forms.RegexField(label="保障年度", regex=r"^\d{4}$", error_messages={"invalid": "写四位年份，例如 2024"})
    window_from = DayField(label="参保窗口起")
    window_to = DayField(label="参保窗口止")
    effective_from = DayField(label="保障期起")
    effective_to = DayField(label="保障期止")

    def __init__(self, *args: Any, examples: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["code"] = forms.ChoiceField(label="从哪个范本起草", choices=examples)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        days: list[date | None] = [data.get(name) for name in DAYS]
        if None not in days and (days[1] < days[0] or days[3] <= days[2]):  # type: ignore[operator]
            raise ValidationError("窗口和保障期的止日不能早于起日。")
        return data


def _sample_values() -> dict[str, Any]:
    return {f"{name}{n}": getattr(sample, name) for n, sample in enumerate(SAMPLES, 1) for name, _ in SAMPLE_COLUMNS}


def said_by(rule: Rule) -> dict[str, Any]:
    """What the form shows of a rule."""
    daily, lump, waits = rule.daily, rule.lump, rule.waiting
    said: dict[str, Any] = {
        "title": rule.title, "edition": rule.edition, "source": rule.source, "fee": rule.fee, "years": rule.years, "shares": rule.shares,
        "first_stay": rule.first_stay or None, "cap_stay": rule.cap_stay, "cap_year": rule.cap_year, "band_basis": rule.band_basis,
        "cap_basis": rule.cap_basis, "person_types": list(rule.person_types), "sex": rule.sex, "youngest": rule.youngest,
        "oldest": rule.oldest, "unit_share": rule.unit_share, "all_below": rule.all_below or None, "waiting_days": waits.days or None,
        "late_first": waits.late_first or None, "late_continuous": waits.late_continuous or None, "grace_days": rule.grace_days or None,
        "daily_amount": daily.amount if daily else None, "daily_free_days": daily.free_days or None if daily else None,
        "daily_most_days": daily.most_days if daily else None, "lump_amount": lump.amount if lump else None,
        "lump_diseases": "\n".join(lump.diseases) if lump else "",
    }  # fmt: skip
    for n, band in enumerate(rule.bands, 1):
        said |= {f"band{n}_up_to": band.up_to, f"band{n}_rate": band.rate, f"band{n}_first_rate": band.first_rate}
    return said


def plain(number: Decimal) -> str:
    """A decimal without zeros at its end: 80, 12.5."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
