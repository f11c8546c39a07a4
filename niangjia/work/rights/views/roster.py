"""The desk's pages of the roster: who helps, entered, changed, ended; whom they are tied to; what stages are paid."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from niangjia.base.calendar import chinese_date, today
from niangjia.base.chinese import mask_bank
from niangjia.base.sealing import blind
from niangjia.core.access.gate import page
from niangjia.core.access.queries import visible
from niangjia.core.access.request import Request
from niangjia.core.faces.confirming import confirmed
from niangjia.core.faces.listing import Column, Empty, Filter, Listing
from niangjia.core.faces.shapes import Fact, Link
from niangjia.core.orgs.models import Organisation
from niangjia.work.rights import actions, rostersheet
from niangjia.work.rights.aiding import rate_for
from niangjia.work.rights.enums import AidForm, HelperKind, Kind, Language
from niangjia.work.rights.helping import loads, on_roster
from niangjia.work.rights.models import HELPER_NAME, FeeRate, Helper
from niangjia.work.rights.roster_forms import EndForm, EnlistForm, FileForm, HelperForm, RateForm, TieForm
from niangjia.work.rights.views.asking import employer_or_name

ROSTER = "rights.aid"
SAID = ("kind", "firm", "licence", "account", "towns", "languages", "capacity", "published", "name", "payee", "bank")
"""What the form asks and the roster shows again; an account number is only written anew."""


def address(helper: Helper) -> str:
    """The page of somebody on the roster."""
    return reverse("rights:helper", args=[helper.code])


def _fields(helper: Helper) -> str:
    return "、".join(Kind(kind).label.split("（")[0] for kind in helper.fields)


COLUMNS = (
    Column("code", "编号", lambda helper: helper.code, url=address, order="code"),
    Column("name", "姓名", lambda helper: helper.name),
    Column("kind", "类别", lambda helper: helper.get_kind_display(), order="kind"),
    Column("firm", "所在机构", lambda helper: helper.firm, order="firm_key"),
    Column("fields", "擅长", _fields),
    Column("load", "手上", lambda helper: f"{helper.load} / {helper.capacity}", numeric=True),
    Column("turn", "上次轮到", lambda helper: helper.last_offered_on, order="last_offered_on"),
    Column("languages", "语言", lambda helper: "、".join(Language(one).label for one in helper.languages), optional=True),
    Column("published", "公布", lambda helper: "是" if helper.published else "否", optional=True),
    Column("since", "聘任起", lambda helper: helper.valid_from, order="valid_from", optional=True),
    Column("until", "聘任止", lambda helper: helper.valid_to, order="valid_to", optional=True),
)


def _stand(rows: QuerySet[Helper], stand: str) -> QuerySet[Helper]:
    return rows.filter(pk__in=on_roster(today())) if stand == "now" else rows.exclude(pk__in=on_roster(today()))


def _searched(rows: QuerySet[Helper], q: str) -> QuerySet[Helper]:
    by_name = rows.filter(name_index=blind(q.strip(), HELPER_NAME))
    return by_name | rows.filter(firm__icontains=q) | rows.filter(code__iexact=q.strip())


def _with_loads(rows: Any) -> None:
    busy = loads(today())
    for helper in rows:
        helper.load = busy.get(helper.pk, 0)


@page(ROSTER)
def helpers(request: Request) -> HttpResponseBase:
    """Everybody on the roster."""
    filters = [
        Filter("stand", "聘任", (("now", "在聘"), ("ended", "已结束")), _stand, default="now"),
        Filter("kind", "类别", HelperKind.choices, lambda rows, kind: rows.filter(kind=kind)),
        Filter("field", "擅长", Kind.choices, lambda rows, kind: rows.filter(fields__contains=[kind]), more=True),
        Filter("language", "语言", Language.choices, lambda rows, said: rows.filter(languages__contains=[said]), more=True),
    ]
    listing = Listing(
        request, visible(request.actor, Helper.objects.all(), ROSTER), COLUMNS, title="调解员、律师名册", unit="人", filters=filters, search=_searched,
        search_hint="姓名、机构、编号", order="code", may_export=True, prepare=_with_loads, discreet=True,
        empty=Empty("名册还是空的", "先把调解员和律师列进来，才能排班和指派。", reverse("rights:helper-new"), "列入名册"),
    )  # fmt: skip
    if request.method == "POST":
        return redirect(reverse("rights:helpers") + listing.asked)
    return listing.file() or render(request, "rights/helpers.html", {"list": listing})


def _own_org(request: Request) -> str:
    return Organisation.objects.filter(pk=request.actor.org_id or 0).values_list("name", flat=True).first() or ""


def _columns(data: dict[str, Any]) -> dict[str, Any]:
    """The form's answers as the verbs take them."""
    said = {key: data[key] for key in (*SAID, "phone", "account_number")}
    return said | {"fields": data["fields_of_work"]}


@page(ROSTER)
def enlist(request: Request) -> HttpResponse:
    """Put somebody on the roster."""
    form = EnlistForm(request.POST or None, initial={"org": _own_org(request), "valid_from": today()})
    return confirmed(
        request, form,
        lambda data: actions.enlist(org=data["org"], valid_from=data["valid_from"], by=request.actor, **_columns(data)),
        done=lambda helper: f"已列入名册，编号 {helper.code}。", to=address, heading="列入名册", what="可以排班、指派；公布的，职工在手机上看得到姓名和机构",
        to_how_many="1 人", undo="随时可以改、可以结束聘任", action="列入", back_url=reverse("rights:helpers"),
    )  # fmt: skip


