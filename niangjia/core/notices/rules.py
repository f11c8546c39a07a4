"""When a message may go out, and by which channels."""

from datetime import datetime, time, timedelta

from django.conf import settings

from niangjia.base.calendar import now
from niangjia.core.notices.enums import REFUSABLE, Channel, Kind


def quiet_until(moment: datetime | None = None) -> datetime | None:
    """The end of the quiet hours (免打扰) that ``moment`` lies in, None outside them. Hours are local; the first may be the later one."""
    here = (moment or now()).astimezone()
    first, last = (time.fromisoformat(text) for text in settings.QUIET_HOURS)
    inside = first <= here.time() < last if first <= last else here.time() >= first or here.time() < last
    if first == last or not inside:
        return None
    ends = here.replace(hour=last.hour, minute=last.minute, second=0, microsecond=0)
    return ends if ends > here else ends + timedelta(days=1)


def channels_outside(kind: str) -> list[Channel]:
    """The channels by which the federation sends this kind out of the platform."""
    return [Channel(name) for name in settings.NOTICE_CHANNELS] if kind in REFUSABLE else []


def kinds_offered() -> list[Kind]:
    """What a receiver may refuse outside the platform."""
    return list(REFUSABLE) if settings.NOTICE_CHANNELS else []
