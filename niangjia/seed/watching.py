"""Dismissal notices and union supervision of the demo district: a few of each, told by their own verbs."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.cases import actions as cases
from niangjia.core.orgs import queries as orgs
from niangjia.core.orgs.enums import Kind as OrgKind
from niangjia.core.people import queries as people
from niangjia.seed.chance import Chance
from niangjia.seed.progress import Bar
from niangjia.seed.totals import DEMO_DAY, Totals
from niangjia.work.rights.actions import dismissal, supervision
from niangjia.work.rights.enums import DismissGround, UnionSays, WatchTopic
from niangjia.work.rights.watching import cards_of, has_chair, notices_so_far, supervisions_so_far, watches

NOTICES, MATTERS = 160, 46
"""In the whole district over the term; the public account gives no number."""
GROUNDS = [ground for ground in DismissGround if ground != DismissGround.LAYOFF]
SINCE = date(2020, 1, 2)


def tell(*, seed: int, scale: float) -> None:
    """Tell what is not told yet, one transaction each."""
    totals = Totals(scale)
    with elevated("seed: notices and supervision of the demo district"):
        notices, matters = notices_so_far(), supervisions_so_far()
        members = list(people.members_on(DEMO_DAY).filter(person__employer__isnull=False).order_by("id").values_list("id", flat=True))
    with Bar("监督 watching", totals.at_scale(NOTICES) + totals.at_scale(MATTERS)) as bar:
        for number in range(notices, totals.at_scale(NOTICES)):
            with elevated("seed: a notice"), transaction.atomic():
                _notice(Chance(seed * 100_043 + number), members)
            bar.add()
        for number in range(matters, totals.at_scale(MATTERS)):
            with elevated("seed: a matter of supervision"), transaction.atomic():
                _matter(Chance(seed * 100_049 + number), members, number)
            bar.add()


def _somebody(chance: Chance, members: list[int]) -> Any:
    return people.members_on(DEMO_DAY).select_related("person__employer", "union").get(pk=chance.choice(members))


def _notice(chance: Chance, members: list[int]) -> None:
    span = _somebody(chance, members)
    on = chance.workday(max(SINCE, span.joined_on + timedelta(days=30)), DEMO_DAY)
    case = dismissal.take_notice(
        org=span.union, ground=chance.choice(GROUNDS), planned_on=on + timedelta(days=chance.choice((3, 7, 30))), on=on, person=span.person,
        employer=span.person.employer, stated="通知书写明了理由，附规章制度和证据。", by=SYSTEM,
    )  # fmt: skip
    says = chance.choices((UnionSays.AGREE, UnionSays.OBJECT, UnionSays.CORRECT), (62, 26, 12))[0]
    day = on + timedelta(days=chance.randint(1, 3))
    steps: list[tuple[str, date, dict[str, Any]]] = [
        ("study", day, {"heard_worker": chance.random() < 0.9, "found": "找本人和班组了解了情况。"})
    ]
    breaks = "" if says == UnionSays.AGREE else "劳动合同法第三十九条、第四十三条"
    steps.append(
        (
            "answer",
            day + timedelta(days=1),
            {"says": says, "breaks": breaks, "opinion": "经研究，没有异议。" if not breaks else "证据不足以认定严重违纪，请改正。"},
        )
    )
    if breaks:
        steps.append(
            (
                "handle",
                day + timedelta(days=chance.randint(3, 9)),
                {"handled": chance.choice(("withdrawn", "changed", "ahead")), "words": "已书面告知"},
            )
        )
    _walk(case, iter(steps))


def _matter(chance: Chance, members: list[int], number: int) -> None:
    span = _somebody(chance, members)
    town = next(
        (org for org in reversed(orgs.path(span.union)) if org.kind in (OrgKind.TOWN, OrgKind.ZONE, OrgKind.SYSTEM, OrgKind.DISTRICT)),
        span.union,
    )
    on = chance.workday(max(SINCE, span.joined_on + timedelta(days=30)), DEMO_DAY)
    topics = chance.sample([WatchTopic.WAGES, WatchTopic.HOURS, WatchTopic.INSURANCE, WatchTopic.CONTRACT, WatchTopic.SAFETY], 1)
    case = supervision.complain(
        org=town, topics=topics, complaint="单位长期超时加班，加班费没有足额发。", on=on, persons=[span.person] if chance.random() < 0.6 else [],
        employer=span.person.employer, by=SYSTEM,
    )  # fmt: skip
    cards = [f"浙监{town.pk:06d}{number:04d}{place}" for place in (1, 2)]
    for place, card in enumerate(cards):
        watcher = _somebody(chance, members).person
        if not watches(town, watcher):
            post = "chair" if place == 0 and not has_chair(town) else "member"
            supervision.name_supervisor(org=town, person=watcher, post=post, card=card, by=SYSTEM, valid_from=min(on, SINCE))
    _walk(case, _way(chance, on, cards_of(town)[:2], number))


def _way(chance: Chance, on: date, cards: list[str], number: int) -> Iterator[tuple[str, date, dict[str, Any]]]:
    day = on + timedelta(days=chance.randint(1, 4))
    if chance.random() < 0.1:
        yield "refuse", day, {"because": "forum", "words": "已经申请仲裁，请等仲裁结果。"}
        return
    yield "accept", day, {}
    yield "hear", (day := day + timedelta(days=3)), {"heard_worker": True, "heard_employer": True, "words": "双方对加班时数说法不一。"}
    settled = chance.random() < 0.5
    yield "negotiate", (day := day + timedelta(days=4)), {"settled": settled, "words": "单位同意补发" if settled else "没有谈成"}
    if settled or len(cards) < 2:
        return
    yield "investigate", (day := day + timedelta(days=6)), {"cards": cards, "found": "考勤和工资表显示加班费少发。"}
    facts = {
        "breaks": "劳动法第四十四条",
        "demands": "十五个工作日内补足加班费",
        "number": f"工监意〔{day.year}〕{number + 1}号",
        "served_on": day + timedelta(days=3),
    }
    yield "opinion", (day := day + timedelta(days=2)), facts
    yield (
        "reply",
        (day := day + timedelta(days=chance.randint(8, 18))),
        {"corrected": chance.random() < 0.75, "words": "已按意见书改正，附补发凭证。"},
    )


def _walk(case: Any, steps: Iterator[tuple[str, date, dict[str, Any]]]) -> None:
    for step, on, facts in steps:
        if on > DEMO_DAY or facts.get("served_on", on) > DEMO_DAY:
            return
        cases.advance(case, step, by=SYSTEM, on=on, **facts)
