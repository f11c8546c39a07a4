"""One way to ask for facts on a confirm page, do what was asked, and say so."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render

from niangjia.core.access.request import Request
from niangjia.core.faces.fields import show_refusal
from niangjia.core.orgs.models import Employer


def confirmed(
    request: Request, form: forms.Form, act: Callable[[dict[str, Any]], Any], *, done: Callable[[Any], str], to: Callable[[Any], str], **words: Any
) -> HttpResponse:  # fmt: skip
    """The confirm page with ``form``; once it is filled in rightly ``act`` is done, said, and the reader led on.

    ``words`` are those of faces/confirm.html: heading, what, to_how_many, undo, action, back_url, dangerous.
    """
    if request.method == "POST" and form.is_valid():
        try:
            result = act(form.cleaned_data)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, done(result))
            return redirect(to(result))
    return render(request, "faces/confirm.html", {"form": form, **words}, status=422 if form.errors else 200)


def employer_or_name(said: str) -> tuple[Employer | None, str]:
    """The employer of this name or credit code within the reader's rows, else the name as it was written."""
    said = said.strip()
    found = Employer.objects.filter(credit_code=said.upper()).first() or Employer.objects.filter(name=said, ended_on=None).first()
    return found, "" if found else said
