"""Asking a figure: its value, its split over the tree of that day, its months, and the list behind it.

Every question checks ``figures.view`` over the node first and then counts elevated: sums use the tree of that day, rows open by today's
rights, and what lies elsewhere today is told as a number (另有 n 行现属他处).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from statistics import median
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, QuerySet

from niangjia.base.calendar import chinese_date, today
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.queries import visible
from niangjia.core.access.rules import require
from niangjia.core.figures.figure import PERIOD, AnyFigure, Awaited, Change, Figure, Label, Rank, Share, get
from niangjia.core.figures.ids import unpacked
from niangjia.core.figures.models import ChangeOver, EnteredValue, FrozenFigure, MembershipTally, whole
from niangjia.core.figures.survey import Number, Survey, Window
from niangjia.core.figures.tree import names_on
from niangjia.core.orgs.enums import Kind
from niangjia.core.orgs.models import Organisation
from niangjia.core.trail.queries import Check

FEWEST_PERSONS = 5
"""A rate over fewer persons than this would tell of single ones and is not shown beside other towns."""
PER = 10_000
"""Towns are compared per ten thousand members."""
NO_RECORDS = "这项业务的记录还没有进系统，数不出来；有文件的可以录入 ▲"
COUNT_REASON = "figures: a sum over the tree of that day; the right over the node was checked"


@dataclass(frozen=True)
class Reading:
    """What a figure says. ``value`` is None where it cannot be said, and ``note`` tells why.

    ``entered`` are the signed values from documents (▲): they are the value where ``is_entered``, and stand beside the counted value,
    never in it, where the period begins before ``counted_from``.
    """

    figure: AnyFigure
    value: Number | None
    start: date
    end: date
    entered: tuple[EnteredValue, ...] = ()
    is_entered: bool = False
    counted_from: date | None = None
    note: str = ""


@dataclass(frozen=True)
class Branch:
    """One organisation a level below the node, with its value; the node itself where rows belong to it directly (本级)."""

    org: int
    code: str
    name: str
    value: Number | None
    is_own: bool = False


@dataclass(frozen=True)
class Comparison:
    """Towns per ten thousand members. ``rows`` only for those who may compare; each other sees ``own``, ``middle`` and ``best``."""

    rows: tuple[Branch, ...] | None
    own: Number | None
    middle: Number | None
    best: Number | None


@dataclass(frozen=True)
class Frozen:
    """A frozen figure beside what the same question gives now, and the ids by which they differ."""

    frozen: FrozenFigure
    now: Number | None
    gone: tuple[int, ...] = ()
    added: tuple[int, ...] = ()

    @property
    def is_same(self) -> bool:
        return self.now == self.frozen.value and not self.gone and not self.added


def window(on: date | None = None, start: date | None = None, end: date | None = None) -> Window:
    """The day (today) and the period (the federation's current term) where nothing else is said."""
    term_from, term_to = (date.fromisoformat(day) for day in settings.TERM_OF_FEDERATION)
    return Window(on or today(), start or term_from, end or term_to)


def node_of(actor: Actor) -> Organisation:
    """The organisation an actor's post is for; the district for the system."""
    with elevated("figures: the node one asks about when none is named"):
        return Organisation.objects.get(pk=actor.org_id) if actor.org_id else Organisation.objects.get(parent=None)


def survey(actor: Actor, org: Organisation | None = None, asked: Window | None = None) -> Survey:
    """Sums of one node, read once for many figures; refuses whoever may not see figures of that node."""
    org = org or node_of(actor)
    require(actor, "figures.view", org)
    return Survey(org, asked or window())


def read(figure: AnyFigure, about: Survey) -> Reading:
    """The value of a figure for the node and window of a survey."""
    start, end = about.window.days_of(figure)
    with elevated(COUNT_REASON):
        match figure:
            case Label():
                return Reading(figure, len(figure.items), start, end, note="、".join(figure.items))
            case Rank():
                return _from_documents(figure, about, start, end)
            case Awaited():
                told = _from_documents(figure, about, start, end)
                return told if told.value is not None else replace(told, note=NO_RECORDS)
            case Share():
                return _share(figure, about)
            case Change():
                return _change(figure, about, start, end)
        return _counted(figure, about, start, end)


def read_all(codes: Iterable[str], about: Survey) -> dict[str, Reading]:
    """Several figures of one survey, by code."""
    with elevated(COUNT_REASON):
        return {code: read(get(code), about) for code in dict.fromkeys(codes)}


def by_town(figure: AnyFigure, about: Survey) -> list[Branch]:
    """The figure one level below the node by the tree of that day, the greatest first."""
    start, end = about.window.days_of(figure)
    if isinstance(figure, Rank | Awaited | Label) or not _is_told(figure, end):
        return []
    with elevated(COUNT_REASON):
        if _is_before_change_over(figure, about, end):
            values = _entered_below(figure, about, start, end)
        else:
            values = about.by_branch(figure, start, end)
        names = names_on(values, end)
        rows = [Branch(org, *names[org], value, org == about.org.pk) for org, value in values.items() if org in names]
    return sorted(rows, key=lambda row: (row.is_own, -(row.value or 0), row.code))


def by_month(figure: AnyFigure, about: Survey, year: int) -> list[Number | None]:
    """The months of a year up to the end of the window; None for months before the change-over day."""
    if isinstance(figure, Rank | Awaited | Label) or not _is_told(figure, today()):
        return []
    end = about.window.days_of(figure)[1]
    if year > end.year:
        return []
    with elevated(COUNT_REASON):
        values = about.by_month(figure, year, min(date(year, 12, 31), end))
        over = about.change_overs.get(figure.code)
    return [None if over and date(year, month, 1) < over else value for month, value in enumerate(values, 1)]


def by_year(figure: Figure, about: Survey, years: Sequence[int]) -> list[Reading]:
    """A state at the end of each year, the last at most on the survey's day; entered values stand in for years before rows."""
    ends = [min(date(year, 12, 31), about.window.on) for year in years]
    with elevated(COUNT_REASON):
        values = about.on_days(figure, ends)
        over = about.change_overs.get(figure.code)
        return [
            _from_documents(figure, about, end, end) if over and end < over else Reading(figure, value, end, end)
            for end, value in zip(ends, values, strict=True)
        ]


def by_year_all(codes: Iterable[str], about: Survey, years: Sequence[int]) -> dict[str, list[Reading]]:
    """Several states at the end of each year, by code."""
    with elevated(COUNT_REASON):
        return {code: by_year(figure, about, years) for code in codes if isinstance(figure := get(code), Figure)}


def by_split(figure: Figure, split: str, about: Survey) -> list[tuple[Any, str, Number]]:
    """Value, its name, and the number, in the order of the code table; what no entry names comes last as 未填."""
    cut = figure.split(split)
    assert cut is not None
    with elevated(COUNT_REASON):
        found = about.by_split(figure, split, *about.window.days_of(figure))
    named = [(value, label, found[value]) for value, label in cut.labels.items() if value in found]
    rest = sum(number for value, number in found.items() if value not in cut.labels)
    return [*named, *([("", "未填", rest)] if rest else [])]


def rows(figure: Figure, about: Survey, actor: Actor, cuts: Mapping[str, Any] | None = None) -> QuerySet[Any]:
    """The list behind the number: the same queryset, as far as the actor may see its rows today.

    ``cuts`` narrows by the figure's splits (code → value; "" for 未填).
    """
    start, end = about.window.days_of(figure)
    with elevated(COUNT_REASON):
        found = about.narrowed(figure, figure.records(start, end), end)
    for code, value in (cuts or {}).items():
        cut = figure.split(code)
        assert cut is not None
        found = found.annotate(**{f"cut_{code}": cut.expression(end)})
        found = found.filter(**{f"cut_{code}": value}) if value != "" else found.exclude(**{f"cut_{code}__in": list(cut.labels)})
    return visible(actor, found, figure.permission).select_related(*figure.related).order_by(figure.order)


def hidden(figure: Figure, about: Survey, actor: Actor) -> int:
    """How many counted rows belong to organisations that stand outside the actor's reach today (另有 n 行现属他处)."""
    start, end = about.window.days_of(figure)
    with elevated(COUNT_REASON):
        inside = about.within(end)
        if inside is None or actor.scope.low is None:
            return 0
        reach = (actor.scope.low, actor.scope.high)
        away = Organisation.objects.filter(pk__in=inside).exclude(lft__range=reach).values_list("pk", flat=True)
        return figure.records(start, end).filter(**{f"{figure.org}__in": list(away)}).count() if away else 0


def compare(figure: AnyFigure, actor: Actor, asked: Window) -> Comparison:
    """The towns beside one another, each per ten thousand members (a share as it is); computed over all of them, told by right."""
    return compare_all([figure], actor, asked)[0]


def compare_all(figures: Sequence[AnyFigure], actor: Actor, asked: Window) -> list[Comparison]:
    """Several figures compared at once: trees and sums of the district are read once."""
    require(actor, "figures.view")
    own = node_of(actor)
    with elevated("figures: towns are compared over the whole district; names only with figures.compare"):
        district = Organisation.objects.get(parent=None)
        about = Survey(district, asked)
        towns = set(Organisation.objects.filter(parent=district, kind=Kind.TOWN).values_list("pk", flat=True))
        rates = [_rates(figure, about, by_town(figure, about)) for figure in figures]
    may_name = actor.may("figures.compare") and own.pk == district.pk
    return [_compared(one, towns, own, may_name) for one in rates]


def _compared(rates: Sequence[Branch], towns: set[int], own: Organisation, may_name: bool) -> Comparison:
    """Middle and best are those of the towns and streets; systems and parks are of another size."""
    known = sorted(row.value for row in rates if row.value is not None and row.org in towns)
    mine = next((row.value for row in rates if row.org == own.pk), None)
    if not known:
        return Comparison(None, mine, None, None)
    return Comparison(tuple(rates) if may_name else None, mine, median(map(Decimal, known)), known[-1])


def change_over(code: str) -> date | None:
    """From which day the figure is counted from rows; None where it always was."""
    return ChangeOver.objects.filter(figure=code).values_list("counted_from", flat=True).first()


def in_force() -> QuerySet[EnteredValue]:
    """Entered values that count: signed and not void."""
    return EnteredValue.objects.filter(signed_at__isnull=False, voided_on__isnull=True)


def compared(frozen: FrozenFigure) -> Frozen:
    """What the frozen question gives now, and which rows came or went; call it for a figure the actor may see."""
    figure = get(frozen.figure)
    start = frozen.period_from or frozen.period_to
    with elevated("figures: a frozen figure is asked again over the same node"):
        about = Survey(frozen.org, Window(frozen.period_to, start, frozen.period_to))
        now = read(figure, about)
        if not isinstance(figure, Figure) or frozen.is_entered:
            return Frozen(frozen, now.value)
        ids = set(ids_of(figure, about))
    then = set(unpacked(bytes(frozen.ids)))
    return Frozen(frozen, now.value, tuple(sorted(then - ids)), tuple(sorted(ids - then)))


def ids_of(figure: Figure, about: Survey) -> list[int]:
    """The primary keys of the rows counted, ascending."""
    start, end = about.window.days_of(figure)
    return list(about.narrowed(figure, figure.records(start, end), end).order_by("pk").values_list("pk", flat=True))


def unions_in_pieces() -> list[int]:
    """Unions of which some cell of the summary has more than one row; call it elevated."""
    cell = ("union", "size", "at", "standing", "is_new_form")
    pieces = MembershipTally.objects.order_by().values(*cell).annotate(rows=Count("pk")).filter(rows__gt=1)
    return sorted(set(pieces.values_list("union", flat=True)))


def checks() -> list[Check]:
    """Whether the summary of memberships still says what the memberships say; call it elevated."""
    with connection.cursor() as cursor:
        cursor.execute(_ASTRAY)
        astray = cursor.fetchone()[0]
    return [Check("figures.tally", astray == 0, f"会员变动汇总与会籍逐条重算，{astray} 格不符")]


_ASTRAY = """SELECT count(*) FROM (
    SELECT union_id, size, at, standing, is_new_form FROM (
        SELECT union_id, size, at, standing, is_new_form, change FROM figures_membershiptally
        UNION ALL
        SELECT union_id, size, date_trunc(unit, day::timestamp)::date, standing, is_new_form, -edge FROM people_membership
        CROSS JOIN LATERAL (VALUES (lower(during), 1), (upper(during), -1)) AS cut (day, edge)
        CROSS JOIN (VALUES ('m', 'month'), ('y', 'year')) AS sizes (size, unit) WHERE day IS NOT NULL
    ) AS cells GROUP BY 1, 2, 3, 4, 5 HAVING sum(change) <> 0) AS astray"""


def _counted(figure: Figure, about: Survey, start: date, end: date) -> Reading:
    if not _is_told(figure, end):
        return Reading(figure, None, start, end, note=f"只登记现状，没有{chinese_date(end)}的数")
    over = about.change_overs.get(figure.code)
    if over is None or start >= over:
        return Reading(figure, about.value(figure, start, end), start, end, counted_from=over)
    if end < over:
        return _from_documents(figure, about, start, end)
    if figure.timing != PERIOD:
        return Reading(figure, about.value(figure, start, end), start, end, counted_from=over)
    entered = _apart(_entered(figure.code, [about.org.pk], start, _eve(over)))
    note = f"{chinese_date(over)}以前的是录入数 ▲，列在旁边，不与其后的逐条数相加"
    return Reading(figure, about.value(figure, over, end), over, end, entered, counted_from=over, note=note)


def _share(figure: Share, about: Survey) -> Reading:
    part, whole = read(get(figure.part), about), read(get(figure.whole), about)
    if part.value is None or not whole.value or part.is_entered != whole.is_entered:
        note = part.note or whole.note or ("一个是录入数，一个是逐条数，不能相除" if whole.value else "没有可除的数")
        return Reading(figure, None, part.start, part.end, note=note)
    value = Decimal(part.value) / Decimal(whole.value)
    return Reading(figure, value, part.start, part.end, (*part.entered, *whole.entered), part.is_entered)


def _change(figure: Change, about: Survey, start: date, end: date) -> Reading:
    of = get(figure.of)
    if (over := about.change_overs.get(of.code)) and _eve(start) < over:
        return Reading(figure, None, start, end, counted_from=over, note=f"{chinese_date(over)}以前没有逐条数，这段时间的净增算不出")
    return Reading(figure, about.value(figure, start, end), start, end)


def _from_documents(figure: AnyFigure, about: Survey, start: date, end: date) -> Reading:
    """The value a document gives: the latest as of the day, or the documents that fill the period between them."""
    entered = _entered(figure.code, [about.org.pk], start, end, is_period=figure.timing == PERIOD)
    if figure.timing == PERIOD:
        chosen = _apart(entered)
        value = sum((one.value for one in chosen), Decimal()) if chosen else None
    else:
        chosen = tuple(entered[-1:])
        value = chosen[0].value if chosen else None
    note = "" if chosen else f"没有{chinese_date(end)}的录入数"
    return Reading(figure, whole(value), start, end, chosen, True, about.change_overs.get(figure.code), note)


def _entered_below(figure: AnyFigure, about: Survey, start: date, end: date) -> dict[int, Number | None]:
    below = set(about.branches(end).values())
    found: dict[int, list[EnteredValue]] = {}
    for one in _entered(figure.code, below, start, end, is_period=figure.timing == PERIOD):
        found.setdefault(one.org_id, []).append(one)
    latest = {org: values[-1:] if figure.timing != PERIOD else _apart(values) for org, values in found.items()}
    return {org: whole(sum((one.value for one in values), Decimal())) for org, values in latest.items()}


def _entered(code: str, orgs: Iterable[int], start: date, end: date, *, is_period: bool = True) -> list[EnteredValue]:
    values = in_force().filter(figure=code, org__in=list(orgs), period_to__lte=end).order_by("period_to", "period_from")
    return list(values.filter(period_from__gte=start) if is_period else values.filter(period_from__isnull=True))


def _apart(values: Sequence[EnteredValue]) -> tuple[EnteredValue, ...]:
    """Values whose periods do not overlap, the longest preferred: a five-year total is not added to its years."""
    chosen: list[EnteredValue] = []
    for one in sorted(values, key=lambda one: one.period_from - one.period_to):  # type: ignore[operator]
        if all(one.period_to < other.period_from or one.period_from > other.period_to for other in chosen):  # type: ignore[operator]
            chosen.append(one)
    return tuple(sorted(chosen, key=lambda one: one.period_to))


def _rates(figure: AnyFigure, about: Survey, branches: Iterable[Branch]) -> list[Branch]:
    towns = [row for row in branches if not row.is_own]
    if isinstance(figure, Share) or not figure.per:
        persons = {row.org: row.value for row in by_town(get(figure.whole), about)} if isinstance(figure, Share) else {}
        return [row for row in towns if not persons or (persons.get(row.org) or 0) >= FEWEST_PERSONS]
    members = {row.org: row.value or 0 for row in by_town(get(figure.per), about)}
    return sorted(
        (
            Branch(row.org, row.code, row.name, Decimal(row.value) * PER / Decimal(members[row.org]))
            for row in towns
            if row.value is not None and members.get(row.org, 0) >= FEWEST_PERSONS
        ),
        key=lambda row: -(row.value or 0),
    )


def _is_told(figure: AnyFigure, day: date) -> bool:
    """Whether the register can say this figure for that day: what is kept without history only for today."""
    if isinstance(figure, Share):
        return all(_is_told(get(code), day) for code in (figure.part, figure.whole))
    return not (isinstance(figure, Figure) and figure.only_today and day != today())


def _is_before_change_over(figure: AnyFigure, about: Survey, end: date) -> bool:
    over = about.change_overs.get(figure.code)
    return over is not None and end < over


def _eve(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)
