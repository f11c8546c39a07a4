"""Payment batches of the demo district: let go by three persons, answered by the bank."""

from datetime import date
from typing import Any

from niangjia.core.access import queries as access
from niangjia.core.access.actor import SYSTEM, Actor, under
from niangjia.core.ledger import actions as ledger
from niangjia.core.ledger.layouts import BACK

RESOLUTION = "主席办公会（演示）"


def actor(username: str) -> Actor:
    """An account of the demo under its first post."""
    return under(access.grants_in_force(access.accounts(SYSTEM).get(username=username))[0])


def accountant() -> Actor:
    """Who makes the batches."""
    return actor("kuaiji")


def pay(batch: Any, on: date) -> None:
    """Three persons let the money go; the bank answers for every line."""
    maker = accountant()
    frozen = ledger.freeze(batch, by=maker)
    ledger.check_batch(frozen, total=frozen.total, count=frozen.count, by=actor("fuhe"))
    ledger.approve(frozen, by=actor("zhuxi"), resolution=f"{on.year}年{RESOLUTION}")
    sent = ledger.send_to_bank(frozen, by=maker)
    answers = [f"{sent.code},{line.number},{line.amount:.2f},成功,,{on:%Y%m%d}" for line in sent.lines.order_by("number")]
    ledger.read_return(sent, data="\n".join([",".join(BACK), *answers, f"{sent.code},合计,{sent.total:.2f},,,"]).encode(), by=maker)
