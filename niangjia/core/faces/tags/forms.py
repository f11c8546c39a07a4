"""Form fields: label above, example below it, error beside the field and summed up on top."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()

KINDS: dict[str, dict[str, str]] = {
    "id": {"data-group": "6 8 4", "autocomplete": "off", "spellcheck": "false", "maxlength": "24"},
    "phone": {"data-group": "3 4 4", "inputmode": "tel", "autocomplete": "tel", "maxlength": "20"},
    "bank": {"data-group": "4 4 4 4 4", "inputmode": "numeric", "autocomplete": "off", "maxlength": "30"},
    "money": {"data-echo": "capitals", "inputmode": "decimal", "autocomplete": "off"},
    "date": {"data-date": "", "inputmode": "text", "autocomplete": "off"},
}


@register.inclusion_tag("faces/parts/field.html")
def field(bound: BoundField, kind: str = "", suffix: str = "", extra: str = "") -> dict[str, Any]:
    """One field: `{% field form.amount %}`; kind id, phone, bank, money or date is taken from the form field where it says one."""
    kind = kind or getattr(bound.field, "kind", "")
    widget = bound.field.widget
    return {
        "field": bound,
        "kind": kind,
        "extra": extra,
        "suffix": suffix or (_("元") if kind == "money" else ""),
        "grouped": isinstance(widget, (RadioSelect, CheckboxSelectMultiple)),
        "ticked": isinstance(widget, CheckboxInput),
        "file": isinstance(widget, FileInput),
        "control": bound.as_widget(attrs={**KINDS.get(kind, {})}),
    }


@register.inclusion_tag("faces/parts/fields.html")
def fields(form: BaseForm) -> dict[str, Any]:
    """Every field of a form in its order, hidden ones too."""
    return {"form": form}


@register.inclusion_tag("faces/parts/errors.html")
def errors(form: BaseForm) -> dict[str, Any]:
    """The summary on top of a refused form: how many places, each a link to its field."""
    faults = [Fault(str(bound.label), str(message), bound.id_for_label or bound.auto_id) for bound in form for message in bound.errors]
    return {"faults": [*(Fault("", str(message), "") for message in form.non_field_errors()), *faults]}


@register.simple_tag
def choices(bound: BoundField) -> SafeString:
    """The options of a radio or checkbox group; "工资没发|按月的工资" gives an option its second line."""
    return format_html_join(
        "", '<label class="choice">{}{}</label>', ((option.tag(), _two_lines(option.choice_label)) for option in bound.subwidgets)
    )


@dataclass(frozen=True)
class Fault:
    label: str
    message: str
    anchor: str


def _two_lines(label: object) -> SafeString:
    first, _, second = str(label).partition("|")
    return format_html("<b>{}</b><small>{}</small>", first, second) if second else format_html("<b>{}</b>", first)
