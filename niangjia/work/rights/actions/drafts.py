"""Keeping what somebody answered on the phone until it is sent (草稿)."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction

from niangjia.base.calendar import now
from niangjia.base.sealing import seal, unseal
from niangjia.work.rights.models import DRAFT, Draft

DAYS_KEPT = 30


@transaction.atomic
def keep_draft(*, token: str, answers: Mapping[str, Any]) -> str:
    """Keep the answers under the cookie's token, a new one where there is none yet; returns the token. Nobody acts here: no trail."""
    token = token or secrets.token_urlsafe(24)
    sealed = seal(json.dumps(dict(answers), ensure_ascii=False), DRAFT)
    Draft.objects.update_or_create(token_hash=_hash(token), defaults={"answers_sealed": sealed})
    return token


def draft_of(token: str) -> dict[str, Any]:
    """The answers kept under a token; none for an unknown one."""
    row = Draft.objects.filter(token_hash=_hash(token)).first() if token else None
    return json.loads(unseal(bytes(row.answers_sealed), DRAFT)) if row else {}


@transaction.atomic
def forget_draft(*, token: str) -> None:
    """What was sent, or given up, is kept no longer."""
    Draft.objects.filter(token_hash=_hash(token)).delete()


@transaction.atomic
def forget_old_drafts() -> int:
    """Drafts nobody touched for thirty days; returns how many."""
    return Draft.objects.filter(changed_at__lt=now() - timedelta(days=DAYS_KEPT)).delete()[0]


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
