"""How a bureau writes its files: headings chosen by hand once and remembered (列名对照)."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction

from niangjia.base.calendar import now
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.orgs.models import PartnerBody
from niangjia.core.trail.actions import record
from niangjia.work.mutual_aid import intake
from niangjia.work.mutual_aid.models import Layout
from niangjia.work.mutual_aid.rules import refuse

IMPORT = "mutual_aid.import"
MOST_HEADINGS = 200


@transaction.atomic
def read_headings(body: PartnerBody, *, data: bytes, by: Actor) -> Layout:
    """Look at a file's headings, nothing else of it: those known by themselves are chosen, the others wait to be."""
    require(by, IMPORT, body.answering_org)
    with elevated("layouts: the right over the bureau's union was checked"):
        known = _held(body)
        try:
            found = intake.headings_of(data, known.headings)
        except intake.UnreadableSettlements as error:
            raise ValidationError(str(error)) from error
        if not found or len(found) > MOST_HEADINGS:
            refuse(f"没有找到列名，或者超过 {MOST_HEADINGS} 列。请给一个带列名的文件。", "file")
        return _save(known, found, known.in_fen, by)


@transaction.atomic
def choose_headings(body: PartnerBody, *, headings: Mapping[str, str], in_fen: bool, by: Actor) -> Layout:
    """What each heading of a bureau means (a national name, or "" for none of ours), and whether its money is in fen."""
    require(by, IMPORT, body.answering_org)
    chosen = [name for name in headings.values() if name]
    if unknown := set(chosen) - intake.HEADINGS.keys():
        refuse(f"没有这些字段：{'、'.join(sorted(unknown))}。")
    if doubled := sorted({name for name in chosen if chosen.count(name) > 1}):
        refuse("、".join(f"“{intake.HEADINGS[name][0]}”" for name in doubled) + "对了两列，只能对一列。")
    with elevated("layouts: the right over the bureau's union was checked"):
        return _save(_held(body), headings, in_fen, by)


def _held(body: PartnerBody) -> Layout:
    return Layout.objects.select_for_update(of=("self",)).filter(body=body).first() or Layout(body=body)


def _save(layout: Layout, headings: Mapping[str, str], in_fen: bool, by: Actor) -> Layout:
    layout.headings, layout.in_fen, layout.chosen_by, layout.chosen_at = dict(headings), in_fen, by.actor_key, now()
    layout.save()
    record(
        "mutual_aid.choose_headings", subject=layout.subject, by=by, org=layout.body.answering_org_id, headings=len(headings), in_fen=in_fen
    )
    return layout
