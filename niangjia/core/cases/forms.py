"""What officers fill in about a case; a step's own form derives from `StepForm`."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from niangjia.core.access.models import User
from niangjia.core.cases.enums import Duty
from niangjia.core.faces.fields import DayField, FilesField

LONGEST_NOTE = 2000
LAST = ("on", "note", "attachments")
ACCEPT = "image/*,.pdf,.docx,.xlsx"


class StepForm(forms.Form):
    """The day of a step and a free note; ``case`` is the case it is about."""

    on = DayField(label="办理日期", help_text="可以点选，也可以直接写 20231218")
    note = forms.CharField(label=_("说明"), required=False, max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 3}))
    attachments = FilesField(label="附件", required=False, accept=ACCEPT, help_text="照片、PDF、Word、Excel，一份最多 30 MB")

    def __init__(self, *args: Any, case: Any = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.case = case
        self.order_fields([*(name for name in self.fields if name not in LAST), *LAST])


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label="理由", max_length=120, help_text="至少 4 个字")


class AccountField(forms.CharField):
    """An account by its user name; cleans to the account, or to None where it may be left empty."""

    def prepare_value(self, value: Any) -> Any:
        return value.username if isinstance(value, User) else value

    def clean(self, value: Any) -> Any:
        name = super().clean(value).strip()
        if not name and not self.required:
            return None
        user = User.objects.filter(username=name, is_staff=True, is_active=True).first() or _by_name(name)
        if user is None:
            raise forms.ValidationError("没有这个账号。写账号，或写姓名（不重名时）。")
        return user


def _by_name(name: str) -> User | None:
    found = list(User.objects.filter(name=name, is_staff=True, is_active=True)[:2])
    return found[0] if len(found) == 1 else None


class AttachForm(forms.Form):
    """Files, what they are called, and whether the worker may see them."""

    attachments = FilesField(label="附件", accept=ACCEPT, help_text="照片、PDF、Word、Excel，一份最多 30 MB，可以选几份")
    title = forms.CharField(label="叫什么", max_length=80, required=False, help_text="空着就用文件名")
    for_worker = forms.BooleanField(label="本人也能看", required=False)


class AssignForm(forms.Form):
    """To whom, as what."""

    user = AccountField(label="交给谁", help_text="账号，或姓名")
    duty = forms.ChoiceField(label="分工", choices=[choice for choice in Duty.choices if choice[0] not in (Duty.DEPUTY, Duty.PARTNER)])


class ReleaseForm(AssignForm, ReasonForm):
    """Who no longer works on it, and why."""

    field_order = ("user", "duty", "reason")


class SealForm(ReasonForm):
    """Who may read it from now on."""

    readers = forms.CharField(label="谁可以看", help_text="账号或姓名，用空格隔开；当事人自己总能看到")
    field_order = ("readers", "reason")

    def clean_readers(self) -> list[User]:
        names = self.cleaned_data["readers"].replace("、", " ").replace("，", " ").replace(",", " ").split()
        return [AccountField().clean(name) for name in names]


class TermForm(ReasonForm):
    """Another last day for a clock."""

    term = forms.ChoiceField(label="哪个期限")
    due_on = DayField(label="改到哪一天")
    field_order = ("term", "due_on", "reason")

    def __init__(self, *args: Any, terms: list[tuple[str, str]] | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["term"].choices = terms or []  # type: ignore[attr-defined]


class NoteForm(forms.Form):
    """Something to be remembered."""

    text = forms.CharField(label="内容", max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 4}))
    for_worker = forms.BooleanField(label="当事人也能看到", required=False)


class MergeForm(ReasonForm):
    """The cases to be taken in."""

    others = forms.CharField(label="并进来的案号", widget=forms.Textarea(attrs={"rows": 3}), help_text="一行一个，或用空格隔开")
    field_order = ("others", "reason")


class SplitForm(ReasonForm):
    """The persons who go on by themselves."""

    persons = forms.CharField(
        label="谁分出去", widget=forms.Textarea(attrs={"rows": 3}), help_text="会员编号，一行一个，或用空格隔开；不能是全部的人"
    )
    field_order = ("persons", "reason")


class LeaveForm(forms.Form):
    """Away from day to day, and who stands in."""

    deputy = AccountField(label="托付给谁", help_text="账号，或姓名")
    first_day = DayField(label="从哪天起")
    last_day = DayField(label="到哪天止")
