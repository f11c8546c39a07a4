"""Words that people search by are names and numbers: in an address they stand sealed, so that no log and no history knows them."""

import base64
import binascii

from niangjia.base.sealing import SealBroken, seal, unseal

COLUMN = "faces.searched"
LONGEST = 100


def conceal(text: str) -> str:
    """The words as they may stand in an address; "" for no words."""
    cut = text.strip()[:LONGEST]
    return base64.urlsafe_b64encode(seal(cut, COLUMN)).decode().rstrip("=") if cut else ""


def reveal(token: str) -> str:
    """The words again; "" for a token that is not ours."""
    try:
        return unseal(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)), COLUMN) if token else ""
    except (SealBroken, binascii.Error, ValueError):
        return ""
