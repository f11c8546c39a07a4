"""Which accounts stand for which other body: put in and taken out by whoever gives accounts their rights."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from niangjia.core.access.gate import page
from niangjia.core.access.request import Request
from niangjia.core.cases.forms import AccountField
from niangjia.core.faces.fields import show_refusal
from niangjia.work.rights import actions, joint


class MemberForm(forms.Form):
    """Which account, for which body."""

    user = AccountField(label="账号", help_text="账号，或姓名；先授“协作单位人员”岗位")
    body = forms.ChoiceField(label="单位")
    is_head = forms.BooleanField(label="负责人", required=False, help_text="没有按时签收的，报给负责人")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["body"].choices = [(body.code, body.name) for body in joint.bodies()]  # type: ignore[attr-defined]

    def clean_body(self) -> Any:
        return next(body for body in joint.bodies() if body.code == self.cleaned_data["body"])


@page("access.grant")
def members(request: Request) -> HttpResponse:
    """Every account of another body; one more, or one less."""
    rows = joint.members()
    if request.method == "POST" and request.POST.get("what") == "remove":
        gone = next((row for row in rows if row.user.username == request.POST.get("user", "")), None)
        if gone is None:
            raise Http404
        actions.leave_body(gone, by=request.actor)
        messages.success(request, f"{gone.user.name}不再是{gone.body.name}的协作人员。")
        return redirect("rights:members")
    form = MemberForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.join_body(by=request.actor, **form.cleaned_data)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, "记下了。交给这家单位的案件，这个账号就看得到。")
            return redirect("rights:members")
    return render(request, "rights/joint/members.html", {"rows": rows, "form": form}, status=422 if form.errors else 200)
