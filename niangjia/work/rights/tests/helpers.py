"""Lawyers and matters of legal aid for tests, made by the line's verbs."""

from datetime import date, time
from decimal import Decimal
from typing import Any

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.cases.actions import advance
from niangjia.core.cases.models import Case
from niangjia.work.rights import actions
from niangjia.work.rights.actions import dismissal, supervision
from niangjia.work.rights.enums import AidForm, HelperKind
from niangjia.work.rights.models import Duty, Helper
from niangjia.work.rights.tests.factories import new_dispute
from tests.world import World

SINCE, APPLIED = date(2019, 6, 3), date(2023, 11, 13)


def new_lawyer(world: World, name: str = "史可为", firm: str = "浙江三江口律师事务所", **facts: Any) -> Helper:
    """A lawyer on the district's roster; ``account=True`` gives an account with the post of a lawyer."""
    if facts.get("account") is True:
        facts["account"] = world.officer(world.district, "lawyer")
    said = {
        "kind": HelperKind.LAWYER,
        "org": world.district,
        "licence": "13302201910000001",
        "valid_from": SINCE,
        "fields": ["D02"],
    } | facts
    with elevated("test: the roster"):
        return actions.enlist(name=name, firm=firm, by=SYSTEM, **said)


def new_duty(world: World, helper: Helper | None = None, **facts: Any) -> Duty:
    """The lawyer is on duty in the town on Mondays of December 2023; returns the duty of today, the 18th."""
    said = {
        "org": world.here,
        "place": "桃源街道法律服务窗口",
        "weekday": 0,
        "starts_at": time(9),
        "ends_at": time(11),
        "valid_from": date(2023, 12, 1),
    } | facts
    with elevated("test: a rota"):
        rota = actions.set_rota(helper=helper or new_lawyer(world), by=SYSTEM, **said)
        actions.make_month(org=world.district, month=date(2023, 12, 1), by=SYSTEM)
        return Duty.objects.select_related("org", "helper").get(rota=rota, on=date(2023, 12, 18))


def new_aid(world: World, matter: Case | None = None, *, by: Any = SYSTEM, **facts: Any) -> Case:
    """An application for legal aid about unpaid wages, from a dispute of the world's member."""
    with elevated("test: legal aid"):
        return actions.apply_for_aid(matter=matter or new_dispute(world), by=by, **{"on": APPLIED, "forms": [AidForm.ARBITRATION]} | facts)


def rates() -> None:
    """What the stages are paid since 2019."""
    with elevated("test: rates"):
        for form in AidForm:
            actions.set_fee_rate(form=form, amount=Decimal("1200.00"), valid_from=SINCE, source="示意", by=SYSTEM)


def walk(case: Case, *steps: tuple[str, str, dict[str, Any]], by: Any = SYSTEM) -> Case:
    """Take steps (name, «MM-DD» of 2023, facts)."""
    for name, day, facts in steps:
        month, _, number = day.partition("-")
        advance(case, name, by=by, on=date(2023, int(month), int(number)), **facts)
    return case


def new_notice(world: World, **facts: Any) -> Case:
    """The employer told the union on 4 December that it means to dismiss the world's member on the 20th."""
    said = {
        "org": world.union, "ground": "39-2", "planned_on": date(2023, 12, 20), "on": date(2023, 12, 4), "person": world.person,
        "employer_name": "迅帆配送", "stated": "旷工三天", "by": SYSTEM,
    } | facts  # fmt: skip
    with elevated("test: a notice"):
        return dismissal.take_notice(**said)


def new_complaint(world: World, **facts: Any) -> Case:
    """The world's member complains of unpaid overtime on 6 November."""
    said = {
        "org": world.here, "topics": ["wages"], "complaint": "加班费从来不发", "on": date(2023, 11, 6), "persons": [world.person], "employer_name": "迅帆配送", "by": SYSTEM,
    } | facts  # fmt: skip
    with elevated("test: a complaint"):
        return supervision.complain(**said)


def two_supervisors(world: World) -> list[str]:
    """Cards of the chair and a member of the town's committee."""
    with elevated("test: supervisors"):
        for number, post in enumerate(("chair", "member"), 1):
            supervision.name_supervisor(
                org=world.here, person=world.new_person(name=f"监督{number}"), post=post, card=f"JD-{number}", by=SYSTEM, valid_from=date(2023, 1, 3)
            )  # fmt: skip
    return ["JD-1", "JD-2"]


def to_the_letter(world: World) -> Case:
    """A matter of supervision up to the opinion letter, served on 27 November."""
    return walk(
        new_complaint(world), ("accept", "11-08", {}), ("hear", "11-10", {"heard_worker": True, "heard_employer": True, "words": "各说各的"}),
        ("negotiate", "11-14", {"settled": False, "words": "没有谈成"}), ("investigate", "11-20", {"cards": two_supervisors(world), "found": "没有发加班费"}),
        ("opinion", "11-24", {"breaks": "劳动法第四十四条", "demands": "补发", "number": "意见〔2023〕1号", "served_on": date(2023, 11, 27)}),
    )  # fmt: skip
