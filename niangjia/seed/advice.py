"""Lawyers on duty and consultations of the demo district: a rota since 2021, the answers of five years, bookings of the coming days."""

from datetime import date, time, timedelta

from django.db import transaction

from niangjia.base.calendar import add_months, month_end
from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.orgs import queries as orgs
from niangjia.core.orgs.enums import Kind as OrgKind
from niangjia.core.people import queries as people
from niangjia.seed.chance import Chance
from niangjia.seed.progress import Bar
from niangjia.seed.totals import DEMO_DAY, TERM_BEGAN, Totals
from niangjia.work.rights import actions
from niangjia.work.rights.consulting import consultations_so_far, free_slots, planned, rotas_on
from niangjia.work.rights.enums import AskedHow, Kind, NextStep
from niangjia.work.rights.helping import lawyers

ROTA_SINCE = date(2021, 3, 1)
FULL = 6000
"""Consultations of five years in the whole district; the public account gives no number."""
TOWNS = 6
KINDS = {
    Kind.WAGES: 30,
    Kind.SEVERANCE: 16,
    Kind.INJURY: 12,
    Kind.OVERTIME: 12,
    Kind.INSURANCE: 10,
    Kind.DOUBLE_WAGE: 6,
    Kind.LEAVE: 6,
    Kind.NEW_FORM: 5,
    Kind.OTHER: 3,
}
HOWS = {AskedHow.WINDOW: 46, AskedHow.CALL: 30, AskedHow.BOOKED: 18, AskedHow.ONLINE: 6}
NEXT = {NextStep.NOTHING: 52, NextStep.SELF: 24, NextStep.ELSEWHERE: 12, NextStep.DISPUTE: 9, NextStep.AID: 3}
QUESTIONS = (
    "单位拖着工资不发，怎么办？",
    "被口头辞退，能要多少补偿？",
    "上班路上摔伤，算不算工伤？",
    "一直没签合同，能要二倍工资吗？",
    "加班费按什么基数算？",
)
ANSWERS = (
    "先书面催告，保留工资条、聊天记录，一年内申请仲裁。",
    "核对入职时间和月工资，可以先来调解。",
    "一个月内让单位申报工伤，单位不报自己一年内可以报。",
    "可以和工资一起提，注意时效。",
)
BATCH = 1000


def enter(seed: int, scale: float) -> None:
    """The rota, its days up to the end of next month, and the consultations; what is there already stays."""
    with elevated("seed: advice of the demo district"):
        if not rotas_on(ROTA_SINCE).exists():
            _arrange()
        if not planned(add_months(DEMO_DAY, 1).replace(day=1), month_end(add_months(DEMO_DAY, 1))).exists():
            _make_months()
        if not consultations_so_far():
            with transaction.atomic():
                _consult(Chance(seed + 67), Totals(scale))
                _book()


def _arrange() -> None:
    root = orgs.root()
    assert root is not None
    places = [
        (root, "区总工会职工法律服务窗口", day, hours) for day in range(5) for hours in ((time(9), time(11, 30)), (time(14), time(16, 30)))
    ]
    towns = [child.org for child in orgs.children_with_counts(root, DEMO_DAY) if child.org.kind == OrgKind.TOWN][:TOWNS]
    places += [(town, f"{town.short_name}职工法律服务窗口", number % 5, (time(14), time(16))) for number, town in enumerate(towns)]
    found = list(lawyers(ROTA_SINCE).order_by("code"))
    with transaction.atomic():
        for number, (org, place, weekday, (starts_at, ends_at)) in enumerate(places):
            helper, substitute = found[number % len(found)], found[(number + 5) % len(found)]
            actions.set_rota(
                org=org, place=place, weekday=weekday, starts_at=starts_at, ends_at=ends_at, helper=helper, substitute=substitute, by=SYSTEM,
                valid_from=ROTA_SINCE,
            )  # fmt: skip


def _make_months() -> None:
    """Every month from the beginning to the next one; those made before cost nothing but a look."""
    root = orgs.root()
    assert root is not None
    month, last = ROTA_SINCE, add_months(DEMO_DAY, 1)
    while month <= last:
        with transaction.atomic():
            actions.make_month(org=root, month=month, by=SYSTEM)
        month = add_months(month, 1)


def _consult(chance: Chance, totals: Totals) -> None:
    root = orgs.root()
    assert root is not None
    found = list(lawyers(ROTA_SINCE).order_by("code"))
    towns = [child.org for child in orgs.children_with_counts(root, DEMO_DAY) if child.org.kind == OrgKind.TOWN]
    rows = []
    for _ in range(totals.at_scale(FULL)):
        missed = chance.random() < 0.03
        how = AskedHow.BOOKED if missed else chance.choices(list(HOWS), list(HOWS.values()))[0]
        rows.append(
            actions.Told(
                org=root if chance.random() < 0.55 or not towns else chance.choice(towns), helper=chance.choice(found),
                on=chance.workday(TERM_BEGAN, DEMO_DAY - timedelta(days=1)), kind=chance.choices(list(KINDS), list(KINDS.values()))[0], how=how,
                minutes=chance.randint(8, 55), question=chance.choice(QUESTIONS), answer=chance.choice(ANSWERS),
                next_step=chance.choices(list(NEXT), list(NEXT.values()))[0], satisfied=None if missed or chance.random() < 0.5 else chance.choices((5, 4, 3), (70, 24, 6))[0],
                missed=missed,
            )
        )  # fmt: skip
    rows.sort(key=lambda row: row.on)
    with transaction.atomic(), Bar("法律咨询 advice", len(rows)) as bar:
        for first in range(0, len(rows), BATCH):
            bar.add(actions.take_in_many(rows[first : first + BATCH], by=SYSTEM))


def _book() -> None:
    """Members who come today and in the coming days."""
    members = people.members_on(DEMO_DAY).select_related("person").order_by("-joined_on", "id")[:12]
    duties = list(planned(DEMO_DAY, DEMO_DAY + timedelta(days=4)))[:8]
    for number, span in enumerate(members):
        duty = duties[number % len(duties)] if duties else None
        if duty and (free := free_slots(duty)):
            actions.book(
                duty,
                at=free[0],
                kind=list(KINDS)[number % len(KINDS)],
                by=SYSTEM,
                person=span.person,
                question=QUESTIONS[number % len(QUESTIONS)],
            )
