"""What the health insurance says by interface: settlements and what takes them back, many in one signed message (2207、2304、2208、2305、2601)."""

import csv
import io
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from niangjia.core.access.actor import Actor
from niangjia.core.exchange.kinds import Incoming, Outgoing
from niangjia.core.exchange.models import Message
from niangjia.core.orgs.enums import PartnerKind
from niangjia.work.mutual_aid import actions
from niangjia.work.mutual_aid.intake import HEADINGS
from niangjia.work.mutual_aid.queries import plan_by
from niangjia.work.mutual_aid.rules import refuse

MOST = 500
"""Settlements in one message; more travel as a file with its control file."""
TAKES_BACK = ("2208", "2305", "2601")
"""Transactions that revoke an outpatient's settlement, an inpatient's, or reverse either."""
Word = Annotated[str, Field(max_length=60)]
Told = dict[str, Annotated[str, Field(max_length=200)] | int | Decimal | None]
Transaction = Literal["2207", "2304", "2208", "2305", "2601"]


class Facts(Schema):
    """Facts of a message: nothing else than what is named."""

    model_config = ConfigDict(extra="forbid")


class Item(Facts):
    """One answer of the national platform as it stands: its transaction, hospital, ``setlinfo`` and, read by nobody here, ``setldetail``."""

    infno: Transaction = Field(title="交易编号")
    fixmedins_code: Annotated[str, Field(min_length=1, max_length=30)] = Field(title="定点机构")
    fixmedins_name: Word = Field("", title="医院")
    begntime: Word = Field("", title="入院")
    endtime: Word = Field("", title="出院")
    setlinfo: Told = Field(title="结算信息")
    setldetail: Annotated[list[Told], Field(max_length=60)] = Field([], title="基金分项")


class Control(Facts):
    """Control totals of the message in yuan: rows, and sums over all of them."""

    count: int = Field(title="笔数")
    medfee: Decimal | None = Field(None, title="总费用（元）")
    fund: Decimal | None = Field(None, title="基金支付（元）")
    cash: Decimal | None = Field(None, title="个人现金（元）")
    benefit: Decimal | None = Field(None, title="互助支付（元）")


class Settlements(Facts):
    """Settlements in order of arrival with their control totals; of one-stop payments the plan they were deducted for (P2-2023)."""

    plan: Word = Field("", title="一站式清单的计划")
    control: Control = Field(title="控制总额")
    settlements: Annotated[list[Item], Field(min_length=1, max_length=MOST)] = Field(title="结算")


def _row(item: Item, on: date) -> dict[str, str]:
    """A record in national names; what takes back carries its flag, and the day of the message where it names none."""
    row = {name: str(value) for name, value in item.setlinfo.items() if name in HEADINGS and value not in (None, "")}
    about = {"fixmedins_name": item.fixmedins_name, "begntime": item.begntime, "endtime": item.endtime}
    row = {"fixmedins_code": item.fixmedins_code} | {name: value for name, value in about.items() if value} | row
    if item.infno in TAKES_BACK:
        row |= {"refd_setl_flag": "1", "setl_time": row.get("setl_time", on.isoformat())}
    return row


def as_file(items: list[Item], on: date) -> bytes:
    """The records as the file that holds the same, so that both are read by one reader."""
    out = io.StringIO()
    writer = csv.DictWriter(out, [*HEADINGS], lineterminator="\n")
    writer.writeheader()
    writer.writerows(_row(item, on) for item in items)
    return out.getvalue().encode()


def _taken(message: Message, facts: Settlements, actor: Actor) -> dict[str, Any]:
    """The records through the same door as a file; the receipt says what became of them, refused ones by their place in the message."""
    plan = plan_by(facts.plan) if facts.plan else None
    if facts.plan and plan is None:
        refuse(f"没有“{facts.plan}”这个计划。")
    outcome = actions.take_settlements(
        data=as_file(facts.settlements, message.said_on), name=f"接口 {message.number}", by=actor, body=message.partner.body, plan=plan,
        said={name: str(value) for name, value in facts.control.model_dump().items() if value is not None},
        signed_by=_key_of(message.envelope), by_interface=True,
    )  # fmt: skip
    return {
        "intake": outcome.code, "known": outcome.known, "rows": outcome.rows, "states": dict(outcome.states), "benefit": str(outcome.benefit),
        "refusals": [{"row": refusal.row - 1, "reason": refusal.reason} for refusal in outcome.refusals],
    }  # fmt: skip


def _key_of(envelope: Mapping[str, Any]) -> str:
    """The name of the key that signed the message."""
    said = str({name.casefold(): value for name, value in (envelope.get("headers") or {}).items()}.get("signature-input", ""))
    return said.partition('keyid="')[2].partition('"')[0][:60]


OUTGOING: tuple[Outgoing, ...] = ()
INCOMING = (
    Incoming(
        "mutual_aid.settlements", "医保结算（批）", Settlements, _taken, may=("mutual_aid.import",), sent_by=(PartnerKind.HEALTH_INSURANCE.value,),
        without_case=True,
    ),
)  # fmt: skip