@page(ROSTER)
def import_helpers(request: Request) -> HttpResponse:
    """Put everybody of a workbook on the roster: all rows, or none and what is wrong with each."""
    form = FileForm(request.POST or None, request.FILES or None, initial={"org": _own_org(request)})
    back = reverse("rights:helpers")
    return confirmed(
        request, form, lambda data: _imported(request, data), done=lambda n: f"列入 {n[0]} 人，已经在名册里的 {n[1]} 人没有动。", to=lambda _: back,
        heading="从表格列入名册", what="按表头认列，一行一人；有一行不对，全部不写，说明哪一行", to_how_many="一张表", undo="可以改、可以结束聘任", action="导入",
        back_url=back,
    )  # fmt: skip


@transaction.atomic
def _imported(request: Request, data: dict[str, Any]) -> tuple[int, int]:
    lines, faults = rostersheet.read(data["file"], today())
    if faults:
        raise ValidationError({"file": [*faults[:30], *([f"还有 {len(faults) - 30} 行。"] if len(faults) > 30 else [])]})
    if not lines:
        raise ValidationError({"file": "表里没有数据行。"})
    return actions.enlist_many([line.facts for line in lines], org=data["org"], by=request.actor)


def _found(request: Request, code: str) -> Helper:
    return get_object_or_404(visible(request.actor, Helper.objects.select_related("org", "account"), ROSTER), code=code)


@page(ROSTER)
def helper(request: Request, helper: str) -> HttpResponse:
    """Somebody on the roster: facts, ties, matters in hand and done."""
    found = _found(request, helper)
    towns = Organisation.objects.filter(pk__in=found.towns).order_by("pinyin").values_list("short_name", flat=True)
    facts = [
        Fact("类别", found.get_kind_display()), Fact("所在机构", found.firm), Fact("执业证号", found.licence or "—"), Fact("擅长", _fields(found) or "没有写"),
        Fact("镇街", "、".join(towns) or "全区"), Fact("语言", "、".join(Language(one).label for one in found.languages) or "没有写"),
        Fact("账号", found.account.username if found.account else "没有，由窗口登记"), Fact("最多", f"{found.capacity} 件"),
        Fact("补贴付到", f"{found.paid_to}，{found.bank or '没有写开户行'}，{mask_bank(found.account_number)}" if found.account_number else "没有登记账号，补贴付不出去"),
        Fact("聘任", f"{chinese_date(found.valid_from)}起{f'，到{chinese_date(found.valid_to)}' if found.valid_to else ''}"),
    ]  # fmt: skip
    context = {
        "helper": found, "facts": facts, "ties": list(found.ties.order_by("-since")), "crumbs": [Link("名册", reverse("rights:helpers")), Link(found.code)],
        "mandates": list(found.mandates.select_related("case").order_by("-offered_on", "-id")[:50]),
    }  # fmt: skip
    return render(request, "rights/helper.html", context)


@page(ROSTER)
def change_helper(request: Request, helper: str) -> HttpResponse:
    """Correct what the roster says."""
    found = _found(request, helper)
    known = {key: getattr(found, key) for key in (*SAID, "phone")}
    form = HelperForm(request.POST or None, initial=known | {"fields_of_work": found.fields})
    return confirmed(
        request, form, lambda data: actions.change_helper(found, by=request.actor, **_columns(data)), done=lambda _: "名册已改。",
        to=lambda _: address(found), heading=f"改名册：{found.code}", what="名册改成这样", to_how_many="1 人", undo="可以再改", action="保存",
        back_url=address(found),
    )  # fmt: skip


@page(ROSTER)
def end_helper(request: Request, helper: str) -> HttpResponse:
    """Somebody is no longer on the roster."""
    found = _found(request, helper)
    form = EndForm(request.POST or None, initial={"on": today()})
    return confirmed(
        request, form, lambda data: actions.end_helper(found, by=request.actor, **data), done=lambda _: "已移出名册。", to=lambda _: address(found),
        heading=f"结束聘任：{found.code}", what="从这天起不再排班、不再指派，手机上不再公布；办过的案件不变", to_how_many="1 人",
        undo="可以重新列入", action="结束聘任", dangerous=True, back_url=address(found),
    )  # fmt: skip


@page(ROSTER)
def declare_tie(request: Request, helper: str) -> HttpResponse:
    """Somebody is tied to an employer."""
    found = _found(request, helper)
    form = TieForm(request.POST or None, initial={"since": today()})

    def act(data: dict[str, Any]) -> Any:
        employer, name = employer_or_name(data.pop("employer"))
        return actions.declare_tie(found, by=request.actor, employer=employer, employer_name=name, **data)

    return confirmed(
        request, form, act, done=lambda _: "已登记，以后指派时自动回避。", to=lambda _: address(found), heading=f"登记利害关系：{found.code}",
        what="以后有这家单位的案件，这个人（和全所）不能指派", to_how_many="1 条", undo="写错了再登记一条止日，历史留着", action="登记", back_url=address(found),
    )  # fmt: skip


@page(ROSTER)
def rates(request: Request) -> HttpResponse:
    """What every stage is paid, today and before."""
    day: date = today()
    rows = [(AidForm(form).label, rate_for(form, day)) for form in AidForm.values]
    return render(request, "rights/rates.html", {"rows": rows, "all": list(FeeRate.objects.order_by("form", "-valid_from"))})


@page(ROSTER)
def set_rate(request: Request) -> HttpResponse:
    """What one stage is paid from a day on."""
    form = RateForm(request.POST or None, initial={"valid_from": today()})
    back = reverse("rights:rates")
    return confirmed(
        request, form, lambda data: actions.set_fee_rate(by=request.actor, **data), done=lambda _: "标准已录入。", to=lambda _: back, heading="录入补贴标准",
        what="从这天起决定援助的，按这个数核算", to_how_many="1 个环节", undo="不能改，可以从新的一天起另录一条", action="录入", back_url=back,
    )  # fmt: skip
