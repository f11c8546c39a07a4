"""Import batches over the API: how far they are and what they counted, within the reader's post."""

from datetime import datetime

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from niangjia.core.access.request import Request
from niangjia.core.access.rules import require
from niangjia.core.imports import queries
from niangjia.core.imports.models import Batch

router = Router()
MOST = 100


class BatchOut(Schema):
    """A batch: where it stands, and its rows by decision."""

    code: str
    sheet: str
    state: str
    rows: int
    new: int
    same: int
    changed: int
    duplicates: int
    refused: int
    done: int
    total: int
    received_at: datetime
    applied_at: datetime | None


@router.get("/", response=list[BatchOut])
def batches(request: Request) -> QuerySet[Batch]:
    """The newest hundred."""
    require(request.actor, "imports.view")
    return queries.batches(request.actor)[:MOST]


@router.get("/{code}", response=BatchOut)
def batch(request: Request, code: str) -> Batch:
    """One batch by its code."""
    require(request.actor, "imports.view")
    return get_object_or_404(queries.batches(request.actor), code=code)
