"""A day of settlements beside what the bureau says of it: totals, its list where it gives one, and what a person decides (日对账)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from niangjia.base.calendar import chinese_date, now, today
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.orgs.actions import take_codes
from niangjia.core.orgs.models import Organisation, PartnerBody
from niangjia.core.orgs.queries import root
from niangjia.core.trail.actions import record
from niangjia.work.mutual_aid import intake
from niangjia.work.mutual_aid.actions import reckoning as sql
from niangjia.work.mutual_aid.enums import DayDecision, DifferenceKind
from niangjia.work.mutual_aid.models import DayDifference, DayTotal, Intake, Layout, Settlement, StatedLine
from niangjia.work.mutual_aid.rules import check_reason, refuse

IMPORT = "mutual_aid.import"
SUMS = {"medfee": "medfee_sumamt", "fund": "fund_pay_sumamt", "cash": "psn_cash_pay", "benefit": "paid_elsewhere"}
"""What is added up, and its column here."""


@transaction.atomic
def state_day(body: PartnerBody, *, day: date, said: Mapping[str, Any], by: Actor, on: date | None = None) -> DayTotal:
    """What a bureau says of one day: count and any of medfee, fund, cash, benefit in yuan. Said again it replaces what was said before."""
    district = _district(by)
    if day > today():
        refuse(f"{chinese_date(day)}还没有到。", "day")
    if not said.get("count") and said.get("count") != 0:
        refuse("对账总数至少要有笔数。", "count")
    with elevated("state_day: the right over the district was checked"):
        held = _held(body, day, said, district, by, has_lines=False)
        StatedLine.objects.filter(day=held).delete()
        record("mutual_aid.state_day", subject=held.subject, by=by, org=district.pk, on=on, day=day.isoformat(), body=body.code)
        _compare([held.pk], on or today())
        held.refresh_from_db()
    return held


@transaction.atomic
def state_days(body: PartnerBody, *, data: bytes, by: Actor, on: date | None = None) -> list[DayTotal]:
    """A bureau's list of settlements in force (对账明细), a file like those of settlements: each of its days is compared line by line."""
    district = _district(by)
    with elevated("state_days: the right over the district was checked"):
        layout = Layout.objects.filter(body=body).first()
        try:
            taken = intake.read(data, chosen=layout.headings if layout else None, in_fen=bool(layout and layout.in_fen))
        except intake.UnreadableSettlements as error:
            raise ValidationError(str(error)) from error
        if taken.refusals:
            first = taken.refusals[0]
            refuse(f"对账明细有 {len(taken.refusals)} 行读不了，没有收下。第 {first.row} 行：{first.reason}。请医保改正后重新给。")
        made = [
            _state_one(body, day, rows, district, by, on)
            for (day,), rows in _in_force(taken.rows).group_by("settled_on", maintain_order=True)
        ]
        _compare([one.pk for one in made], on or today())
    return made


def _in_force(rows: pl.DataFrame) -> pl.DataFrame:
    """Settlements that stand at the end of the list, each once, by day."""
    key = ["fixmedins_code", "setl_id"]
    gone = rows.filter(pl.col("is_reversal") | ~pl.col("is_valid")).select(
        "fixmedins_code", setl_id=pl.coalesce(pl.when(pl.col("is_reversal")).then("orig_setl_id"), "setl_id")
    )
    stands = rows.filter(~pl.col("is_reversal") & pl.col("is_valid")).unique(key, keep="last", maintain_order=True)
    return stands.join(gone, on=key, how="anti").sort("settled_on", maintain_order=True)


def _state_one(body: PartnerBody, day: date, rows: pl.DataFrame, district: Organisation, by: Actor, on: date | None) -> DayTotal:
    columns = {name: intake.TOTALS[name] for name in SUMS}
    worth = rows.with_columns(pl.col(column).fill_null("0").cast(pl.Decimal(16, 2)).alias(name) for name, column in columns.items())
    said = {"count": len(rows)} | {name: Decimal(worth[name].sum()) for name in SUMS}
    held = _held(body, day, said, district, by, has_lines=True)
    StatedLine.objects.filter(day=held).delete()
    StatedLine.objects.bulk_create(
        [StatedLine(day=held, **row) for row in worth.select("fixmedins_code", "setl_id", *SUMS).iter_rows(named=True)], batch_size=5000
    )
    record(
        "mutual_aid.state_day", subject=held.subject, by=by, org=district.pk, on=on, day=day.isoformat(), body=body.code, lines=len(rows)
    )
    return held


