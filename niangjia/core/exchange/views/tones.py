"""With which colour a message's state is shown."""

from niangjia.base.calendar import today
from niangjia.core.exchange.enums import Direction, State
from niangjia.core.exchange.models import Message

TONES = {
    State.QUEUED: "notice", State.SENT: "info", State.ACKNOWLEDGED: "ok", State.REJECTED: "late", State.DEAD: "late", State.PARKED: "notice",
    State.APPLIED: "ok", State.REFUSED: "late",
}  # fmt: skip


def tone(message: Message) -> str:
    """The colour of the state."""
    return TONES[State(message.state)]


def age(message: Message) -> int:
    """Days since the message was made."""
    return max(0, (today() - message.made_on).days)


def due_tone(message: Message) -> str:
    """Late where the answer should have been there."""
    waits = message.direction == Direction.OUT and message.state in (State.QUEUED, State.SENT, State.ACKNOWLEDGED)
    return "late" if waits and message.due_on and message.due_on < today() else ""
