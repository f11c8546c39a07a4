"""Entering a federation's past with its documents, signing it, and freezing what is reported."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from niangjia.base.calendar import now, today
from niangjia.base.scope import elevated
from niangjia.base.sealing import digest
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.figures import queries, rules
from niangjia.core.figures.figure import PERIOD, Figure
from niangjia.core.figures.ids import packed
from niangjia.core.figures.models import ChangeOver, EnteredValue, FrozenFigure
from niangjia.core.figures.survey import Survey, Window
from niangjia.core.orgs.actions import take_codes
from niangjia.core.orgs.models import Organisation
from niangjia.core.trail.actions import record


@transaction.atomic
def enter(
    *,
    figure: str,
    org: Organisation,
    value: Decimal | int,
    period_to: date,
    period_from: date | None = None,
    document_title: str,
    document_number: str = "",
    page: str = "",
    file: Any = None,
    by: Actor,
    on: date | None = None,
) -> EnteredValue:
    """Enter a value known from a document (▲); it counts once a second person has signed it.

    ``period_from`` None: a state or a rank as of ``period_to``. Raises ValidationError where the figure, the period or the value do
    not fit, and where the same was entered before.
    """
    require(by, "figures.enter", org)
    declared = rules.known(figure)
    rules.check_entry(declared, Decimal(value), period_from, period_to)
    if not document_title.strip():
        raise ValidationError({"document_title": "请写明依据哪份文件。"})
    entered = EnteredValue(
        figure=figure, org=org, value=value, period_from=period_from, period_to=period_to, document_title=document_title.strip(),
        document_number=document_number.strip(), page=page.strip(), file=file, entered_by=by.actor_key,
    )  # fmt: skip
    with elevated("figures: the value entered may be about any organisation below the checked one"):
        entered.validate_constraints(exclude={"code"})
        entered.code = _code("LR")
        entered.save(force_insert=True)
        record(
            "figures.enter", subject=f"figure:{figure}", by=by, org=org.pk, on=on, entered=entered.code, value=str(value),
            period_from=period_from, period_to=period_to, document=document_title, number=document_number,
        )  # fmt: skip
    return entered


@transaction.atomic
def enter_many(*, values: Iterable[dict[str, Any]], by: Actor, on: date | None = None) -> list[EnteredValue]:
    """Enter a sheet of years × towns × figures, all or nothing; each of ``values`` takes the arguments of ``enter``."""
    return [enter(**value, by=by, on=on) for value in values]


@transaction.atomic
def sign(entered: EnteredValue, *, by: Actor, on: date | None = None) -> EnteredValue:
    """The second person's signature: from now on the value counts."""
    require(by, "figures.enter", entered.org)
    with elevated("figures: the signed value may be about any organisation below the checked one"):
        entered = EnteredValue.objects.select_for_update().select_related("org").get(pk=entered.pk)
        rules.check_sign(entered, by)
        entered.signed_by, entered.signed_at = by.actor_key, now()
        entered.save(update_fields=["signed_by", "signed_at"])
        record("figures.sign", subject=f"figure:{entered.figure}", by=by, org=entered.org_id, on=on, entered=entered.code)
    return entered


@transaction.atomic
def void(entered: EnteredValue, *, reason: str, by: Actor, on: date | None = None) -> EnteredValue:
    """Take an entered value out of force; it stays readable with its reason."""
    require(by, "figures.enter", entered.org)
    with elevated("figures: the voided value may be about any organisation below the checked one"):
        entered = EnteredValue.objects.select_for_update().select_related("org").get(pk=entered.pk)
        rules.check_void(entered, reason)
        entered.voided_on, entered.void_reason = on or today(), reason.strip()
        entered.save(update_fields=["voided_on", "void_reason"])
        record(
            "figures.void",
            subject=f"figure:{entered.figure}",
            by=by,
            org=entered.org_id,
            on=on,
            reason=reason.strip(),
            entered=entered.code,
        )
    return entered