def _held(body: PartnerBody, day: date, said: Mapping[str, Any], district: Organisation, by: Actor, *, has_lines: bool) -> DayTotal:
    facts: dict[str, Any] = {
        "said": {name: str(value) for name, value in said.items() if value is not None}, "has_lines": has_lines, "said_by": by.actor_key,
        "said_at": now(), "compared_at": now(), "ours": {},
    }  # fmt: skip
    if known := DayTotal.objects.select_for_update(of=("self",)).filter(body=body, on=day).first():
        DayTotal.objects.filter(pk=known.pk).update(**facts)
        return DayTotal.objects.get(pk=known.pk)
    code = f"DZ-{settings.DIVISION}-{day:%Y%m%d}-{take_codes('dayclear', day.year):05d}"
    return DayTotal.objects.create(code=code, body=body, org=district, on=day, **facts)


def compare_days(body: PartnerBody, days: Iterable[date], *, by: Actor, on: date | None = None) -> int:
    """Compare days again of which the bureau said something; call it elevated. Returns how many differences wait for a decision."""
    ids = list(DayTotal.objects.filter(body=body, on__in=list(days)).values_list("pk", flat=True))
    _compare(ids, on or today())
    return DayDifference.objects.filter(day__in=ids, gone_on__isnull=True, decision="").count()


def _compare(ids: Sequence[int], on: date) -> None:
    if ids:
        with connection.cursor() as cursor:
            for statement in (_OURS, _FOUND, _GONE, _NEW):
                cursor.execute(statement, {"ids": list(ids), "on": on, "at": now()})
            cursor.execute("DROP TABLE mutual_aid_found")


_HERE = f"""SELECT day.id AS day_id, stay.id, stay.fixmedins_code, stay.setl_id,
    {", ".join(f"coalesce(stay.{column}, 0) AS {name}" for name, column in SUMS.items())}
FROM mutual_aid_daytotal AS day JOIN mutual_aid_settlement AS stay ON stay.settled_on = day."on"
JOIN mutual_aid_intake AS file ON file.code = stay.batch AND file.body_id = day.body_id
WHERE day.id = ANY(%(ids)s) AND stay.state NOT IN ({sql.listed(sql.GONE)})"""
_WORTH = ", ".join(f"'{name}', {{0}}.{name}::text" for name in SUMS)
_OURS = f"""UPDATE mutual_aid_daytotal AS held SET compared_at = %(at)s, ours = jsonb_build_object('count', coalesce(sums.count, 0),
    {", ".join(f"'{name}', coalesce(sums.{name}, 0)::numeric(16,2)::text" for name in SUMS)})
FROM mutual_aid_daytotal AS self LEFT JOIN (
    SELECT day_id, count(*) AS count, {", ".join(f"sum({name}) AS {name}" for name in SUMS)} FROM ({_HERE}) AS here GROUP BY day_id
) AS sums ON sums.day_id = self.id WHERE self.id = held.id AND held.id = ANY(%(ids)s)"""
_IS_OTHER = " OR ".join(f"here.{name} <> there.{name}" for name in SUMS)
_TOTAL_IS_OTHER = " OR ".join(
    f"day.said ? '{name}' AND (day.said ->> '{name}')::numeric <> (day.ours ->> '{name}')::numeric" for name in ("count", *SUMS)
)
_FOUND = f"""CREATE TEMP TABLE mutual_aid_found ON COMMIT DROP AS
SELECT coalesce(here.day_id, there.day_id) AS day_id, coalesce(here.fixmedins_code, there.fixmedins_code) AS fixmedins_code,
    coalesce(here.setl_id, there.setl_id) AS setl_id, here.id AS settlement_id,
    CASE WHEN here.id IS NULL THEN '{DifferenceKind.ONLY_THERE}' WHEN there.id IS NULL THEN '{DifferenceKind.ONLY_HERE}'
        ELSE '{DifferenceKind.DIFFERENT}' END AS kind,
    CASE WHEN here.id IS NOT NULL THEN jsonb_build_object({_WORTH.format("here")}) END AS ours,
    CASE WHEN there.id IS NOT NULL THEN jsonb_build_object({_WORTH.format("there")}) END AS theirs
FROM (SELECT * FROM ({_HERE}) AS all_here WHERE day_id IN (SELECT id FROM mutual_aid_daytotal WHERE has_lines)) AS here
FULL JOIN (SELECT * FROM mutual_aid_statedline WHERE day_id = ANY(%(ids)s)) AS there USING (day_id, fixmedins_code, setl_id)
WHERE here.id IS NULL OR there.id IS NULL OR {_IS_OTHER}
UNION ALL
SELECT day.id, '', '', NULL, '{DifferenceKind.TOTAL}', day.ours, day.said FROM mutual_aid_daytotal AS day
WHERE day.id = ANY(%(ids)s) AND NOT day.has_lines AND ({_TOTAL_IS_OTHER})"""
_SAME = """found.day_id = known.day_id AND found.fixmedins_code = known.fixmedins_code AND found.setl_id = known.setl_id
    AND found.kind = known.kind AND found.ours IS NOT DISTINCT FROM known.ours AND found.theirs IS NOT DISTINCT FROM known.theirs"""
