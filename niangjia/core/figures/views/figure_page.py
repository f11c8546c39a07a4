"""What the page of one figure shows, asked once and lazily."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from niangjia.base.calendar import add_months, chinese_date
from niangjia.core.access.queries import visible
from niangjia.core.faces.listing import Filter, Listing
from niangjia.core.faces.numbers import grouped
from niangjia.core.faces.shapes import BarRow, Fact, Link, Series
from niangjia.core.figures import queries
from niangjia.core.figures.figure import PERIOD, AnyFigure, Awaited, Change, Figure, Label, Rank, Share, Split, get
from niangjia.core.figures.models import EnteredValue, FrozenFigure
from niangjia.core.figures.queries import Branch, Comparison, Frozen, Reading
from niangjia.core.figures.survey import Number, Survey, Window
from niangjia.core.figures.views.asked import Asked, address

MONTHS = [f"{month}月" for month in range(1, 13)]
EMPTY = "none"
"""How an address names rows that no entry of a split's code table covers (未填)."""
BRANCHES_SHOWN = 60


def shown(figure: AnyFigure, value: Number | None) -> str:
    """A value without its unit: 3,956 · 10.9% · 127.9 · 第1."""
    if value is None:
        return "—"
    if figure.unit == "%":
        return f"{Decimal(value) * 100:.1f}%"
    if isinstance(figure, Rank):
        return f"第 {int(value)}" if figure.is_place else grouped(int(value))
    return grouped(value) if isinstance(value, int) else grouped(value, 1)


@dataclass(frozen=True)
class BranchRow:
    """One line of 按镇街: the branch, its value in words, where it leads, and what it makes per ten thousand members."""

    branch: Branch
    text: str
    url: str
    rate: str = ""


