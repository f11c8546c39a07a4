"""What a receiver wants to be told outside the platform."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from niangjia.core.notices.enums import Channel, Kind
from niangjia.core.notices.rules import channels_outside, kinds_offered

WORDS = {
    Channel.SMS: _("短信"), Channel.EMAIL: _("邮件"), Channel.WECHAT: _("微信"), Channel.DINGTALK: _("钉钉"),
}  # fmt: skip
TITLES = {
    Kind.MEMBERSHIP: _("会籍"), Kind.MESSAGE: _("通知"), Kind.CASE: _("办事进展"), Kind.DEADLINE: _("期限提醒"),
}  # fmt: skip


class WantedForm(forms.Form):
    """Kind by kind, the channels ticked are wanted; what is not ticked is refused."""

    def __init__(self, data: Any = None, *, refused: set[tuple[str, str]], **options: Any) -> None:
        super().__init__(data, **options)
        self.offered = {(str(kind), str(channel)) for kind in kinds_offered() for channel in channels_outside(kind)}
        for kind in kinds_offered():
            channels = channels_outside(kind)
            self.fields[kind.value] = forms.MultipleChoiceField(
                label=TITLES[kind], required=False, choices=[(channel.value, WORDS[channel]) for channel in channels],
                widget=forms.CheckboxSelectMultiple, initial=[str(channel) for channel in channels if (str(kind), str(channel)) not in refused],
            )  # fmt: skip

    def _channels(self) -> dict[str, list[str]]:
        return {str(kind): self.cleaned_data[kind] for kind in {kind for kind, _ in self.offered}}

    @property
    def wanted(self) -> set[tuple[str, str]]:
        """The pairs ticked; after `is_valid`."""
        return {(kind, channel) for kind, channels in self._channels().items() for channel in channels}


class StaffWantedForm(WantedForm):
    """The same for an account of the staff, which also says its e-mail address."""

    email = forms.EmailField(label="邮箱", required=False, help_text="填了才能收邮件；别人看不到")
