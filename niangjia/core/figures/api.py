"""Figures over the API: the same declarations and the same sums as the pages, under the reader's post."""

from datetime import date
from decimal import Decimal

from django.http import Http404
from ninja import Router, Schema

from niangjia.core.access.request import Request
from niangjia.core.access.rules import require
from niangjia.core.figures import queries
from niangjia.core.figures.figure import AnyFigure, all_figures, get

router = Router()


class FigureOut(Schema):
    """What is counted, and from where the number comes."""

    code: str
    title: str
    unit: str
    definition: str


class ReadingOut(FigureOut):
    """A figure with its value over a period; ``entered`` marks values from documents (▲)."""

    value: Decimal | None
    start: date
    end: date
    entered: bool


def _told(figure: AnyFigure) -> dict[str, str]:
    return {"code": figure.code, "title": figure.title, "unit": figure.unit, "definition": figure.definition}


@router.get("/", response=list[FigureOut])
def figures(request: Request) -> list[dict[str, str]]:
    """Every figure there is."""
    require(request.actor, "figures.view")
    return [_told(figure) for figure in all_figures()]


@router.get("/{code}", response=ReadingOut)
def reading(request: Request, code: str, on: date | None = None) -> dict[str, object]:
    """One figure of the reader's own organisation and all below it, as of a day (today by default)."""
    require(request.actor, "figures.view")
    try:
        figure = get(code)
    except LookupError as error:
        raise Http404 from error
    read = queries.read(figure, queries.survey(request.actor, None, queries.window(on)))
    return {**_told(figure), "value": read.value, "start": read.start, "end": read.end, "entered": read.is_entered}
