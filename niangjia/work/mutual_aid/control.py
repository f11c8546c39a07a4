"""The control file beside a batch file: rows, sums, SHA-256, and the bureau's signature over them (控制文件)."""

import hashlib
from codecs import BOM_UTF8
from dataclasses import dataclass
from typing import Any

from niangjia.base import signing
from niangjia.core.exchange.actions.parcels import signed_part
from niangjia.core.exchange.models import Partner
from niangjia.core.exchange.queries import key_in_force
from niangjia.core.exchange.wire import Unreadable, read_json
from niangjia.core.orgs.enums import PartnerKind

TOTALS = ("count", "medfee", "fund", "cash", "benefit")
LARGEST = 64 * 1024


class NotTheFile(ValueError):
    """A control file that does not fit its file, or that nobody signed; the sentence says what is wrong."""


@dataclass(frozen=True)
class Controlled:
    """What a control file says: control totals, and where it is signed the bureau and its key."""

    said: dict[str, str]
    partner: Partner | None
    key_id: str


def controlled(control: bytes, data: bytes, *, must_be_signed: bool = True) -> Controlled:
    """Read a control file and hold it against its file; call it elevated. Raises NotTheFile.

    JSON: ``rows`` (or ``count``), any of ``medfee, fund, cash, benefit`` in yuan, ``sha256`` of the file, ``key_id`` and ``signature``
    (Ed25519 in base64, over the document without it, keys sorted, no blanks).
    """
    said = _document(control)
    if "sha256" in said and str(said["sha256"]).casefold() != hashlib.sha256(data).hexdigest():
        raise NotTheFile("文件和控制文件里的 SHA-256 不符：文件不完整，或者不是这一份。请医保重新传送。")
    totals = _totals(said)
    if "signature" not in said:
        if must_be_signed:
            raise NotTheFile("控制文件没有签名，不能当作医保的。请医保重新出控制文件。")
        return Controlled(totals, None, "")
    key = key_in_force(str(said.get("key_id", "")))
    if key is None or key.partner.kind != PartnerKind.HEALTH_INSURANCE:
        raise NotTheFile("控制文件的签名密钥没有登记、没有核对，或者不是医保局的。")
    if "sha256" not in said or not signing.is_signature_of(signed_part(said), str(said["signature"]), key.public):
        raise NotTheFile("控制文件的签名不对：内容被改过，或者没有写 SHA-256。请医保重新出控制文件。")
    return Controlled(totals, key.partner, key.key_id)


def _totals(said: dict[str, Any]) -> dict[str, str]:
    """The totals that are filled in; ``rows`` and ``count`` are two words for one number."""
    totals = {name: str(said[name]) for name in TOTALS if said.get(name) not in (None, "")}
    if said.get("rows") not in (None, "") and totals.setdefault("count", str(said["rows"])) != str(said["rows"]):
        raise NotTheFile("控制文件里 rows 和 count 两个笔数不一样。请医保重新出控制文件。")
    return totals


def _document(control: bytes) -> dict[str, Any]:
    if len(control) > LARGEST:
        raise NotTheFile("控制文件太大，不像是控制文件。")
    try:
        return dict(read_json(control.removeprefix(BOM_UTF8)))
    except Unreadable as fault:
        raise NotTheFile(f"控制文件{str(fault).partition('The body')[0].partition('A JSON')[0]}") from None
