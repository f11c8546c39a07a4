"""Records that may be one person: the list, two of them side by side, merging and taking it back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from niangjia.base.calendar import chinese_date, today
from niangjia.core.access.gate import page
from niangjia.core.access.queries import visible
from niangjia.core.access.request import Request
from niangjia.core.faces.fields import show_refusal
from niangjia.core.people import actions, queries
from niangjia.core.people.forms import MergeForm, ReasonForm
from niangjia.core.people.models import Person
from niangjia.core.people.views.card import PersonCard
from niangjia.core.people.views.reach import address, seen
from niangjia.core.people.views.telling import label
from niangjia.core.trail.models import Event
from niangjia.core.trail.queries import by_code

MOST = 200
FILLED = {"id_index": "证件号", "phone_index": "手机", "bank_index": "银行账户"}


@page("people.merge")
def duplicates(request: Request) -> HttpResponse:
    """Pairs of records within reach that may be one person, by kind."""
    pairs = queries.duplicates(MOST)
    groups = [(title, [pair for pair in pairs if pair.kind == kind]) for kind, title in queries.KINDS.items()]
    return render(request, "people/duplicates.html", {"groups": groups, "found": len(pairs), "most": MOST})


@page("people.merge")
def merge(request: Request, one: str, other: str) -> HttpResponse:
    """Two records side by side, what a merge would move, and the merge itself."""
    persons = [seen(request, one), seen(request, other)]
    form = MergeForm(request.POST or None, initial={"keep": one})
    choice: Any = form.fields["keep"]
    choice.choices = [(person.code, _line(person)) for person in persons]
    keep, drop = persons if request.POST.get("keep", one) == one else persons[::-1]
    if request.method == "POST" and form.is_valid() and _merged(request, form, keep, drop):
        return redirect(address(keep))
    plan = actions.preview_merge(keep, drop)
    context = {
        "form": form,
        "cards": [PersonCard(person, request.actor, today()) for person in persons],
        "plan": plan,
        "filled": [FILLED.get(name) or label(name) for name in plan.filled],
    }
    return render(request, "people/merge.html", context, status=422 if form.errors else 200)


def _line(person: Person) -> str:
    born = chinese_date(person.birth) if person.birth else "出生日期没有登记"
    return f"{person.name}（{person.code}）|{person.home_org.name}，{born}，{chinese_date(person.registered_on)}登记"


def _merged(request: Request, form: MergeForm, keep: Person, drop: Person) -> bool:
    try:
        actions.merge_persons(keep=keep, drop=drop, by=request.actor, reason=form.cleaned_data["reason"])
    except ValidationError as refusal:
        show_refusal(form, refusal)
        return False
    messages.success(request, f"合并好了：{drop.code} 并入 {keep.code}，记入留痕，可以在经过里撤销。")
    return True


@page("people.merge")
def undo_merge(request: Request, code: str, event: str) -> HttpResponse:
    """Take one merge back while nothing was done since."""
    person = seen(request, code)
    merges = visible(request.actor, Event.objects.filter(subject=person.subject, verb="people.merge"), "people.merge")
    done = get_object_or_404(by_code(merges, event))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            revived = actions.undo_merge(event=done, by=request.actor, reason=form.cleaned_data["reason"])
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"合并已撤销，{revived.name}（{revived.code}）又是单独一份档案。")
            return redirect(address(person))
    context: dict[str, Any] = {
        "form": form,
        "heading": f"撤销合并：{person.name}",
        "what": "两份档案恢复成合并以前的样子，会籍、职务各归各位",
        "to_how_many": "2 份档案",
        "undo": "可以重新合并；合并后又办过事的不能撤销",
        "action": "撤销这次合并",
        "dangerous": True,
        "back_url": address(person),
    }
    return render(request, "faces/confirm.html", context, status=422 if form.errors else 200)
