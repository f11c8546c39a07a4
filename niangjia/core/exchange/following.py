"""What the exchange does when a step of a case was taken, in the same transaction: says it to partners, takes in what waited for it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from niangjia.core.access.actor import Actor
from niangjia.core.cases.models import Case
from niangjia.core.exchange import actions


def after_step(case: Case, step: str, facts: Mapping[str, Any], *, by: Actor, on: date) -> None:
    """Called by `advance` with the case locked."""
    actions.queue_after(case, step, facts, by=by, on=on)
    actions.apply_parked(case)
