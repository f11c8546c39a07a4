"""The code on a membership card: who and when, encrypted, so that an address tells nothing."""

import base64
import binascii
from datetime import datetime, timedelta

from niangjia.base.calendar import SHANGHAI, now
from niangjia.base.sealing import SealBroken, seal, unseal
from niangjia.core.people.models import Person

LIFE = timedelta(minutes=15)
PURPOSE = "people.card"


def token_for(person: Person) -> str:
    """A token for this moment, to be read back by ``person_of`` within 15 minutes."""
    sealed = seal(f"{person.code} {int(now().timestamp())}", PURPOSE)
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def person_of(token: str) -> Person | None:
    """The living person of a fresh token; None if it is stale or none of ours. Call it elevated."""
    try:
        code, _, moment = unseal(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)), PURPOSE).partition(" ")
    except (SealBroken, binascii.Error, ValueError):
        return None
    if datetime.fromtimestamp(int(moment), SHANGHAI) + LIFE < now():
        return None
    return Person.objects.filter(code=code, merged_into__isnull=True, deceased_on__isnull=True).first()
