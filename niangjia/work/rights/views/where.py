"""Which way do I go: questions one a screen, the way with its reasons, a letter to a platform; and what to do right after an accident."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from niangjia.base.calendar import today
from niangjia.core.access.gate import PUBLIC, page
from niangjia.core.access.request import Request
from niangjia.core.cases.queries import readable
from niangjia.core.faces.confirming import confirmed
from niangjia.work.rights import actions
from niangjia.work.rights import where as asked
from niangjia.work.rights.enums import Kind, Path
from niangjia.work.rights.forms import PathForm
from niangjia.work.rights.models import Dispute
from niangjia.work.rights.views.draft import COOKIE, hold
from niangjia.work.rights.ways import decide


@page(PUBLIC, face="worker")
@never_cache
def where(request: Request) -> HttpResponse:
    """The next question, or the way. Answers travel in the form, never in an address, and are not kept."""
    said = asked.answers_in(request.POST)
    if "back" in request.POST and said:
        said.pop(request.POST["back"], None) if request.POST["back"] in said else said.popitem()
    question = asked.next_question(said)
    context: dict[str, Any] = {"said": said, "back_url": "/m/" if request.actor.person_id else "/"}
    if question is None:
        return render(request, "rights/worker/way.html", context | {"decision": decide(asked.situation(said), today())})
    sent = bool(request.POST.get("asked") == question.name)
    form = asked.AnswerForm(request.POST if sent else None, question=question)
    status = 422 if sent and not form.is_valid() else 200
    return render(
        request, "rights/worker/where.html", context | {"form": form, "question": question, "number": len(said) + 1}, status=status
    )


@page(PUBLIC, face="worker")
@require_POST
def where_ask(request: Request) -> HttpResponse:
    """Carry the answers into the draft of a request for help."""
    said = asked.answers_in(request.POST)
    if asked.next_question(said) is not None:
        return redirect("rights:where")
    answers = actions.draft_of(request.COOKIES.get(COOKIE, ""))
    return hold(request, answers | asked.as_draft(said), redirect("rights:ask"))


@page(PUBLIC, face="worker")
@never_cache
def letter(request: Request) -> HttpResponse:
    """A letter to a platform, ready to be copied; nothing is kept."""
    form = asked.LetterForm(request.POST if request.method == "POST" else None)
    text = asked.letter(form.cleaned_data) if request.method == "POST" and form.is_valid() else ""
    context = {"form": form, "letter": text, "back_url": reverse("rights:where")}
    return render(request, "rights/worker/letter.html", context, status=422 if form.errors else 200)


@page(PUBLIC, face="worker")
def accident(request: Request) -> HttpResponse:
    """I just had an accident: whom to ring, what to photograph and keep; then ask."""
    if request.method == "POST":
        answers = actions.draft_of(request.COOKIES.get(COOKIE, ""))
        kinds = list(dict.fromkeys([*answers.get("kinds", []), str(Kind.INJURY)]))
        return hold(request, answers | {"kinds": kinds}, redirect("rights:ask"))
    return render(request, "rights/worker/accident.html", {"back_url": "/m/" if request.actor.person_id else "/"})


@page("rights.mediate")
def decide_path(request: Request, code: str) -> HttpResponse:
    """The officer decides which way the matter goes, with a reason."""
    case = get_object_or_404(readable(request.actor), code=code, line="rights")
    dispute = get_object_or_404(Dispute, case=case)
    form = PathForm(request.POST or None, initial={"path": dispute.path})
    return confirmed(
        request,
        form,
        lambda data: actions.decide_path(case, by=request.actor, **data),
        done=lambda _: f"路径改为“{Path(form.cleaned_data['path']).label}”，理由记入案件。",
        to=lambda _: redirect("cases:detail", code=code),
        heading=f"认定路径：{code}",
        what="案件上写明走哪条路、去哪里、什么时候以前；状态和期限不变",
        to_how_many=f"1 件：{case.title}",
        undo="可以再认定一次",
        action="认定",
        back_url=reverse("cases:detail", args=[code]),
    )
