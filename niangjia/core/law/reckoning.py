"""Reckoning terms by the Civil Code (民法典第二百零一条至第二百零三条). Pure: a term, its start day and a calendar give the last day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from niangjia.base.calendar import add_months, chinese_date
from niangjia.core.law.statutes.laws import CIVIL_CODE, CIVIL_CODE_FROM
from niangjia.core.law.term import Article, Direction, Edition, Status, Term, Unit, listed
from niangjia.core.law.terms import term as term_of
from niangjia.core.law.workdays import BUILT_IN, ONE, PROVISIONAL, Calendar

FIRST_DAY, MONTHS, LAST_DAY = CIVIL_CODE.article(201, 1), CIVIL_CODE.article(202), CIVIL_CODE.article(203, 1)
LONGEST = 36_600
"""Days: no reckoning goes farther; a longer one is a mistake in typing."""


class BadPeriod(ValueError):
    """The days given cannot be reckoned with: the reason in Chinese and English."""


@dataclass(frozen=True)
class Pause:
    """A time not counted (中止): from the day it began to the day counting goes on."""

    start: date
    end: date

    @property
    def days(self) -> int:
        return (self.end - self.start).days


@dataclass(frozen=True)
class Due:
    """The last day of a term, how it was reckoned and by which law. ``plain_on`` is the day before rolling."""

    term: Term
    edition: Edition
    start: date
    plain_on: date
    due_on: date
    provisional: bool
    steps: tuple[str, ...]

    @property
    def unit(self) -> Unit:
        return self.edition.unit

    @property
    def days(self) -> int:
        """The amount in its unit."""
        return self.edition.amount

    @property
    def law(self) -> str:
        return self.edition.law

    @property
    def article(self) -> str:
        return self.edition.article

    @property
    def articles(self) -> tuple[Article, ...]:
        return self.edition.articles

    @property
    def status(self) -> Status:
        return self.edition.status

    @property
    def note(self) -> str:
        return self.edition.note

    def as_json(self) -> dict[str, object]:
        """What `niangjia law due --json` prints."""
        return {
            "term": self.term.code, "from": self.start.isoformat(), "days": self.days, "unit": self.unit.value,
            "due_on": self.due_on.isoformat(), "article": self.article, "title": self.term.title, "status": self.status.value,
            "law": self.law, "articles": [article_as_json(one) for one in self.articles], "direction": self.edition.direction.value,
            "provisional": self.provisional, "starts_with": self.term.starts_with, "for_whom": self.term.for_whom, "note": self.note,
            "steps": list(self.steps),
        }  # fmt: skip


def article_as_json(article: Article) -> dict[str, object]:
    """One article in parts."""
    return {"law": article.law.title, "article": article.number, "paragraph": article.paragraph or None}


def due(
    term: Term | str,
    start: date,
    calendar: Calendar = BUILT_IN,
    *,
    pauses: Sequence[Pause] = (),
    extra: int = 0,
) -> Due:
    """Reckon a term from the day of its start event, by the law of that day.

    ``pauses`` are times not counted, allowed where the law knows them; ``extra`` is what both sides agreed or an officer granted on top,
    in the term's unit. Raises UnknownTerm, NotInForce, BadPeriod.
    """
    one = term_of(term) if isinstance(term, str) else term
    edition = one.on(start)
    if extra < 0 or edition.amount + extra > LONGEST:
        raise BadPeriod(f"延长的天数不对：{extra} (an extension cannot be {extra})")
    amount, steps = edition.amount + extra, [_opening(one, edition, start)]
    steps.append(_length(edition, start, extra))
    try:
        plain_on = _plain(start, edition, amount, calendar)
        if pauses:
            plain_on, said = _paused(plain_on, start, edition, amount, calendar, merged(pauses))
            steps += said
        due_on, said = _rolled(plain_on, start, edition, calendar)
    except BadPeriod:
        raise
    except (OverflowError, ValueError) as error:
        raise BadPeriod(f"起算日 {start.isoformat()} 太远，算不出到期日 (that day is out of range)") from error
    steps += said
    provisional = _is_provisional(edition, start, plain_on, due_on, calendar)
    if provisional:
        steps.append(f"{PROVISIONAL}，安排公布并录入后请重算。")
    if edition.status is Status.UNVERIFIED:
        steps.append(f"待核：{edition.note}")
    return Due(one, edition, start, plain_on, due_on, provisional, tuple(steps))


def merged(pauses: Sequence[Pause]) -> list[Pause]:
    """Pauses in order, overlapping ones joined; one that ends before it begins raises BadPeriod."""
    joined: list[Pause] = []
    for pause in sorted(pauses, key=lambda one: (one.start, one.end)):
        if pause.end < pause.start:
            raise BadPeriod(f"中止的止（{pause.end.isoformat()}）早于起（{pause.start.isoformat()}） (a pause ends before it begins)")
        if joined and pause.start <= joined[-1].end:
            joined[-1] = Pause(joined[-1].start, max(joined[-1].end, pause.end))
        else:
            joined.append(pause)
    return joined


def add_period(start: date, amount: int, unit: Unit, calendar: Calendar = BUILT_IN) -> date:
    """The last day of a period, not rolled: the day of the event is not counted; months and years end on the corresponding day."""
    if unit is Unit.WORKING_DAYS:
        return calendar.add_workdays(start, amount)
    if unit is Unit.CALENDAR_DAYS:
        return start + timedelta(days=amount)
    return add_months(start, amount * (12 if unit is Unit.YEARS else 1))


def _plain(start: date, edition: Edition, amount: int, calendar: Calendar) -> date:
    return add_period(start, -amount if edition.direction is Direction.BEFORE else amount, edition.unit, calendar)


def _paused(
    plain_on: date, start: date, edition: Edition, amount: int, calendar: Calendar, pauses: Sequence[Pause]
) -> tuple[date, list[str]]:
    """Counting goes on from the day a pause ends; days of it beyond what the law allows count."""
    if not edition.pause_articles:
        raise BadPeriod(f"“{edition.article or edition.length}”没有中止的规定 (the law knows no pause of this term)")
    left, steps = edition.pause_days, []
    for pause in pauses:
        if pause.end <= start or pause.start > plain_on:
            continue
        begins = max(pause.start, start)
        allowed = (pause.end - begins).days if left is None else min(left, (pause.end - begins).days)
        if left is not None:
            left -= allowed
        ends = begins + timedelta(days=allowed)
        plain_on = _shifted(plain_on, begins, ends, edition, calendar)
        over = (pause.end - ends).days
        said = f"{chinese_date(begins)}至{chinese_date(pause.end)}中止，不计 {allowed} 日（{listed(edition.pause_articles)}）"
        steps.append(said + (f"；累计超过 {edition.pause_days} 日的 {over} 日照算。" if over else "。"))
    return plain_on, steps


def _shifted(plain_on: date, begins: date, ends: date, edition: Edition, calendar: Calendar) -> date:
    """What was left when the pause began is counted on from its end. Only terms in days know pauses."""
    if edition.unit is Unit.WORKING_DAYS:
        return calendar.add_workdays(max(ends, begins), calendar.workdays_between(begins, plain_on))
    return plain_on + (ends - begins)


def by_code(article: Article, start: date) -> str:
    """The rule of the Civil Code, or that it was the same before the code came into force."""
    return str(article) if start >= CIVIL_CODE_FROM else f"同{article}，民法典施行前的条文待核"


def _rolled(plain_on: date, start: date, edition: Edition, calendar: Calendar) -> tuple[date, list[str]]:
    words = calendar.day(plain_on).words
    if edition.direction is Direction.BEFORE:
        hint = "" if calendar.is_workday(plain_on) else f"；当天休息，宜提前到 {calendar.day(_workday_before(plain_on, calendar)).words}"
        return plain_on, [f"最晚 {words}{hint}。"]
    if not edition.rolls or edition.unit is Unit.WORKING_DAYS or not calendar.rolls(plain_on):
        return plain_on, [f"最后一日 {words}，至当日 24 时（有业务时间的，至停止业务时）。"]
    due_on = calendar.roll_forward(plain_on)
    return due_on, [f"满期那天 {words}不上班，顺延到结束后的次日 {calendar.day(due_on).words}（{by_code(LAST_DAY, start)}）。"]


def _workday_before(on: date, calendar: Calendar) -> date:
    while not calendar.is_workday(on):
        on -= ONE
    return on


def _is_provisional(edition: Edition, start: date, plain_on: date, due_on: date, calendar: Calendar) -> bool:
    """Working days consult every day between, other units only the last ones; those that do not roll consult none."""
    first, last = sorted((start, plain_on))
    if edition.unit is Unit.WORKING_DAYS:
        return calendar.is_provisional(first, max(last, due_on))
    return edition.rolls and edition.direction is Direction.AFTER and calendar.is_provisional(plain_on, due_on)


def _opening(term: Term, edition: Edition, start: date) -> str:
    event = term.starts_with.removesuffix("（往前数）")
    if edition.direction is Direction.BEFORE:
        return f"{event}：{chinese_date(start)}，当日不计入，往前数。"
    return f"起算：{event}，{chinese_date(start)}，当日不计入（{by_code(FIRST_DAY, start)}）。"


def _length(edition: Edition, start: date, extra: int) -> str:
    source = edition.article or "条文待核"
    text = f"期限：{edition.length}（{source}）"
    if extra:
        text += f"，另加 {extra} {edition.unit.label}"
    if edition.unit is Unit.WORKING_DAYS:
        return f"{text}，休息日和放假的日子不数，调休上班的日子要数。"
    if edition.unit in (Unit.MONTHS, Unit.YEARS):
        return f"{text}，到期月的对应日为最后一日，没有对应日的为月末（{by_code(MONTHS, start)}）。"
    return f"{text}，每一天都数。"