@dataclass(frozen=True)
class FigurePage:
    """A figure asked for one node and window by one reader."""

    request: HttpRequest
    figure: AnyFigure
    asked: Asked

    @property
    def actor(self) -> Any:
        return self.request.actor  # type: ignore[attr-defined]

    @cached_property
    def about(self) -> Survey:
        return queries.survey(self.actor, self.asked.org, self.asked.window)

    @cached_property
    def reading(self) -> Reading:
        return queries.read(self.figure, self.about)

    @property
    def value(self) -> str:
        return shown(self.figure, self.reading.value)

    @property
    def unit(self) -> str:
        return "" if self.figure.unit in ("%", "名次") else self.figure.unit

    @property
    def said_of(self) -> str:
        """Of which days the number speaks."""
        start, end = self.reading.start, self.reading.end
        return f"{chinese_date(start)}至{chinese_date(end)}" if self.figure.timing == PERIOD else f"截至 {chinese_date(end)}"

    @cached_property
    def year_before(self) -> Reading | None:
        """A state at the end of the year before, a period a year earlier; only where both are counted or both entered."""
        if isinstance(self.figure, Rank | Awaited | Label):
            return None
        window = self.asked.window
        earlier = Window(date(window.on.year - 1, 12, 31), add_months(window.start, -12), add_months(window.end, -12))
        reading = queries.read(self.figure, queries.survey(self.actor, self.asked.org, earlier))
        return reading if reading.value is not None and reading.is_entered == self.reading.is_entered else None

    @property
    def comparison_facts(self) -> list[Fact]:
        """Beside the hero: a year before and the difference, and for a share what it is made of."""
        facts = []
        if self.year_before is not None:
            facts.append(Fact("上年同期" if self.figure.timing == PERIOD else "上年末", shown(self.figure, self.year_before.value)))
            if self.reading.value is not None:
                facts.append(
                    Fact(
                        "比上年同期" if self.figure.timing == PERIOD else "比上年末",
                        self._difference(self.reading.value, self.year_before.value or 0),
                    )
                )
        if isinstance(self.figure, Share):
            facts += [self._part("分子", self.figure.part), self._part("分母", self.figure.whole)]
        if isinstance(self.figure, Change):
            facts += [self._part(get(code).title, code) for code in self.figure.beside]
        return facts

    def _part(self, label: str, code: str) -> Fact:
        figure = get(code)
        value = shown(figure, queries.read(figure, self.about).value)
        return Fact(label if label == figure.title else f"{label}：{figure.title}", f"{value} {figure.unit}", address(figure, self.asked))

    def _difference(self, now: Number, before: Number) -> str:
        change = now - before
        if self.figure.unit == "%":
            return f"{Decimal(change) * 100:+.1f} 个百分点"
        text = f"{change:+,}" if isinstance(change, int) else f"{change:+,.1f}"
        return f"{text}，{Decimal(change) / Decimal(before) * 100:+.1f}%" if before else text

    @cached_property
    def branches(self) -> list[BranchRow]:
        """The figure one level below, each leading to the same figure there; rates where the reader may compare."""
        found = queries.by_town(self.figure, self.about)[:BRANCHES_SHOWN]
        rates = {row.org: row.value for row in (self.comparison.rows or ()) if row.value is not None} if self.comparison else {}
        return [
            BranchRow(
                branch,
                shown(self.figure, branch.value),
                "" if branch.is_own else address(self.figure, self.asked, org=branch.code),
                f"{rates[branch.org]:,.1f}" if branch.org in rates and self.has_rates else "",
            )
            for branch in found
        ]

    @property
    def top(self) -> Number:
        return max((row.branch.value or 0 for row in self.branches), default=0)

    @property
    def has_rates(self) -> bool:
        """Whether a column per ten thousand members makes sense: a share is comparable as it is."""
        return bool(self.figure.per) and self.comparison is not None and self.comparison.rows is not None

    @cached_property
    def comparison(self) -> Comparison | None:
        """The towns beside one another, for figures that can be compared."""
        if not (self.figure.per or isinstance(self.figure, Share)):
            return None
        return queries.compare(self.figure, self.actor, self.asked.window)

    @property
    def standing(self) -> list[Fact]:
        """What a town sees of the others: the middle and the best, without names."""
        compared = self.comparison
        if compared is None or compared.rows is not None or compared.own is None or not self.asked.is_own:
            return []
        each = "每万会员" if self.figure.per else ""
        values = (("我们", compared.own), ("镇街中位数", compared.middle), ("最好的镇街", compared.best))
        return [Fact(f"{label}{each}", shown(self.figure, value)) for label, value in values]

    @cached_property
    def months(self) -> list[Series]:
        """This year and the one before, month by month."""
        year = self.about.window.days_of(self.figure)[1].year
        both = [(f"{one}年", queries.by_month(self.figure, self.about, one), one != year) for one in (year - 1, year)]
        percent = 100 if self.figure.unit == "%" else 1
        return [
            Series(title, [None if value is None else value * percent for value in [*values, *[None] * 12][:12]], quiet)
            for title, values, quiet in both
            if any(value is not None for value in values)
        ]

    @property
    def month_labels(self) -> list[str]:
        return MONTHS

    @property
    def chart_unit(self) -> str:
        return "%" if self.figure.unit == "%" else self.unit

    @property
    def split_links(self) -> list[Link]:
        """The splits of the figure as a switch."""
        return [Link(split.title, self._here(split=split.code), active=split is self.split) for split in self._splits]

    @cached_property
    def split(self) -> Split | None:
        asked = self.request.GET.get("split")
        return next((split for split in self._splits if split.code == asked), self._splits[0] if self._splits else None)

    @cached_property
    def slices(self) -> list[BarRow]:
        """The chosen split: each bar leads to its rows."""
        if not isinstance(self.figure, Figure) or self.split is None or self.reading.is_entered or self.reading.value is None:
            return []
        found = queries.by_split(self.figure, self.split.code, self.about)
        total = sum(number for _, _, number in found) or 1
        return [
            BarRow(
                label, number, f"{self._here(**{self.split.code: str(value) or EMPTY})}#list", note=f"{Decimal(number) / total * 100:.1f}%"
            )
            for value, label, number in found
        ]

    @property
    def _splits(self) -> tuple[Split, ...]:
        return self.figure.splits if isinstance(self.figure, Figure) else ()

    def _here(self, **changes: Any) -> str:
        return address(self.figure, self.asked, **changes)

    @cached_property
    def listing(self) -> Listing | None:
        """The list behind the number; None where the number has none or comes from documents."""
        figure = self.figure
        if not isinstance(figure, Figure) or self.reading.is_entered or self.reading.value is None:
            return None
        return Listing(
            self.request, queries.rows(figure, self.about, self.actor), figure.columns, title=figure.title, unit="条",
            filters=[_filter(split, self.reading.end) for split in figure.splits], order=figure.order, may_export=self.may_export,
        )  # fmt: skip

    @property
    def may_export(self) -> bool:
        return isinstance(self.figure, Figure) and (not self.figure.personal or self.actor.may("people.export"))

    @cached_property
    def elsewhere(self) -> int:
        """Rows counted that belong elsewhere today."""
        return queries.hidden(self.figure, self.about, self.actor) if isinstance(self.figure, Figure) and self.listing else 0

    @cached_property
    def frozen(self) -> list[Frozen]:
        """The latest reported values of this node, beside what they are now."""
        found = visible(self.actor, FrozenFigure.objects.filter(figure=self.figure.code, org=self.asked.org), "figures.view")
        return [queries.compared(one) for one in found.select_related("org").order_by("-frozen_at")[:3]]

    @cached_property
    def entered(self) -> QuerySet[EnteredValue]:
        """Values entered for this figure and node, in force or not yet."""
        found = EnteredValue.objects.filter(figure=self.figure.code, org=self.asked.org, voided_on__isnull=True)
        return visible(self.actor, found, "figures.view").order_by("-period_to")

    @property
    def share_text(self) -> str:
        mark = "（录入数▲）" if self.reading.is_entered else ""
        return f"{self.asked.org.short_name or self.asked.org.name}：{self.figure.title} {self.value} {self.unit}{mark}，{self.said_of}。"

    @property
    def share_url(self) -> str:
        return self.request.build_absolute_uri(self._here())

    @property
    def crumbs(self) -> list[Link]:
        base = reverse("figures:list")
        return [Link("数据与报表", base), Link(self.asked.org.short_name or self.asked.org.name, self._here()), Link(self.figure.title)]


def _filter(split: Split, day: date) -> Filter:
    """A split as a filter of the list; 未填 takes what its code table does not name."""
    values = {str(value): value for value in split.labels}

    def apply(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        rows = rows.annotate(**{f"cut_{split.code}": split.expression(day)})
        if value == EMPTY:
            return rows.exclude(**{f"cut_{split.code}__in": list(split.labels)})
        return rows.filter(**{f"cut_{split.code}": values[value]})

    return Filter(split.code, split.title, [*((str(value), label) for value, label in split.labels.items()), (EMPTY, "未填")], apply)
