"""The list of figures and the page of each."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from niangjia.core.access.gate import page
from niangjia.core.access.queries import visible
from niangjia.core.figures import actions, queries
from niangjia.core.figures.figure import AnyFigure, Figure, all_figures, get
from niangjia.core.figures.forms import FreezeForm
from niangjia.core.figures.models import FrozenFigure
from niangjia.core.figures.views import asked as question
from niangjia.core.figures.views.figure_page import FigurePage, shown
from niangjia.core.line import lines

ROWS_SHOWN = 200


def figure_or_404(code: str) -> AnyFigure:
    """The figure of an address."""
    try:
        return get(code)
    except KeyError:
        raise Http404(f"没有“{code}”这项指标。") from None


@page("figures.view")
def figures(request: HttpRequest) -> HttpResponse:
    """Every figure by line, with its value for the reader's node."""
    asked, q = question.read(request), request.GET.get("q", "").strip()
    about = queries.survey(request.actor, asked.org, asked.window)  # type: ignore[attr-defined]
    groups = [(config.verbose_name, list(_found(config.label, q, about, asked))) for config in lines()]
    return render(
        request,
        "figures/list.html",
        {"groups": [group for group in groups if group[1]], "q": q, "asked": asked, "may_enter": request.actor.may("figures.enter")},  # type: ignore[attr-defined]
    )


def _found(line: str, q: str, about: Any, asked: question.Asked) -> Iterator[dict[str, Any]]:
    for figure in all_figures(line):
        if q in f"{figure.title}{figure.code}{figure.definition}":
            reading = queries.read(figure, about)
            yield {
                "figure": figure,
                "reading": reading,
                "value": shown(figure, reading.value),
                "unit": "" if figure.unit in ("%", "名次") else figure.unit,
                "url": question.address(figure, asked),
            }


@page("figures.view")
def detail(request: HttpRequest, code: str) -> HttpResponseBase:
    """One figure: value, definition, towns, months, splits, the list behind it, what was reported."""
    figure, asked = figure_or_404(code), question.read(request)
    shown_page = FigurePage(request, figure, asked)
    if shown_page.listing and (file := shown_page.listing.file()):
        return file
    context = {"page": shown_page, "figure": figure, "asked": asked, "choices": question.choices(figure, asked), "freeze": FreezeForm()}
    return render(request, "figures/detail.html", context)


@page("figures.view")
def freeze(request: HttpRequest, code: str) -> HttpResponse:
    """Keep the value as it is reported (POST)."""
    figure, asked = figure_or_404(code), question.read(request)
    form = FreezeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            frozen = actions.freeze(
                figure=code, org=asked.org, window=asked.window, purpose=form.cleaned_data["purpose"], by=request.actor  # type: ignore[attr-defined]
            )  # fmt: skip
            return redirect("figures:frozen", frozen.code)
        except ValidationError as error:
            form.add_error(None, error)
    about = FigurePage(request, figure, asked)
    return render(
        request,
        "faces/confirm.html",
        {
            "heading": f"冻结上报：{figure.title}", "what": "把现在的数、定义和算进来的名单一起存下来。以后这里会写“报送多少，现在多少”。",
            "to_how_many": f"{about.value} {about.unit}，{about.said_of}", "undo": "冻结的记录不能改；报错了，再冻结一次。",
            "action": "冻结", "back_url": question.address(figure, asked), "form": form,
        },
    )  # fmt: skip


@page("figures.view")
def frozen(request: HttpRequest, code: str) -> HttpResponse:
    """A reported value beside what it is now, and the rows by which they differ."""
    found = visible(request.actor, FrozenFigure.objects.select_related("org"), "figures.view")  # type: ignore[attr-defined]
    one = get_object_or_404(found, code=code)
    compared, figure = queries.compared(one), get(one.figure)
    came, gone = (_rows(request, figure, ids) for ids in (compared.added, compared.gone))
    context = {"frozen": one, "compared": compared, "figure": figure, "came": came, "gone": gone}
    context |= {"then": shown(figure, one.number), "now": shown(figure, compared.now)}
    return render(request, "figures/frozen.html", context)


def _rows(request: HttpRequest, figure: AnyFigure, ids: tuple[int, ...]) -> list[list[tuple[str, Any, str]]]:
    """Rows by id as cells (title, value, address), as far as the reader may see them."""
    if not isinstance(figure, Figure) or not ids:
        return []
    found = visible(request.actor, figure.of._default_manager.filter(pk__in=ids[:ROWS_SHOWN]), figure.permission)  # type: ignore[attr-defined]
    return [
        [(column.title, column.value(row), column.url(row) if column.url else "") for column in figure.columns]
        for row in found.select_related(*figure.related)
    ]
