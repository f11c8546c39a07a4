"""The day on which a demo home lives: written beside the demo district, taken up by every command and by the web server."""

import json
import os
from pathlib import Path
from typing import Any

from niangjia.base.database import home


def marker() -> Path:
    """Where a demo home says what was built in it: scale, seed, day, whether it was finished."""
    return home() / "demo.json"


def state() -> dict[str, Any] | None:
    """What was built here last, or None where no demo ever was."""
    return json.loads(marker().read_text()) if marker().exists() else None


def take_up() -> None:
    """Reckon with the demo's day in a demo home. NIANGJIA_TODAY and NIANGJIA_DEMO prevail where they are set; elsewhere nothing changes."""
    found = state()
    if found and found.get("day"):
        os.environ.setdefault("NIANGJIA_TODAY", found["day"])
        os.environ.setdefault("NIANGJIA_DEMO", "1")


def told() -> str:
    """What a command says about its day, or "" where it is the real one."""
    day = os.environ.get("NIANGJIA_TODAY")
    if not day:
        return ""
    found = state()
    return f"演示日 {day} the demo's day" if found and found.get("day") == day else f"按 NIANGJIA_TODAY={day} 这一天计算 the day given"
