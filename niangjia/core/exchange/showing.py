"""What a message says, in words for an officer: labels of its schema, numbers of persons masked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from ninja import Schema

from niangjia.base.calendar import chinese_date
from niangjia.base.chinese import mask_id, mask_phone
from niangjia.core.exchange.kinds import incomings, outgoings
from niangjia.core.exchange.models import Message
from niangjia.core.faces.shapes import Fact

MASKS = {"id_number": mask_id, "phone": mask_phone, "certno": mask_id}
LONG = {"told", "settlements"}
"""Told only to whoever asks for the whole message and says why."""


def schema_of(kind: str) -> type[Schema] | None:
    """The schema of a kind's facts; None where no line declares it any more."""
    found = outgoings().get(kind) or incomings().get(kind)
    return found.schema if found else None


@cache
def labels(kind: str) -> dict[str, str]:
    """The Chinese label of every fact of a kind, by its name, in the order of the schema."""
    schema = schema_of(kind)
    if schema is None:
        return {}
    whole = schema.model_json_schema()
    parts = [whole, *whole.get("$defs", {}).values()]
    found: dict[str, str] = {}
    for name, said in ((name, said) for part in parts for name, said in part.get("properties", {}).items() if "title" in said):
        found.setdefault(name, said["title"])
    return found


def codes(kind: str) -> Mapping[str, Mapping[str, str]]:
    """The words of coded facts of a kind."""
    found = outgoings().get(kind) or incomings().get(kind)
    return found.codes if found else {}


def shown(message: Message, *, whole: bool = False) -> list[Fact]:
    """The facts of a message in words, in the order of their schema, empty ones left out; ``whole`` without masks."""
    telling = Telling(labels(message.kind), codes(message.kind), whole)
    facts = message.body["facts"]
    return [Fact(telling.label(name), text) for name in telling.ordered(facts) if (text := "\n".join(telling.lines(name, facts[name])))]


@dataclass(frozen=True)
class Telling:
    """How facts are put into words: their labels, the words of codes, whether numbers are masked."""

    labels: Mapping[str, str]
    codes: Mapping[str, Mapping[str, str]]
    whole: bool

    def label(self, name: str) -> str:
        return self.labels.get(name, name)

    def ordered(self, facts: Mapping[str, Any]) -> list[str]:
        """The names of facts in the order of their schema."""
        place = {name: number for number, name in enumerate(self.labels)}
        return sorted(facts, key=lambda name: place.get(name, len(place)))

    def lines(self, name: str, value: Any) -> Iterator[str]:
        """The lines of one fact: one for each item of a list."""
        if isinstance(value, list) and name in LONG and not self.whole:
            yield f"（{len(value)} 笔，看全文要写理由）"
        elif isinstance(value, list):
            for one in value:
                yield from self.lines(name, one)
        elif isinstance(value, dict):
            inner = ((self.label(key), "，".join(self.lines(key, value[key]))) for key in self.ordered(value))
            yield "，".join(f"{label} {text}" for label, text in inner if text)
        elif value not in (None, ""):
            yield self.text(name, value)

    def text(self, name: str, value: Any) -> str:
        """One value in words."""
        if isinstance(value, bool):
            return "是" if value else "否"
        text = str(value)
        if name in self.codes:
            return self.codes[name].get(text, text)
        if not self.whole and name in MASKS:
            return MASKS[name](text)
        if not self.whole and name in LONG:
            return f"（{len(text)} 字，看全文要写理由）"
        if name.endswith(("_on", "_by")):
            try:
                return chinese_date(date.fromisoformat(text))
            except ValueError:
                return text
        return text
