"""Where the record lies that an event, an entry or a payment is about."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from niangjia.core.access.actor import Actor
from niangjia.core.access.queries import visible
from niangjia.core.line import part, parts


def address_of(actor: Actor, subject: str) -> str:
    """The page of the record that ``subject`` names ("settlement:17"), where the reader may open it; else "".

    An app says in its ``subjects.py`` where its own records lie: ``PAGES``, kind → function (actor, id) -> address or "".
    """
    kind, _, key = subject.partition(":")
    if not key.isdecimal():
        return ""
    told = (part(config, "subjects") for config in parts())
    find = next((module.PAGES[kind] for module in told if module and kind in getattr(module, "PAGES", {})), None)
    return find(actor, int(key)) if find else ""


def page_of(actor: Actor, rows: Any, permission: str, url_name: str, argument: Callable[[Any], str] = lambda row: str(row.code)) -> str:
    """The address of the one row in ``rows`` if the reader sees it under ``permission``; else ""."""
    found = visible(actor, rows, permission).first()
    return reverse(url_name, args=[argument(found)]) if found else ""
