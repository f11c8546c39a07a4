"""What a message says, in words for an officer: labels of its schema, numbers of persons masked."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

from ninja import Schema

from niangjia.base.calendar import chinese_date
from niangjia.base.chinese import mask_id, mask_phone
from niangjia.core.exchange.kinds import incomings, outgoings
from niangjia.core.exchange.models import Message
from niangjia.core.faces.shapes import Fact

MASKS = {"id_number": mask_id, "phone": mask_phone}
LONG = {"told"}
"""Told only to whoever asks for the whole message and says why."""


def schema_of(kind: str) -> type[Schema] | None:
    """The schema of a kind's facts; None where no line declares it any more."""
    found = outgoings().get(kind) or incomings().get(kind)
    return found.schema if found else None


@cache
def labels(kind: str) -> dict[str, str]:
    """The Chinese label of every fact of a kind, by its name."""
    schema = schema_of(kind)
    if schema is None:
        return {}
    whole = schema.model_json_schema()
    parts = [whole, *whole.get("$defs", {}).values()]
    return {name: said.get("title", name) for part in reversed(parts) for name, said in part.get("properties", {}).items()}


def shown(message: Message, *, whole: bool = False) -> list[Fact]:
    """The facts of a message; ``whole`` without masks."""
    said = labels(message.kind)
    facts = message.body["facts"].items()
    return [Fact(said.get(name, name), text) for name, value in facts if (text := "\n".join(_lines(name, value, said, whole)))]


def _lines(name: str, value: Any, said: dict[str, str], whole: bool) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _lines(name, one, said, whole)
    elif isinstance(value, dict):
        inner = ((said.get(key, key), "，".join(_lines(key, item, said, whole))) for key, item in value.items())
        yield "，".join(f"{label} {text}" for label, text in inner if text)
    elif value not in (None, ""):
        yield _text(name, value, whole)


def _text(name: str, value: Any, whole: bool) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    text = str(value)
    if not whole and name in MASKS:
        return MASKS[name](text)
    if not whole and name in LONG:
        return f"（{len(text)} 字，看全文要写理由）"
    if name.endswith(("_on", "_by")):
        try:
            return chinese_date(date.fromisoformat(text))
        except ValueError:
            return text
    return text
