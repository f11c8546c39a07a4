"""What each stand-in answers to what it is told: pure functions from a message taken to the messages that follow."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

Facts = dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """One message that follows: its kind, its facts, and after how many delays it is sent."""

    kind: str
    facts: Facts
    after: int


@dataclass(frozen=True)
class Role:
    """A body: its name, by kind of message taken what it sends, the way its cases come, and whether it sends settlements."""

    name: str
    replies: Mapping[str, Callable[[Facts, int, date], list[Reply]]]
    channel: str = ""
    settles: bool = False


def _sum(facts: Facts, share: str = "claimed") -> str:
    """The money asked for, in yuan; what was agreed where there is an agreement."""
    from decimal import Decimal

    items = [Decimal(one[share]) for one in facts.get("claims", []) if one.get(share)]
    return str(sum(items, Decimal(0)).quantize(Decimal("0.01")))


def _arbitration(facts: Facts, number: int, on: date) -> list[Reply]:
    code = f"鄞劳人仲案〔{on.year}〕{9000 + number}号"
    return [
        Reply("rights.arbitration.accepted", {"number": code, "simplified": False}, 1),
        Reply("rights.arbitration.served", {}, 2),
        Reply("rights.hearing", {"hearing_on": on.isoformat()}, 3),
        Reply(
            "rights.award",
            {
                "number": code.replace("案", "裁"), "decided_on": on.isoformat(), "served_on": on.isoformat(), "result": "支持全部请求",
                "amount": _sum(facts), "is_final": False,
            },
            4,
        ),
    ]  # fmt: skip


def _confirmation(facts: Facts, number: int, on: date) -> list[Reply]:
    code = f"（{on.year}）浙0212诉前调确{9000 + number}号"
    return [
        Reply("rights.confirmation.accepted", {"number": code}, 1),
        Reply("rights.confirmation.decided", {"number": code, "valid": True}, 2),
    ]


def _suit(facts: Facts, number: int, on: date) -> list[Reply]:
    code = f"（{on.year}）浙0212民初{9000 + number}号"
    judged = {"number": code, "decided_on": on.isoformat(), "served_on": on.isoformat(), "result": "支持全部请求", "amount": _sum(facts)}
    return [
        Reply("rights.suit.accepted", {"number": code}, 1), Reply("rights.hearing", {"hearing_on": on.isoformat()}, 2),
        Reply("rights.judgment", judged, 3),
    ]  # fmt: skip


def _appeal(facts: Facts, number: int, on: date) -> list[Reply]:
    code = f"（{on.year}）浙02民终{9000 + number}号"
    judged = {
        "number": code,
        "decided_on": on.isoformat(),
        "served_on": on.isoformat(),
        "result": "驳回上诉，维持原判",
        "amount": _sum(facts),
    }
    return [Reply("rights.judgment.final", judged, 2)]


def _enforcement(facts: Facts, number: int, on: date) -> list[Reply]:
    return [Reply("rights.enforcement.accepted", {"number": f"（{on.year}）浙0212执{9000 + number}号"}, 1)]


ROLES = {
    "arbitration": Role("鄞州区劳动人事争议仲裁委员会", {"rights.arbitration": _arbitration}, channel="arb"),
    "court": Role(
        "鄞州区人民法院",
        {"rights.confirmation": _confirmation, "rights.suit": _suit, "rights.appeal": _appeal, "rights.enforcement": _enforcement},
        channel="platform",
    ),
    "centre": Role("鄞州区社会治理中心", {}, channel="solve"),
    "insurance": Role("鄞州区医疗保障局（演示）", {}, settles=True),
}


def new_case(role: Role, number: int, on: date, **said: Any) -> Facts:
    """A made-up dispute that comes to the body first; ``said`` replaces facts."""
    return {
        "channel": role.channel, "number": f"JFM{on:%Y%m%d}{number:04d}", "answer_by": date.fromordinal(on.toordinal() + 10).isoformat(),
        "applicants": [{"name": "宋一鸣", "phone": f"1400001{number:04d}"}], "respondent": "宁波迅帆配送有限公司", "town": "明楼街道",
        "kinds": ["D02"], "claims": [{"kind": "D02", "item": "11月跑单报酬", "claimed": "6400.00"}],
        "told": "站点说好月底结清，拖到现在没有发。", "left_on": date.fromordinal(on.toordinal() - 20).isoformat(),
    } | said  # fmt: skip
