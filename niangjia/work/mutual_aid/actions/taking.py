"""A file of settlements with its control file beside it: whose it is, and that it is whole, before it is taken in."""

import hashlib
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError

from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.orgs.models import PartnerBody
from niangjia.work.mutual_aid.actions.settling import Outcome, layout_of, take_settlements
from niangjia.work.mutual_aid.control import Controlled, NotTheFile, controlled
from niangjia.work.mutual_aid.intake import Refusal, marked
from niangjia.work.mutual_aid.models import Intake
from niangjia.work.mutual_aid.rules import refuse


def take_with_control(
    *, data: bytes, control: bytes, by: Actor, body: PartnerBody | None = None, must_be_signed: bool = False, **more: Any
) -> Outcome:
    """`take_settlements` with the totals of a control file; a signed one says which bureau's file it is.

    Raises ValidationError where the control file does not fit, is not signed though it must be, or another bureau signed it.
    """
    found = _controlled(control, data, must_be_signed=must_be_signed)
    if not found.said:
        refuse("控制文件里没有控制总额，至少要有笔数（rows）。请医保重新出控制文件。")
    signer = found.partner.body if found.partner else None
    if body is not None and signer is not None and signer.pk != body.pk:
        refuse(f"控制文件是{signer.name}签的，不是{body.name}。", "body")
    return take_settlements(data=data, by=by, said=found.said, body=signer or body, signed_by=found.key_id, **more)


def marked_rows(data: bytes, refusals: Sequence[Refusal], body: PartnerBody | None) -> tuple[list[str], list[list[Any]]]:
    """Headings and refused rows of a file, each with its reason, for the bureau to mend."""
    return marked(data, refusals, layout_of(body).get("chosen"))


def marked_again(intake: Intake, *, data: bytes) -> tuple[list[str], list[list[Any]]]:
    """Likewise of a file taken in before: the house keeps no files of settlements, so that whoever asks hands in the same one again."""
    if hashlib.sha256(data).hexdigest() != intake.digest:
        refuse("这不是收下的那个文件，请选原来的文件，一个字节也不能改。", "file")
    return marked_rows(data, [Refusal(row, reason) for row, reason in intake.refusals], intake.body)


def _controlled(control: bytes, data: bytes, *, must_be_signed: bool) -> Controlled:
    with elevated("settlements: whose key signed names no person"):
        try:
            return controlled(control, data, must_be_signed=must_be_signed)
        except NotTheFile as fault:
            raise ValidationError(str(fault)) from fault
