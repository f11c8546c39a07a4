"""The five-year report as a page and as a file."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from niangjia.core.access.gate import page
from niangjia.core.figures import queries, report
from niangjia.core.figures.views import asked as question


@page("figures.view", face="report")
def five_year(request: HttpRequest) -> HttpResponse:
    """The report of the reader's node over the current term, or ?from=&to=; ?format=html or json gives it as a file."""
    asked = question.read(request)
    window = queries.window(asked.window.end, asked.window.start, asked.window.end)
    told = report.compose(queries.survey(request.actor, asked.org, window))  # type: ignore[attr-defined]
    kind = request.GET.get("format")
    if kind == "json":
        return _file(json.dumps(told.as_json(), ensure_ascii=False, indent=2, default=report.plain), "application/json", "json")
    if kind == "html":
        return _file(report.as_html(told), "text/html; charset=utf-8", "html")
    return render(request, "figures/report.html", {"report": told, "asked": asked})


def _file(text: str, media_type: str, ending: str) -> HttpResponse:
    return HttpResponse(text, content_type=media_type, headers={"Content-Disposition": f'attachment; filename="five-year.{ending}"'})
