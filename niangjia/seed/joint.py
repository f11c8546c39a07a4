"""What the bodies of the demo district handle together: accounts of theirs, rooms, duty, a queue, two collective disputes, meetings."""

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from niangjia.base.scope import elevated
from niangjia.core.access import queries as access
from niangjia.core.access.actor import SYSTEM, under
from niangjia.core.cases import actions as cases
from niangjia.core.law.queries import calendar
from niangjia.core.orgs import queries as orgs
from niangjia.core.people import queries as people
from niangjia.seed.chance import Chance
from niangjia.seed.totals import DEMO_DAY
from niangjia.work.rights import actions, joint
from niangjia.work.rights.enums import Channel, JointBasis, Kind
from niangjia.work.rights.queries import answering_org

CLERKS = {"zhongcai": "仲裁", "faguan": "法院", "zhili": "治理中心"}
"""The demo's accounts of other bodies, each with a word of its body's name."""
ROOMS = (("第一调解室", 8), ("第二调解室", 6), ("联合庭审室", 20), ("视频调解室", 4))
PLACE = "区社会治理中心二楼"
QUEUED = 8
GROUNDS = (
    (JointBasis.CONSENT, "本人签了信息共享同意书"), (JointBasis.ENTRUSTED, "仲裁委委托调解函"), (JointBasis.DUTY, "仲裁审查需要，按联合办理机制移交"),
)  # fmt: skip
WORKERS = (12, 14)
"""How many workers each collective dispute has."""


def tell(seed: int) -> None:
    """Everything once; it needs the disputes told before."""
    with elevated("seed: what the bodies handle together"), transaction.atomic():
        if joint.has_rooms():
            return
        chance, root = Chance(seed + 83), orgs.root()
        assert root is not None
        bodies = {word: next(body for body in joint.bodies() if word in body.name) for word in CLERKS.values()}
        clerks = _join(bodies)
        _rooms(root)
        _duty(root, bodies)
        taken: set[int] = set()
        for number in WORKERS:
            taken |= _collective(chance, number, taken)
        _queue(chance, bodies, clerks)
        _meetings(root)


def _join(bodies: dict[str, Any]) -> dict[str, Any]:
    """The accounts stand for their bodies; their actors by word."""
    clerks = {}
    for username, word in CLERKS.items():
        user = access.accounts(SYSTEM).get(username=username)
        actions.join_body(user=user, body=bodies[word], is_head=username == "zhongcai", by=SYSTEM, on=date(2023, 1, 3))
        clerks[word] = under(access.grants_in_force(user).get())
    return clerks


def _rooms(root: Any) -> None:
    rooms = [actions.add_room(org=root, name=name, place=PLACE, seats=seats, by=SYSTEM) for name, seats in ROOMS]
    for room, start, end, purpose in (
        (rooms[0], time(9), time(10, 30), "调解会"), (rooms[0], time(14), time(15, 30), "调解会"), (rooms[2], time(9, 30), time(11, 30), "开庭"),
        (rooms[3], time(15), time(16), "视频调解"),
    ):  # fmt: skip
        actions.book_room(room, on=DEMO_DAY, start=start, end=end, purpose=purpose, by=SYSTEM)
    actions.book_room(rooms[1], on=DEMO_DAY + timedelta(days=1), start=time(9), end=time(11), purpose="集体争议会商", by=SYSTEM)


def _duty(root: Any, bodies: dict[str, Any]) -> None:
    monday = DEMO_DAY - timedelta(days=DEMO_DAY.weekday())
    for at in range(5):
        on = monday + timedelta(days=at)
        actions.put_on_duty(org=root, on=on, half="am" if at % 2 else "pm", name="竺敏", by=SYSTEM)
        word, name = (("仲裁", "毛文渊"), ("法院", "史佳宁"), ("治理中心", "朱立群"))[at % 3]
        actions.put_on_duty(org=root, on=on, half="am", name=name, body=bodies[word], by=SYSTEM)


def _collective(chance: Chance, number: int, taken: set[int]) -> set[int]:
    """Workers of one union against their employer, wages of some months; still open, so that no figure moves. Returns who they are."""
    members = people.members_on(DEMO_DAY).select_related("person__employer", "person__home_org")
    spans = [span for span in members.order_by("-joined_on", "id")[: number * 60] if span.person_id not in taken]
    home = next(
        (span.person.home_org_id for span in spans if sum(one.person.home_org_id == span.person.home_org_id for one in spans) >= number), 0
    )
    group = [span.person for span in spans if span.person.home_org_id == home][:number]
    if len(group) < number:
        return set()
    opened = chance.workday(DEMO_DAY - timedelta(days=30), DEMO_DAY - timedelta(days=12))
    employer = next((person.employer for person in group if person.employer), None)
    case = actions.ask(
        applicants=group, kinds=[Kind.WAGES], org=answering_org(group[0]), by=SYSTEM, channel=Channel.ARREARS, on=opened, employer=employer,
        respondent="" if employer else group[0].home_org.name, outside_number=f"GZQX2023{number:04d}", facts=actions.Facts(known_on=opened),
        claims=[actions.Asked(Kind.WAGES, "拖欠的工资")],
    )  # fmt: skip
    parts = [actions.Worker(person, Decimal(chance.randint(40, 160)) * 100) for person in group]
    actions.add_workers(case, parts=parts, by=SYSTEM, on=opened)
    actions.elect_representatives(case, persons=group[:3], by=SYSTEM, on=opened)
    actions.promise_reply(case, by=SYSTEM, due_on=calendar().add_workdays(DEMO_DAY, 3))
    cases.advance(case, "accept", by=SYSTEM, on=opened, mediated_by=f"{case.org.short_name}劳动争议调解室")
    return {person.pk for person in group}


def _queue(chance: Chance, bodies: dict[str, Any], clerks: dict[str, Any]) -> None:
    """Open disputes on their way between the bodies: held by the union, waiting for a receipt, late with it, received, given back."""
    days = calendar()
    for number, case in enumerate(joint.open_disputes(QUEUED)):
        basis, note = GROUNDS[number % len(GROUNDS)]
        on = max(case.state_since, days.add_workdays(DEMO_DAY, -3))
        actions.enter_joint(case, basis=basis, basis_note=note, by=SYSTEM, on=on)
        if number % 4 == 0:
            continue
        word = list(bodies)[number % len(bodies)]
        sent = on if number % 4 == 1 else DEMO_DAY
        actions.hand_to(
            case, body=bodies[word], asked="请安排审查确认" if word == "仲裁" else "请接着调解", by=SYSTEM, on=sent, due_on=DEMO_DAY + timedelta(days=chance.randint(2, 9))
        )  # fmt: skip
        if number % 4 == 3:
            actions.confirm_receipt(case, by=clerks[word], on=DEMO_DAY)
    actions.climb_unreceived(by=SYSTEM, on=DEMO_DAY)


def _meetings(root: Any) -> None:
    """One that was held and one that is to come, each with the list the rules gave."""
    held = actions.call_meeting(org=root, on=date(2023, 12, 15), place=PLACE, by=SYSTEM)
    for item in joint.items_of(held)[:4]:
        actions.decide_item(
            item, minutes="承办人说明经过，几家交换意见。", decision="由承办街道再约一次，谈不成的引导申请仲裁", by=SYSTEM,
            follow_up="约双方再谈一次", follow_up_on=date(2023, 12, 22),
        )  # fmt: skip
    actions.call_meeting(org=root, on=date(2023, 12, 20), place=PLACE, by=SYSTEM)
