"""The trail of one person told in Chinese: which fact was what and became what."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field

from niangjia.base.calendar import chinese_date, parse_date
from niangjia.core.people import queries
from niangjia.core.people.enums import ETHNIC, LOOKED_AT, EndReason, Post
from niangjia.core.people.models import Membership, Person
from niangjia.core.people.queries import Step

LABELS = LOOKED_AT | {
    "union": "工会", "on": "", "joined_on": "入会日期", "left_on": "止", "ended_on": "止", "reason": "原因", "kind": "原因", "post": "职务",
    "field": "看了", "into": "并入", "union_id": "工会", "org": "工会", "elected_on": "当选", "valid_from": "起", "valid_to": "止",
}  # fmt: skip
UNTOLD = {"new", "again", "keep", "drop", "undo", "filled", "had_number", "merge", "rows", "touches", "account", "scope"}
CODED = {"reason": EndReason, "kind": EndReason, "end_reason": EndReason, "post": Post}
UNIONS = ("union", "union_id", "org")


@dataclass(frozen=True)
class Telling:
    """One fact of a line of history; ``before`` is empty where nothing stood there."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """One line of history as the page shows it."""

    step: Step
    facts: list[Telling]

    @property
    def place(self) -> str:
        """Where it stood in the imported file: 第 2 张表第 5 行."""
        sheet, _, row = self.step.row.rpartition(":")
        return (f"第 {sheet} 张表" if sheet else "") + f"第 {row} 行" if row else ""


def told(steps: Iterable[Step]) -> list[Line]:
    """The lines of a history with every code and id in words."""
    pairs = [(step, list(_pairs(step))) for step in steps]
    unions = {value for _, facts in pairs for name, *values in facts if name in UNIONS for value in values if value}
    names = queries.union_names(unions)
    return [Line(step, [_telling(*fact, names) for fact in facts]) for step, facts in pairs]


def _telling(name: str, before: Any, after: Any, unions: dict[int | str, str]) -> Telling:
    return Telling(label(name), _words(name, before, unions), _words(name, after, unions))


def _pairs(step: Step) -> Iterator[tuple[str, Any, Any]]:
    """(fact, before, after) of one step, whatever the shape its verb keeps it in."""
    facts = dict(step.after or {})
    for name, (before, after) in facts.pop("changes", {}).items():
        yield name, before, after
    before, after = facts.pop("before", step.before or {}), facts.pop("after", facts)
    if isinstance(before, dict) and isinstance(after, dict):
        yield from ((name, before.get(name), value) for name, value in after.items() if name not in UNTOLD and "_sealed" not in name)
    elif before or after:
        yield "union", before, after


def label(name: str) -> str:
    """A column of a person or a membership in Chinese."""
    if name in LABELS:
        return LABELS[name]
    field = _field(name)
    return str(field.verbose_name) if field else name


def _field(name: str) -> "Field[Any, Any] | None":
    for model in (Membership, Person):
        try:
            return model._meta.get_field(name.removesuffix("_id"))  # type: ignore[return-value]
        except FieldDoesNotExist:
            continue
    return None


def _words(name: str, value: Any, unions: dict[int | str, str]) -> str:
    if value is None or value == "":
        return ""
    if name in UNIONS:
        return unions.get(value, "另一家工会")
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str) and len(value) == len("2023-12-18") and (day := parse_date(value)):
        return chinese_date(day)
    if isinstance(value, date):
        return chinese_date(value)
    return str(_codes(name).get(value, value))


def _codes(name: str) -> dict[Any, str]:
    if name in CODED:
        return {value: str(title) for value, title in CODED[name].choices}
    if name == "field":
        return LOOKED_AT
    if name == "ethnic":
        return ETHNIC
    field = _field(name)
    return {value: str(label) for value, label in field.flatchoices} if field is not None and field.choices else {}