@transaction.atomic
def set_change_over(*, figure: str, counted_from: date, reason: str, by: Actor, on: date | None = None) -> ChangeOver:
    """From ``counted_from`` the figure is counted from rows; earlier days are answered by entered values."""
    with elevated("figures: the change-over day holds for the whole district"):
        district = Organisation.objects.get(parent=None)
        require(by, "figures.enter", district)
        rules.known(figure)
        before = queries.change_over(figure)
        facts = {"counted_from": counted_from, "reason": reason}
        change_over, _ = ChangeOver.objects.update_or_create(figure=figure, defaults=facts)
        record(
            "figures.set_change_over",
            subject=f"figure:{figure}",
            by=by,
            org=district.pk,
            on=on,
            before=before,
            after=counted_from,
            why=reason,
        )
    return change_over


@transaction.atomic
def freeze(*, figure: str, org: Organisation, window: Window, purpose: str, by: Actor, on: date | None = None) -> FrozenFigure:
    """Keep a figure as it is reported: value, definition and its version, the moment, and the ids of the rows counted."""
    require(by, "figures.view", org)
    declared = rules.known(figure)
    if not purpose.strip():
        raise ValidationError({"purpose": "请写明报送给谁、做什么用。"})
    about = Survey(org, window)
    reading = queries.read(declared, about)
    start, end = window.days_of(declared)
    with elevated("figures: the ids counted lie below the checked organisation, by the tree of that day"):
        ids = packed(queries.ids_of(declared, about)) if isinstance(declared, Figure) and not reading.is_entered else b""
        frozen = FrozenFigure.objects.create(
            code=_code("DJ"), figure=figure, org=org, period_from=start if declared.timing == PERIOD else None, period_to=end,
            value=reading.value, is_entered=reading.is_entered, title=declared.title, unit=declared.unit,
            definition=declared.definition, version=declared.version, purpose=purpose.strip(), ids=ids, digest=digest(ids),
            frozen_by=by.actor_key,
        )  # fmt: skip
        record(
            "figures.freeze", subject=f"figure:{figure}", by=by, org=org.pk, on=on, frozen=frozen.code, value=reading.value, purpose=purpose
        )
    return frozen


def compact() -> int:
    """Add up the summary rows of every cell that has several; returns how many rows that saved.

    Each step is one transaction that replaces rows by their sum, so it may be broken off at any moment, run twice at once, or run beside
    writers: they only append. No figure changes by it, hence no trail event.
    """
    with elevated("figures: the summary of every union"):
        unions = queries.unions_in_pieces()
    saved = 0
    for at in range(0, len(unions), UNIONS_AT_ONCE):
        with elevated("figures: the summary of every union"), connection.cursor() as cursor:
            some = unions[at : at + UNIONS_AT_ONCE]
            cursor.execute(_COMPACT, [some[0], some[-1]])
            gone, kept = cursor.fetchone()
            saved += gone - kept
    return saved


UNIONS_AT_ONCE = 1_000
_COMPACT = """WITH pieces AS (
        SELECT unnest(array_agg(id)) AS id FROM figures_membershiptally WHERE union_id BETWEEN %s AND %s
        GROUP BY union_id, size, at, standing, is_new_form HAVING count(*) > 1),
    gone AS (DELETE FROM figures_membershiptally WHERE id IN (SELECT id FROM pieces) RETURNING *),
    kept AS (
        INSERT INTO figures_membershiptally (union_id, size, at, last_day, standing, is_new_form, change)
        SELECT union_id, size, at, max(last_day), standing, is_new_form, sum(change) FROM gone
        GROUP BY union_id, size, at, standing, is_new_form HAVING sum(change) <> 0 OR size = 'm' RETURNING 1)
    SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM kept)"""
"""A month's row stays at zero too: it tells that something happened within the month."""


def _code(module: str) -> str:
    """LR (录入) or DJ (冻结), division, year, number."""
    year = today().year
    return f"{module}-{settings.DIVISION}-{year}-{take_codes(module, year):05}"
