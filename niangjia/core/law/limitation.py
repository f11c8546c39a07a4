"""The limitation of labour arbitration (仲裁时效, 劳动争议调解仲裁法第二十七条). A risk to be shown, never a bar to intake."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from niangjia.base.calendar import add_months, chinese_date
from niangjia.core.law.reckoning import LAST_DAY, BadPeriod, article_as_json, by_code
from niangjia.core.law.statutes.laws import ARBITRATION, ARBITRATION_FROM, LEGAL_AID, LEGAL_AID_FROM
from niangjia.core.law.term import Article
from niangjia.core.law.workdays import BUILT_IN, PROVISIONAL, Calendar

ORDINARY, INTERRUPTED, SUSPENDED, REMUNERATION = (ARBITRATION.article(27, paragraph) for paragraph in (1, 2, 3, 4))
URGENT_AID = LEGAL_AID.article(44, 1)
ALERTS = ((7, "urgent"), (30, "month"), (60, "two_months"))
"""Days left up to which a level of alert holds; at 7 the urgent path of legal aid is open."""
CLAIMS = {
    "wages": "劳动报酬", "overtime": "加班费", "severance": "经济补偿", "illegal_termination": "违法解除赔偿金",
    "double_wage": "未订书面合同的二倍工资", "pay_in_lieu": "代通知金", "annual_leave": "未休年休假工资报酬",
    "work_injury": "工伤待遇", "social_insurance": "社会保险损失", "labour_relation": "确认劳动关系",
    "reinstatement": "继续履行劳动合同", "non_compete": "竞业限制", "training_fee": "培训费、押金", "papers": "离职手续、档案",
    "welfare": "福利、高温津贴", "other": "其他",
}  # fmt: skip
LABOUR_REMUNERATION = frozenset({"wages", "overtime"})
"""Claims without the one-year limit while the relation lasts."""
NEVER_A_BAR = "时效是用人单位的抗辩：只作风险提示，照常受理。"


class EventType(StrEnum):
    """What happened to the clock."""

    INTERRUPTION = "interruption"
    SUSPENSION = "suspension"


@dataclass(frozen=True)
class ClockEvent:
    """An interruption (中断) or suspension (中止); ``end`` None: an act of one day, or a suspension still running."""

    type: EventType
    what: str
    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise BadPeriod(f"“{self.what}”的止早于起 (an event ends before it begins)")

    @property
    def until(self) -> date:
        return self.end or self.start


@dataclass(frozen=True)
class Limitation:
    """The last day to apply, or None where no period is running; the steps that led there and the articles."""

    claim: str
    last_day: date | None
    started_on: date | None
    is_suspended: bool
    provisional: bool
    articles: tuple[Article, ...]
    steps: tuple[str, ...]

    def days_left(self, on: date) -> int | None:
        """Negative once expired."""
        return None if self.last_day is None else (self.last_day - on).days

    def alert(self, on: date) -> str:
        """ "expired", "urgent" (7 days), "month" (30), "two_months" (60) or "" seen from a day."""
        left = self.days_left(on)
        if left is None:
            return ""
        if left < 0:
            return "expired"
        return next((level for days, level in ALERTS if left <= days), "")

    def as_json(self, on: date) -> dict[str, object]:
        """What `niangjia law limitation --json` prints, seen from a day."""
        return {
            "last_day": self.last_day.isoformat() if self.last_day else None, "steps": list(self.steps),
            "article": "、".join(map(str, self.articles)), "articles": [article_as_json(one) for one in self.articles],
            "claim": self.claim, "title": CLAIMS[self.claim], "started_on": self.started_on.isoformat() if self.started_on else None,
            "suspended": self.is_suspended, "provisional": self.provisional, "as_of": on.isoformat(),
            "days_left": self.days_left(on), "alert": self.alert(on), "status": "verified",
        }  # fmt: skip


def limitation(
    claim: str,
    *,
    known_on: date | None = None,
    relation_end: date | None = None,
    events: Sequence[ClockEvent] = (),
    calendar: Calendar = BUILT_IN,
) -> Limitation:
    """Until which day arbitration may be applied for without the employer's defence.

    ``claim`` is a key of CLAIMS; wages and overtime run from ``relation_end`` (None: still employed, no limit), others from ``known_on``.
    Raises BadPeriod.
    """
    if claim not in CLAIMS:
        raise BadPeriod(f"不认识的请求“{claim}”，可用：{'、'.join(CLAIMS)} (unknown claim)")
    start, articles, steps = _begin(claim, known_on, relation_end)
    if start is None:
        return Limitation(claim, None, None, False, False, articles, tuple(steps))
    if start < ARBITRATION_FROM:
        raise BadPeriod(f"{start.isoformat()} 早于调解仲裁法施行（2008-05-01），当时的时效未收录 (before the law came into force)")
    try:
        return _Clock(claim, start, articles, steps, calendar).run(events)
    except OverflowError as error:
        raise BadPeriod("日期太远，算不出来 (a day is out of range)") from error


def _begin(claim: str, known_on: date | None, relation_end: date | None) -> tuple[date | None, tuple[Article, ...], list[str]]:
    if claim in LABOUR_REMUNERATION:
        said = f"“{CLAIMS[claim]}”属于劳动报酬：劳动关系存续期间不受一年时效限制（{REMUNERATION}）。"
        if relation_end is None:
            return None, (REMUNERATION,), [said, "劳动关系还在，现在没有最后一日；一旦终止，从终止之日起一年内提出。"]
        ended = f"劳动关系 {chinese_date(relation_end)}终止，自终止之日起一年内提出，当日不计入。"
        return relation_end, (REMUNERATION,), [said, ended]
    if known_on is None:
        raise BadPeriod("请写明知道或者应当知道权利被侵害的日子 known_on (known_on is missing)")
    return known_on, (ORDINARY,), [f"{chinese_date(known_on)}知道或者应当知道权利被侵害，时效一年，当日不计入（{ORDINARY}）。"]


@dataclass
class _Clock:
    """One run of the clock over its events, told step by step."""

    claim: str
    start: date
    articles: tuple[Article, ...]
    steps: list[str]
    calendar: Calendar

    def run(self, events: Sequence[ClockEvent]) -> Limitation:
        self.suspensions = _joined([one for one in events if one.type is EventType.SUSPENSION])
        plain, running = self._end()
        for event in sorted((one for one in events if one.type is EventType.INTERRUPTION), key=lambda one: (one.start, one.until)):
            plain, running = self._interrupt(event, plain, running)
        self._tell_suspensions(plain)
        if running is not None:
            return self._stopped(running)
        return self._ended(plain)

    def _end(self) -> tuple[date, ClockEvent | None]:
        """One year from the start and the days of suspension within, before rolling; and the suspension still running, if one is."""
        plain = add_months(self.start, 12)
        for event in self.suspensions:
            if event.end is not None and event.end <= self.start:
                continue
            if event.start > self.calendar.roll_forward(plain):
                break
            if event.end is None:
                return plain, event
            plain += event.end - max(event.start, self.start)
        return plain, None

    def _interrupt(self, event: ClockEvent, plain: date, running: ClockEvent | None) -> tuple[date, ClockEvent | None]:
        what = f"{chinese_date(event.start)}“{event.what}”"
        in_time = running is not None or event.start <= self.calendar.roll_forward(plain)
        if event.until < self.start:
            self.steps.append(f"{what}在起算日之前，不影响。")
            return plain, running
        if not in_time:
            self.steps.append(f"{what}时时效已于 {chinese_date(self.calendar.roll_forward(plain))}届满，不再中断。")
            return plain, running
        self.start = event.until
        self._note(INTERRUPTED)
        ended = f"，程序 {chinese_date(event.until)}终结" if event.end and event.end != event.start else ""
        self.steps.append(f"{what}{ended}，时效中断，自 {chinese_date(event.until)}起重新计算一年（{INTERRUPTED}）。")
        longer, running = self._end()
        return max(plain, longer), running

    def _tell_suspensions(self, plain: date) -> None:
        for event in self.suspensions:
            what = f"“{event.what}”自 {chinese_date(event.start)}"
            if event.end is not None and event.end <= self.start:
                self.steps.append(f"{what}中止，在（重新）起算日之前结束，不影响。")
            elif event.start > self.calendar.roll_forward(plain):
                self.steps.append(f"{what}发生时时效已届满，不再中止。")
            elif event.end is not None:
                self._note(SUSPENDED)
                days = (event.end - max(event.start, self.start)).days
                self.steps.append(f"{what}至 {chinese_date(event.end)}中止，自原因消除之日继续计算，加 {days} 日（{SUSPENDED}）。")

    def _stopped(self, running: ClockEvent) -> Limitation:
        self._note(SUSPENDED)
        left = (self._end()[0] - max(running.start, self.start)).days
        self.steps.append(
            f"“{running.what}”自 {chinese_date(running.start)}中止，原因还没有消除，现在没有最后一日；消除之日起继续计算，还剩 {left} 日（{SUSPENDED}）。"
        )
        return Limitation(self.claim, None, self.start, True, False, self.articles, (*self.steps, NEVER_A_BAR))

    def _ended(self, plain: date) -> Limitation:
        last = self.calendar.roll_forward(plain)
        words = self.calendar.day(plain).words
        if last != plain:
            self.steps.append(f"满期那天 {words}不上班，顺延到 {self.calendar.day(last).words}（{by_code(LAST_DAY, self.start)}）。")
        urgent = f"剩 7 日以内的，可请法律援助机构先行援助（{URGENT_AID}）。" if last >= LEGAL_AID_FROM else ""
        self.steps.append(f"最后一日 {self.calendar.day(last).words}。{urgent}")
        provisional = self.calendar.is_provisional(plain, last)
        if provisional:
            self.steps.append(f"{PROVISIONAL}，安排公布并录入后请重算。")
        return Limitation(self.claim, last, self.start, False, provisional, self.articles, (*self.steps, NEVER_A_BAR))

    def _note(self, article: Article) -> None:
        if article not in self.articles:
            self.articles = (*self.articles, article)


def _joined(events: Sequence[ClockEvent]) -> list[ClockEvent]:
    """Suspensions in order, those that overlap as one."""
    joined: list[ClockEvent] = []
    for event in sorted(events, key=lambda one: (one.start, one.end or date.max)):
        last = joined[-1] if joined else None
        if last is None or (last.end is not None and event.start > last.end):
            joined.append(event)
            continue
        what = "、".join(dict.fromkeys((last.what, event.what)))
        end = None if last.end is None or event.end is None else max(last.end, event.end)
        joined[-1] = ClockEvent(EventType.SUSPENSION, what, last.start, end)
    return joined


def read(document: Any) -> dict[str, Any]:
    """The arguments of ``limitation`` from the JSON document of the interface; raises BadPeriod with the reason."""
    if not isinstance(document, Mapping):
        raise BadPeriod("文件里要是一个 JSON 对象 (a JSON object is wanted)")
    unknown = set(document) - {"claim", "known_on", "relation_end", "events"}
    if unknown:
        raise BadPeriod(f"不认识的栏目：{'、'.join(sorted(unknown))} (unknown keys)")
    events = document.get("events")
    events = [] if events is None else events
    if not isinstance(events, list):
        raise BadPeriod("events 要是一个列表 (events must be a list)")
    return {
        "claim": str(document.get("claim", "")),
        "known_on": day_of(document, "known_on"),
        "relation_end": day_of(document, "relation_end"),
        "events": [_event(one) for one in events],
    }


def _event(document: Any) -> ClockEvent:
    if not isinstance(document, Mapping):
        raise BadPeriod("events 里每一项要是一个对象 (every event must be an object)")
    try:
        kind = EventType(str(document.get("type", "")))
    except ValueError:
        raise BadPeriod(f"type 要写 interruption 或 suspension，不是“{document.get('type')}” (unknown type of event)") from None
    start = day_of(document, "from")
    if start is None:
        raise BadPeriod("每个事件要有 from (an event needs from)")
    return ClockEvent(
        kind, str(document.get("what") or {"interruption": "中断", "suspension": "中止"}[kind]), start, day_of(document, "to")
    )


def day_of(document: Mapping[str, Any], key: str) -> date | None:
    """A day written YYYY-MM-DD, None where absent or null; raises BadPeriod."""
    said = document.get(key)
    if said is None:
        return None
    try:
        return date.fromisoformat(said)
    except (TypeError, ValueError):
        raise BadPeriod(f"{key} 不是日期：{said}，请写成 2023-12-18 ({key} is not a date)") from None
