"""One way to ask for facts on a confirm page, do what was asked, say so, and lead on."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render

from niangjia.core.faces.fields import show_refusal


def confirmed(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[dict[str, Any]], Any],
    *,
    done: str | Callable[[Any], str],
    to: str | Callable[[Any], Any],
    **words: Any,
) -> Any:
    """The confirm page with ``form``; once it is filled in rightly ``act`` is done with its facts, ``done`` said, and the reader led ``to``.

    What ``act`` gives is handed to ``done`` and ``to`` where these are functions; an empty ``done`` says nothing. A ValidationError of
    ``act`` stands in the form. ``words`` are those of faces/confirm.html: heading, what, to_how_many, undo, action, back_url, dangerous,
    listed, carried.
    """
    if request.method == "POST" and form.is_valid():
        try:
            result = act(dict(form.cleaned_data))
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            if said := done(result) if callable(done) else done:
                messages.success(request, said)
            answer = to(result) if callable(to) else to
            return answer if isinstance(answer, HttpResponseBase) else redirect(answer)
    context = {"form": form, "to_how_many": "1 项"} | words
    return render(request, "faces/confirm.html", context, status=422 if form.errors else 200)
