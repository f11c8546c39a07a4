"""Messages by file: those that wait for one partner in one table, with a control file over it (数据包)."""

import csv
import io
import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction

from niangjia.base import signing
from niangjia.base.calendar import now, today
from niangjia.base.scope import elevated, scoped
from niangjia.base.tables import csv_file, xlsx_file
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.cases.rules import refuse
from niangjia.core.exchange.actions.partners import own_pair
from niangjia.core.exchange.actions.rows import note_try
from niangjia.core.exchange.enums import State, Transport, Way
from niangjia.core.exchange.kinds import title_of
from niangjia.core.exchange.models import Message, Parcel, Partner
from niangjia.core.exchange.queries import messages, money_in
from niangjia.core.exchange.showing import shown
from niangjia.core.exchange.wire import sha256
from niangjia.core.files.actions import store
from niangjia.core.orgs.actions import take_codes
from niangjia.core.orgs.models import Organisation
from niangjia.core.trail.actions import record

WORK = "exchange.work"
FIRST = ("往来号", "案号", "种类", "种类代码", "日期", "答复期限", "金额")
FORMATS = ("csv", "xlsx")


@transaction.atomic
def make_parcel(partner: Partner, *, by: Actor, kind: str = "csv", on: date | None = None) -> Parcel:
    """Put everything that waits for a partner, as far as the actor's post reaches, into one file; from now on it counts as sent.

    The control file says rows, sum of money, SHA-256, and carries our signature over these. Raises ValidationError where nothing waits.
    """
    require(by, WORK)
    on = on or today()
    if kind not in FORMATS:
        refuse("数据包只有 CSV、XLSX 两种。", "kind")
    with scoped(by.scope):
        seen = list(messages(by).filter(partner=partner, state=State.QUEUED, transport=Transport.FILE).values_list("pk", flat=True))
    with elevated("make_parcel: the messages were seen within rights"):
        waiting = list(
            Message.objects.select_for_update(of=("self",)).select_related("case").filter(pk__in=seen, state=State.QUEUED).order_by("id")
        )
        if not waiting:
            refuse(f"没有等着发给{partner.name}的文件件。", "partner")
        org = Organisation.objects.get(pk=by.org_id) if by.org_id else partner.org
        code = f"BAO-{settings.DIVISION}-{on.year}-{take_codes('parcel', on.year):05d}"
        data = table(waiting, kind)
        total = sum((money_in(one.body["facts"]) for one in waiting), Decimal(0))
        parcel = Parcel.objects.create(
            code=code, partner=partner, org=org, rows=len(waiting), total=total, sha256=sha256(data), made_at=now(), made_by=by.actor_key,
            control=_control(code, partner, len(waiting), total, data, on),
            file=store(data=data, name=f"{code}.{kind}", org=org, by=by, subject=f"parcel:{code}", on=on),
        )  # fmt: skip
        for message in waiting:
            message.state, message.parcel = State.SENT, parcel
            message.save(update_fields=["state", "parcel"])
            note_try(message, Way.SEND, by=by, outcome=f"装入数据包 {code}")
        record("exchange.pack", subject=f"parcel:{parcel.pk}", by=by, org=org.pk, on=on, parcel=code, rows=len(waiting), to=partner.code)
    return parcel


@transaction.atomic
def take_out(parcel: Parcel, *, by: Actor) -> None:
    """Somebody takes the file of a parcel away, to hand it over: it holds persons in clear, so the trail keeps who did."""
    require(by, WORK, parcel.org)
    with elevated("take_out: the parcel was shown within rights"):
        record("exchange.take_out", subject=f"parcel:{parcel.pk}", by=by, org=parcel.org_id, parcel=parcel.code)


@transaction.atomic
def note_parcel_receipt(parcel: Parcel, *, number: str, by: Actor, on: date | None = None) -> int:
    """The partner confirmed that it has the file, and that rows, sum and digest are right. Returns how many messages that settles."""
    require(by, WORK, parcel.org)
    if not number.strip():
        refuse("请写回执号，或谁在哪天确认的。", "number")
    with elevated("note_parcel_receipt: the parcel was shown within rights"):
        rows = list(Message.objects.select_for_update(of=("self",)).filter(parcel=parcel, state=State.SENT))
        for message in rows:
            message.state, message.receipt_number, message.settled_at = State.ACKNOWLEDGED, number.strip()[:60], now()
            message.save(update_fields=["state", "receipt_number", "settled_at"])
            note_try(message, Way.RECEIPT, by=by, outcome=f"数据包 {parcel.code} 的回执：{number.strip()}")
        record("exchange.settle", subject=f"parcel:{parcel.pk}", by=by, org=parcel.org_id, on=on, parcel=parcel.code, rows=len(rows))
    return len(rows)


def table(rows: Sequence[Message], kind: str) -> bytes:
    """The messages as a table: one row each, a column for each fact any of them has."""
    told = [shown(one, whole=True) for one in rows]
    headings = list(dict.fromkeys(fact.label for facts in told for fact in facts))
    lines = [[*_first(one), *_cells(facts, headings)] for one, facts in zip(rows, told, strict=True)]
    made = xlsx_file if kind == "xlsx" else csv_file
    with made([*FIRST, *headings], lines) as file:
        return file.read()


def _first(one: Message) -> list[Any]:
    due = one.due_on.isoformat() if one.due_on else ""
    return [
        one.number,
        one.case.code if one.case else "",
        title_of(one.kind),
        one.kind,
        one.made_on.isoformat(),
        due,
        money_in(one.body["facts"]),
    ]


def _cells(facts: Sequence[Any], headings: Sequence[str]) -> list[str]:
    said = {fact.label: str(fact.value) for fact in facts}
    return [said.get(heading, "") for heading in headings]


def _control(code: str, partner: Partner, rows: int, total: Decimal, data: bytes, on: date) -> str:
    """The control file as text: JSON, its signature over the same JSON without it."""
    pair = own_pair()
    said = {
        "parcel": code, "to": partner.code, "to_name": partner.name, "made_on": on.isoformat(), "rows": rows, "total": str(total),
        "sha256": sha256(data), "bytes": len(data), "key_id": pair.key_id,
    }  # fmt: skip
    return json.dumps(said | {"signature": signing.sign_bytes(signed_part(said), pair)}, ensure_ascii=False, indent=1, sort_keys=True)


def signed_part(control: dict[str, Any]) -> bytes:
    """What the signature of a control file covers: everything in it but itself."""
    kept = {name: value for name, value in control.items() if name != "signature"}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def rows_of(data: bytes) -> list[dict[str, str]]:
    """A CSV table read back, as the other side reads it."""
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
