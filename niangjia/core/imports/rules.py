"""Whether a batch may be applied, approved, undone; and by whom."""

from django.conf import settings
from django.core.exceptions import ValidationError

from niangjia.base.calendar import today
from niangjia.core.access.actor import SYSTEM, Actor
from niangjia.core.imports.enums import State
from niangjia.core.imports.models import Batch


def needs_approval(batch: Batch, by: Actor) -> bool:
    """Whether a second person has to approve: above a size the district sets. The system account has nobody above it to ask."""
    return batch.new + batch.changed > settings.APPROVAL_ROWS and by.actor_key != SYSTEM.actor_key


def may_approve(batch: Batch, by: Actor) -> bool:
    """A second person: not the one who handed it in, and holding the right over the organisation."""
    low, high = by.scope.low, by.scope.high
    within = low is not None and high is not None and low <= batch.org.lft <= high
    return within and by.may("imports.approve") and by.user_id != batch.submitted_by_id


def must_be(batch: Batch, *states: State) -> None:
    """Refuse a verb that does not fit the state the batch is in."""
    if batch.state not in states:
        raise ValidationError(f"批次 {batch.code} 现在是“{batch.get_state_display()}”，不能这样办。请刷新页面看最新状态。")


def must_have_something(batch: Batch) -> None:
    """An empty batch is not applied."""
    if not batch.new + batch.changed:
        raise ValidationError("这一批没有要新增或变更的行，不用应用。")


def must_be_another_person(batch: Batch, by: Actor) -> None:
    """Approval takes a second person."""
    if by.user_id == batch.submitted_by_id:
        raise ValidationError("提交的人不能自己批准，请另一位有“批准导入”权限的同事办理。")


def must_be_in_time(batch: Batch) -> None:
    """Undo has a last day."""
    if batch.undo_until is None or today() > batch.undo_until:
        raise ValidationError(f"撤销期已过（应用后 {settings.UNDO_DAYS} 天内可以撤销）。个别错误请到会员页更正。")