_GONE = f"""UPDATE mutual_aid_daydifference AS known SET gone_on = %(on)s WHERE known.day_id = ANY(%(ids)s) AND known.gone_on IS NULL
    AND NOT EXISTS (SELECT FROM mutual_aid_found AS found WHERE {_SAME})"""
_NEW = """INSERT INTO mutual_aid_daydifference
    (day_id, kind, fixmedins_code, setl_id, settlement_id, ours, theirs, found_on, decision, reason, decided_by)
SELECT day_id, kind, fixmedins_code, setl_id, settlement_id, ours, theirs, %(on)s, '', '', '' FROM mutual_aid_found AS found
WHERE NOT EXISTS (SELECT FROM mutual_aid_daydifference AS known WHERE known.gone_on IS NULL AND known.day_id = found.day_id
    AND known.fixmedins_code = found.fixmedins_code AND known.setl_id = found.setl_id) ORDER BY day_id, fixmedins_code, setl_id"""


@transaction.atomic
def decide_difference(difference: DayDifference, *, decision: str, reason: str, by: Actor, on: date | None = None) -> DayDifference:
    """What is done about a difference, and why: paid all the same, or not before the bureau put it right."""
    district, why = _district(by), check_reason(reason)
    with elevated("decide_difference: the right over the district was checked"):
        held = DayDifference.objects.select_for_update(of=("self",)).select_related("day").get(pk=difference.pk)
        if held.gone_on:
            refuse("这处差异已经没有了，不用再定。")
        held.decision, held.reason, held.decided_by, held.decided_on = DayDecision(decision), why, by.actor_key, on or today()
        held.save(update_fields=["decision", "reason", "decided_by", "decided_on"])
        record(
            "mutual_aid.decide_difference",
            subject=held.day.subject,
            by=by,
            org=district.pk,
            on=on,
            reason=why,
            setl_id=held.setl_id,
            decision=decision,
        )
    return held


def check_days(waiting: Sequence[Settlement], *, by: Actor, on: date) -> None:
    """Nothing is paid of days that differ from what the bureau says, until each difference is decided; call it elevated."""
    files = {one.batch for one in waiting}
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, {"files": list(files), "days": list({one.settled_on for one in waiting})})
        ids = [pk for (pk,) in cursor.fetchall()]
    _compare(ids, on)
    open_ = DayDifference.objects.filter(day__in=ids, gone_on__isnull=True, decision="").select_related("day__body").order_by("day__on")
    if found := list(open_[:200]):
        days = list(dict.fromkeys(f"{chinese_date(one.day.on)}（{one.day.body}）" for one in found))
        more = f"等 {len(days)} 天" if len(days) > 3 else ""
        refuse(f"{'、'.join(days[:3])}{more}和医保的日对账还有差异没有处理。请到“日对账”里逐笔查清、定下怎么办，再编付款。")


_DAYS = """SELECT DISTINCT day.id FROM mutual_aid_intake AS file JOIN mutual_aid_daytotal AS day ON day.body_id = file.body_id
WHERE file.code = ANY(%(files)s) AND day."on" = ANY(%(days)s)"""


def held_back() -> list[int]:
    """Ids of settlements that wait until the bureau put a difference right; where a whole day's total differs, all of that day."""
    rows = DayDifference.objects.filter(gone_on__isnull=True, decision=DayDecision.HOLD)
    found = [pk for pk in rows.values_list("settlement", flat=True) if pk]
    for day, body in rows.filter(kind=DifferenceKind.TOTAL).values_list("day__on", "day__body"):
        files = Intake.objects.filter(body=body).values("code")
        found += Settlement.objects.filter(settled_on=day, batch__in=files).values_list("pk", flat=True)
    return found


def _district(by: Actor) -> Organisation:
    with elevated("comparing: the district decides about the right"):
        district = root()
    if district is None:
        refuse("还没有建立区总工会。")
    require(by, IMPORT, district)
    return district
