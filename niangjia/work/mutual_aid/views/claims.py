"""A worker claims by hand, one question a screen, and objects to what was decided."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from niangjia.base.calendar import today
from niangjia.core.access.gate import OWN, page
from niangjia.core.access.queries import own
from niangjia.core.access.request import Request
from niangjia.core.access.rules import Refused
from niangjia.core.cases.models import Case
from niangjia.core.cases.queries import own_case
from niangjia.core.faces.fields import show_refusal
from niangjia.core.people.models import Person
from niangjia.core.people.queries import person_by_number
from niangjia.work.mutual_aid import actions, queries
from niangjia.work.mutual_aid import claim_forms as asked
from niangjia.work.mutual_aid.enums import AppealReason, Sort
from niangjia.work.mutual_aid.models import Claim, Settlement
from niangjia.work.mutual_aid.views.worker import me

FORMS: dict[str, Callable[..., forms.Form]] = {
    "what": asked.SortForm, "kin": asked.KinForm, "stay": asked.StayForm, "money": asked.MoneyForm, "illness": asked.IllnessForm,
    "card": asked.CardForm, "send": asked.SendForm,
}  # fmt: skip
MONEY = ("total", "fund", "cash")


def parts_of(answers: dict[str, Any], patient: Person | None) -> list[str]:
    """The screens that these answers lead through."""
    of_kin = ["kin"] if answers.get("whose") == "kin" else []
    of_sort = ["illness"] if answers.get("sort") == Sort.LUMP else ["stay", "money"]
    needs_card = patient is not None and (patient.deceased_on is not None or not patient.bank_account)
    return ["what", *of_kin, *of_sort, *(["card"] if needs_card else []), "send"]


def patient_of(answers: dict[str, Any], myself: Person) -> Person | None:
    """Who was ill: oneself, or the relative named by number and name; None where the register knows no such person."""
    if answers.get("whose") != "kin":
        return myself
    return person_by_number(answers["number"], answers["name"]) if answers.get("number") else None


@page(OWN, face="worker")
@never_cache
def claim(request: Request, part: str = "what") -> HttpResponse:
    """One question a screen; every answer is kept at once, and going back loses nothing."""
    myself = me(request)
    answers = actions.draft_of(myself)
    patient = patient_of(answers, myself)
    parts = parts_of(answers, patient)
    if part not in FORMS:
        raise Http404
    if part not in parts:
        return redirect("mutual_aid:claim")
    form = _form(request, part, answers, patient)
    if request.method == "POST" and form.is_valid() and (onward := _taken(request, part, form, answers, myself)):
        return onward
    at = parts.index(part)
    back = reverse("mutual_aid:claim-part", args=[parts[at - 1]]) if at else reverse("mutual_aid:mine")
    context = {
        "form": form, "number": at + 1, "total": len(parts), "saved": bool(answers), "back_url": back, "last": part == "send",
        "told": _told(answers, patient) if part == "send" else [],
    }  # fmt: skip
    return render(request, "mutual_aid/worker/claim.html", context, status=422 if form.errors else 200)


def _form(request: Request, part: str, answers: dict[str, Any], patient: Person | None) -> Any:
    options: dict[str, Any] = {"initial": _typed(answers)}
    if part == "illness":
        options["plans"] = queries.lump_plans(patient if answers.get("whose") != "kin" else None)
    if part == "send":
        options |= {"sort": answers.get("sort", Sort.STAY), "by_kin": answers.get("whose") == "kin"}
    posted = request.method == "POST"
    return FORMS[part](request.POST if posted else None, request.FILES if posted else None, **options)


def _typed(answers: dict[str, Any]) -> dict[str, Any]:
    """Answers as forms show them."""
    days = {name: date.fromisoformat(answers[name]) for name in ("admitted_on", "left_on", "diagnosed_on") if answers.get(name)}
    return answers | days | {name: Decimal(answers[name]) for name in MONEY if answers.get(name)}


def _taken(request: Request, part: str, form: Any, answers: dict[str, Any], myself: Person) -> HttpResponse | None:
    """Keep the answers and go on, or send everything; None where the form must be shown again."""
    if part == "send":
        return _sent(request, form, answers, myself)
    said = {name: str(value) if isinstance(value, (date, Decimal)) else value for name, value in form.cleaned_data.items()}
    new = answers | said
    patient = patient_of(new, myself)
    if patient is None and part == "kin":
        form.add_error("number", _("名字和身份证号对不上。再看一遍，或打 12351。"))
        return None
    actions.keep_draft(myself, answers=new)
    parts = parts_of(new, patient)
    return redirect("mutual_aid:claim-part", part=parts[parts.index(part) + 1])


def _sent(request: Request, form: Any, answers: dict[str, Any], myself: Person) -> HttpResponse | None:
    patient = patient_of(answers, myself)
    try:
        if patient is None:
            raise ValidationError(_("请从头说一遍是谁病了。"))
        by_kin = patient.pk != myself.pk
        asking = actions.Asking(
            proxy=myself if by_kin else None, kinship=answers.get("kinship", "") if by_kin else "", account=answers.get("account", ""),
            files=form.files_by_title(),
        )  # fmt: skip
        case = _received(request, patient, asking, answers)
    except (ValidationError, Refused) as refusal:
        show_refusal(form, refusal if isinstance(refusal, ValidationError) else ValidationError(str(refusal)))
        return None
    actions.forget_draft(myself)
    return redirect("cases:own", code=case.code)


def _received(request: Request, patient: Person, asking: actions.Asking, answers: dict[str, Any]) -> Case:
    said = _typed(answers)
    try:
        if answers.get("sort") == Sort.LUMP:
            policy = queries.policy_of_patient(patient, said["plan"])
            if policy is None:
                raise ValidationError(_("没有找到参加这份保障的记录。打 12351 问一问。"))
            found = actions.Diagnosed(policy, said["illness"], said["diagnosed_on"])
            return actions.claim_lump(patient, found=found, by=request.actor, asking=asking)
        stay = actions.Stay(*(said[name] for name in ("hospital", "admitted_on", "left_on", *MONEY)))
    except KeyError:
        raise ValidationError(_("前面还有没答的，请点返回补上。")) from None
    return actions.claim_stay(patient, stay=stay, by=request.actor, asking=asking)


def _told(answers: dict[str, Any], patient: Person | None) -> list[tuple[str, Any]]:
    """The answers once more, before they are sent."""
    said = _typed(answers)
    told = [(_("谁病了"), answers.get("name") if answers.get("whose") == "kin" else patient.name if patient else "")]
    if answers.get("sort") == Sort.LUMP:
        return [*told, (_("确诊日期"), said.get("diagnosed_on"))]
    told += [(_("医院"), said.get("hospital")), (_("住院"), said.get("admitted_on")), (_("出院"), said.get("left_on"))]
    titles = ((_("一共"), "total"), (_("医保付了"), "fund"), (_("自己掏的"), "cash"))
    return told + [(title, f"{said[name]:,.2f}") for title, name in titles if said.get(name) is not None]


@page(OWN, face="worker")
@never_cache
def appeal(request: Request, settlement: str = "") -> HttpResponse:
    """Object to a settlement of mine, or to one that was never shown."""
    myself = me(request)
    about = get_object_or_404(own(myself.pk, Settlement.objects.all()), code=settlement) if settlement else None
    until = queries.appealable_until(about) if about else None
    said = "" if about else _("没有看到的住院")
    return _appeal(
        request,
        myself,
        about=about,
        until=until,
        what=said,
        settled_on=about.settled_on if about else None,
        state=about.get_state_display() if about else "",
    )


@page(OWN, face="worker")
@never_cache
def appeal_claim(request: Request, claim: str) -> HttpResponse:
    """Object to what became of a claim of mine, or of one I made for a relative."""
    myself = me(request)
    try:
        case = own_case(myself.pk, claim)
    except Case.DoesNotExist:
        raise Http404 from None
    found = get_object_or_404(Claim.objects.select_related("case"), case=case)
    return _appeal(request, queries.patient(found), claim=found, what=case.title, state=_("没有给付"))


def _appeal(request: Request, person: Person, **shown: Any) -> HttpResponse:
    about, claimed = shown.pop("about", None), shown.pop("claim", None)
    posted = request.method == "POST"
    initial = {"reason": None if about or claimed else AppealReason.MINE}
    form = asked.AppealForm(request.POST if posted else None, request.FILES if posted else None, initial=initial)
    if form.is_valid():
        said = actions.Objection(form.cleaned_data["reason"], form.cleaned_data["text"], settlement=about, claim=claimed)
        try:
            case = actions.appeal(person, objection=said, by=request.actor, files=form.cleaned_data["photos"])
        except (ValidationError, Refused) as refusal:
            show_refusal(form, refusal if isinstance(refusal, ValidationError) else ValidationError(str(refusal)))
        else:
            return redirect("cases:own", code=case.code)
    context = {"form": form, "back_url": reverse("mutual_aid:mine"), "day": today(), **shown}
    return render(
        request, "mutual_aid/worker/appeal.html", {"until": None, "settled_on": None} | context, status=422 if form.errors else 200
    )
