"""Entering and voiding notices on holidays and local rates."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from niangjia.core.access.gate import page
from niangjia.core.access.request import Request
from niangjia.core.law import actions, queries
from niangjia.core.law.forms import NoticeForm, RateForm, VoidForm


@page("law.enter")
def enter_notice(request: Request) -> HttpResponse:
    """A notice on holidays."""
    form = NoticeForm(request.POST or None, initial={"year": request.GET.get("year", "")})
    if request.method == "POST" and form.is_valid():
        try:
            notice = actions.enter_notice(**form.cleaned_data, by=request.actor)
            messages.success(request, f"已录入 {notice.year} 年的安排，新的期限按它计算；已经起算的期限不变。")
            return redirect(f"{reverse('law:calendar')}?year={notice.year}")
        except ValidationError as error:
            form.add_error(None, error)
    return render(request, "law/enter_notice.html", {"form": form})


@page("law.enter")
def void_notice(request: Request, code: str) -> HttpResponse:
    """Take a notice out of force, with the reason."""
    notice, form = get_object_or_404(queries.notices(), code=code), VoidForm(request.POST or None)
    back = f"{reverse('law:calendar')}?year={notice.year}"
    if request.method == "POST" and form.is_valid():
        try:
            actions.void_notice(notice, reason=form.cleaned_data["reason"], by=request.actor)
            messages.success(request, "已作废，以后的期限不再按它计算。")
            return redirect(back)
        except ValidationError as error:
            form.add_error(None, error)
    return _confirm(request, form, f"作废 {notice.title}", "以后的期限不再按这份安排计算；已经起算的期限不变。", back)


@page("law.enter")
def enter_rate(request: Request) -> HttpResponse:
    """An amount set by the locality."""
    form = RateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            rate = actions.enter_rate(**form.cleaned_data, by=request.actor)
            messages.success(request, f"已录入 {rate.get_kind_display()} {rate.amount} {rate.unit}。")
            return redirect("law:rates")
        except ValidationError as error:
            form.add_error(None, error)
    return render(request, "law/enter_rate.html", {"form": form})


@page("law.enter")
def void_rate(request: Request, code: str) -> HttpResponse:
    """Take a rate out of force, with the reason."""
    rate, form = get_object_or_404(queries.rates(), code=code), VoidForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.void_rate(rate, reason=form.cleaned_data["reason"], by=request.actor)
            messages.success(request, "已作废，以后的计算不再用它。")
            return redirect("law:rates")
        except ValidationError as error:
            form.add_error(None, error)
    what = f"{rate.area}{rate.tier} {rate.get_kind_display()} {rate.amount} {rate.unit}"
    return _confirm(request, form, f"作废 {what}", "以后的计算不再用这个数；记录和来源都留着。", reverse("law:rates"))


def _confirm(request: Request, form: VoidForm, heading: str, what: str, back: str) -> HttpResponse:
    context = {
        "heading": heading, "what": what, "to_how_many": "1 条", "undo": "作废后不能恢复；要用，请重新录入。", "action": "作废",
        "dangerous": True, "back_url": back, "form": form,
    }  # fmt: skip
    return render(request, "faces/confirm.html", context)
