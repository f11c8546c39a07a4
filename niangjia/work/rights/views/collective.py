"""Everybody in a collective case with their sums: the table, and what may be done about it."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from niangjia.base.calendar import today
from niangjia.core.access.actor import Actor
from niangjia.core.access.gate import page
from niangjia.core.access.queries import visible
from niangjia.core.access.request import Request
from niangjia.core.cases.enums import Part
from niangjia.core.cases.models import Case
from niangjia.core.cases.queries import parties_of, reaches, readable
from niangjia.core.faces.fields import DayField, show_refusal
from niangjia.core.faces.listing import Column, Empty, Filter, Listing
from niangjia.core.faces.shapes import BigNumber, Link
from niangjia.core.people.models import Person
from niangjia.work.rights import actions, joint, sharesheet
from niangjia.work.rights.models import Share
from niangjia.work.rights.queries import received_by_person, settlement_of

WORK = "rights.mediate"
Said = dict[str, Any]


def seen(request: Request, code: str) -> Case:
    """The dispute with this code if the reader may read it; else 404."""
    return get_object_or_404(readable(request.actor), code=code, line="rights", flow="dispute")


def codes(text: str) -> list[str]:
    """Register codes as people type them, one after another."""
    return text.replace("、", " ").replace("，", " ").replace(",", " ").split()


class LinesField(forms.CharField):
    """A code and a sum on each line: «330212000000017 7120». Cleans to code → sum or None."""

    widget = forms.Textarea(attrs={"rows": 8})

    def clean(self, value: Any) -> dict[str, Decimal | None]:
        found: dict[str, Decimal | None] = {}
        for number, line in enumerate(super().clean(value).splitlines(), 1):
            words = line.replace("，", " ").replace("\t", " ").split()
            if not words:
                continue
            try:
                amount = Decimal(words[1].replace(",", "").removesuffix("元")).quantize(Decimal("0.01")) if len(words) > 1 else None
            except InvalidOperation:
                raise forms.ValidationError(f"第 {number} 行看不懂：“{line.strip()}”。写成 编号 金额") from None
            if words[0] in found:
                raise forms.ValidationError(f"第 {number} 行：{words[0]} 写了两遍")
            found[words[0]] = amount
        return found


class AddForm(forms.Form):
    """Who joins, with what claim."""

    lines = LinesField(label="谁，主张多少", help_text="一行一人：会员编号 金额；金额可以先空着")


class FileForm(forms.Form):
    """A sheet with a row for each."""

    file = forms.FileField(label="表格", help_text="XLSX、XLS 或 CSV，一行一人；表头随便写：编号或身份证号、姓名、主张、说定、到账")
    proof_note = forms.CharField(label="到账凭证", required=False, max_length=120, help_text="表里有“到账”一列时写")


class AgreeForm(forms.Form):
    """What each gets by the paper in force."""

    lines = LinesField(label="每人说定多少", required=False, help_text="一行一人：会员编号 金额；合计要和文书一分不差")
    out = forms.CharField(label="没有签的人", required=False, help_text="会员编号；另行主张，不算在这份文书里", max_length=2000)


class ReceiveForm(forms.Form):
    """What reached whom."""

    everything = forms.BooleanField(label="每人都按说定的金额到账了", required=False)
    lines = LinesField(label="或者逐人写", required=False, help_text="一行一人：会员编号 金额")
    proof_note = forms.CharField(label="凭证", max_length=120, help_text="银行批量代发回单号，或签收表")
    on = DayField(label="到账日期")


class RepresentativesForm(forms.Form):
    """Who speaks for all."""

    persons = forms.CharField(label="推举谁", max_length=200, help_text="3 至 5 名，会员编号，用空格隔开")


@dataclass(frozen=True)
class Act:
    """Something done about the workers of a case: words, form and verb."""

    title: str
    icon: str
    form: type[forms.Form]
    act: Callable[[Case, Actor, Said], str]
    what: str
    undo: str


def _inside(case: Case) -> dict[str, Person]:
    return {row.person.code: row.person for row in joint.shares_of(case)}


def _named(case: Case, by: Actor, wanted: list[str], field: str) -> dict[str, Person]:
    """Persons by code, among those the reader may see and those in the case."""
    found = {person.code: person for person in visible(by, Person.objects.filter(code__in=wanted), "people.view")}
    found |= {party.person.code: party.person for party in parties_of(case) if party.person and party.person.code in wanted}
    if missing := [code for code in wanted if code not in found]:
        raise ValidationError({field: f"找不到这些编号，或者不在管辖范围内：{'、'.join(missing[:10])}"})
    return found


def _add(case: Case, by: Actor, said: Said) -> str:
    found = _named(case, by, list(said["lines"]), "lines")
    parts = [actions.Worker(found[code], amount) for code, amount in said["lines"].items()]
    new = actions.add_workers(case, parts=parts, by=by)
    return f"新加 {new} 人，写好 {len(parts)} 行。"


def _agree(case: Case, by: Actor, said: Said) -> str:
    found, out = _inside(case), codes(said["out"])
    if strange := [code for code in [*said["lines"], *out] if code not in found]:
        raise ValidationError({"lines": f"这些编号不在表里：{'、'.join(strange[:10])}"})
    agreed = {found[code].pk: amount or Decimal(0) for code, amount in said["lines"].items()}
    number = actions.agree_shares(case, agreed=agreed, stays_out=frozenset(found[code].pk for code in out), by=by)
    return f"{number} 人的金额和文书对上了。"


def _receive(case: Case, by: Actor, said: Said) -> str:
    rows, before = joint.shares_of(case), received_by_person(case)
    if said["everything"]:
        wanted = {row.person_id: row.agreed - before.get(row.person_id, Decimal(0)) for row in rows if row.agreed}
    else:
        known = {row.person.code: row.person_id for row in rows}
        if strange := [code for code in said["lines"] if code not in known]:
            raise ValidationError({"lines": f"这些编号不在表里：{'、'.join(strange[:10])}"})
        wanted = {known[code]: amount for code, amount in said["lines"].items() if amount}
    wanted = {person: amount for person, amount in wanted.items() if amount > 0}
    if not wanted:
        raise ValidationError("没有要登记的到账。")
    total = actions.receive_shares(case, received=wanted, proof_note=said["proof_note"], by=by, on=said["on"])
    return f"{len(wanted)} 人到账，合计 {total:,} 元。"


def _represent(case: Case, by: Actor, said: Said) -> str:
    wanted = codes(said["persons"])
    found = _named(case, by, wanted, "persons")
    rows = actions.elect_representatives(case, persons=[found[code] for code in dict.fromkeys(wanted)], by=by)
    return f"推举了 {len(rows)} 名代表。"


@transaction.atomic
def _import(case: Case, by: Actor, said: Said) -> str:
    lines, faults = sharesheet.read(said["file"], by, frozenset(case.persons))
    if faults:
        raise ValidationError({"file": [*faults[:30], *([f"还有 {len(faults) - 30} 行。"] if len(faults) > 30 else [])]})
    if not lines:
        raise ValidationError({"file": "表里没有数据行。"})
    new = actions.add_workers(case, parts=[actions.Worker(line.person, line.sums.get("claimed")) for line in lines], by=by)
    words = [f"读了 {len(lines)} 行，新加 {new} 人。"]
    if any("agreed" in line.sums for line in lines):
        listed = {line.person.pk: line.sums["agreed"] for line in lines if "agreed" in line.sums}
        out = frozenset(row.person_id for row in joint.shares_of(case) if row.person_id not in listed)
        actions.agree_shares(case, agreed=listed, stays_out=out, by=by)
        words.append(f"{len(listed)} 人的金额和文书对上了" + (f"，{len(out)} 人没有签。" if out else "。"))
    if received := {line.person.pk: line.sums["received"] for line in lines if line.sums.get("received")}:
        total = actions.receive_shares(case, received=received, proof_note=said["proof_note"], by=by)
        words.append(f"{len(received)} 人到账，合计 {total:,} 元。")
    return "".join(words)


ACTS = {
    "add": Act("加人", "user-plus", AddForm, _add, "写进本案，每人一行；本人在手机上看得到进展", "可以分案分出去"),
    "import": Act("从表格导入", "file-import", FileForm, _import, "按表头认列，一行一人；有一行不对，全部不写", "登记错的到账可以冲销"),
    "agree": Act("写每人说定的金额", "list-numbers", AgreeForm, _agree, "每人合计必须等于生效文书的金额，差一分也不存", "可以重写"),
    "receive": Act("登记每人到账", "coins", ReceiveForm, _receive, "每人一笔到账，附同一份凭证；谁也不会超过说定的", "登记错的可以冲销"),
    "represent": Act("推举代表", "users-group", RepresentativesForm, _represent, "10 人以上有共同请求的，推举 3 至 5 名代表参加（调解仲裁法第七条、浙江调解仲裁条例第四十条）", "可以重新推举"),
}  # fmt: skip


def acts_of(actor: Actor, case: Case) -> list[Link]:
    """What the reader may do about the workers of this case."""
    if not (case.is_open and actor.may(WORK) and reaches(actor, case)):
        return []
    return [Link(one.title, reverse("rights:people-do", args=[case.code, name]), icon=one.icon) for name, one in ACTS.items()]


def _columns(case: Case) -> tuple[Column, ...]:
    received = received_by_person(case)
    speakers = {party.person_id for party in parties_of(case) if party.part == Part.REPRESENTATIVE and party.until is None}

    def got(row: Share) -> Decimal:
        return received.get(row.person_id, Decimal("0.00"))

    def left(row: Share) -> Decimal | None:
        return row.agreed - got(row) if row.agreed is not None else None

    return (
        Column("code", "编号", lambda row: row.person.code),
        Column("name", "姓名", lambda row: row.person.name),
        Column("part", "代表", lambda row: "代表" if row.person_id in speakers else ""),
        Column("claimed", "主张（元）", lambda row: row.claimed, numeric=True, order="claimed"),
        Column("agreed", "说定（元）", lambda row: "没有签" if row.stays_out else row.agreed, numeric=True, order="agreed"),
        Column("received", "到手（元）", got, numeric=True),
        Column("left", "还差（元）", left, numeric=True),
    )  # fmt: skip


@page("rights.view")
def people(request: Request, code: str) -> HttpResponseBase:
    """Everybody in the case: claimed, agreed, received; together, and whether it comes out even."""
    case = seen(request, code)
    rows, paper = joint.shares_of(case), settlement_of(case)
    listing = Listing(
        request, Share.objects.filter(case=case).select_related("person"), _columns(case), title=f"{code} 每人一行", unit="人",
        may_export=request.actor.may("cases.export") or request.actor.may(WORK), row_key=lambda row: str(row.person.code),
        filters=[Filter("out", "签了没有", [("no", "签了"), ("yes", "没有签")], lambda found, out: found.filter(stays_out=out == "yes"))],
        empty=Empty("还没有每人一行的表", "加人，或者从表格导入。"),
    )  # fmt: skip
    agreed = sum((row.agreed or Decimal(0) for row in rows), Decimal(0))
    sums = [
        BigNumber("人数", len(rows), "人", exact=True),
        BigNumber("主张", sum((row.claimed or Decimal(0) for row in rows), Decimal(0)), exact=True),
        BigNumber("说定", agreed, exact=True), BigNumber("到手", sum(received_by_person(case).values(), Decimal(0)), tone="ok", exact=True),
    ]  # fmt: skip
    gap = paper.amount - agreed if paper else None
    context = {"case": case, "list": listing, "sums": sums, "paper": paper, "gap": gap, "acts": acts_of(request.actor, case)}
    return listing.file() or render(request, "rights/people.html", context)


@page(WORK)
def people_do(request: Request, code: str, act: str) -> HttpResponse:
    """Ask for the facts of one act, say what will happen, and do it."""
    case, one = seen(request, code), ACTS.get(act)
    if one is None or not acts_of(request.actor, case):
        raise Http404
    initial = {"on": today(), "lines": _prefilled(case) if act == "agree" else ""}
    form = one.form(request.POST, request.FILES, initial=initial) if request.method == "POST" else one.form(initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            done = one.act(case, request.actor, dict(form.cleaned_data))
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, done)
            return redirect("rights:people", code=code)
    context = {"case": case, "act": one, "form": form, "back_url": reverse("rights:people", args=[code])}
    return render(request, "rights/people_do.html", context, status=422 if form.errors else 200)


def _prefilled(case: Case) -> str:
    """A line for each worker: what was agreed, else what is claimed."""
    rows = (row for row in joint.shares_of(case) if not row.stays_out)
    return "\n".join(f"{row.person.code} {row.agreed if row.agreed is not None else row.claimed or ''}".rstrip() for row in rows)
