"""Whom the demo's sign-in pages offer: a list written when the demo district is built. Elsewhere there is none."""

import json
from typing import Any

from django.conf import settings


def staff_offers() -> list[dict[str, Any]]:
    """Staff of the demo: username, password, title, what, name."""
    return [offer for offer in _offers() if "username" in offer]


def worker_offers() -> list[dict[str, Any]]:
    """Workers of the demo: phone, title, name."""
    return [offer for offer in _offers() if "phone" in offer]


def _offers() -> list[dict[str, Any]]:
    if not settings.DEMO or not settings.DEMO_ACCOUNTS.exists():
        return []
    return json.loads(settings.DEMO_ACCOUNTS.read_text())
