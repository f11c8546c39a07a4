"""The desk's pages of partners: who takes part, by which way and keys."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from niangjia.base.calendar import chinese_date, today
from niangjia.core.access.actor import Actor
from niangjia.core.access.gate import page
from niangjia.core.access.request import Request
from niangjia.core.cases.forms import ReasonForm
from niangjia.core.exchange import actions, queries
from niangjia.core.exchange.forms import ChangeForm, EndForm, KeyForm, PartnerForm
from niangjia.core.exchange.models import Partner, PartnerKey
from niangjia.core.faces.confirming import confirmed
from niangjia.core.faces.shapes import Fact, Link
from niangjia.core.orgs.enums import PartnerKind

NOTED = "{}：已办好，记入留痕。"
TONES = {"在用": "ok", "待核对": "notice", "未到启用日": "info", "已到期": "", "已停用": "late"}


def address(partner: Partner) -> str:
    """The page of a partner."""
    return reverse("exchange:partner", args=[partner.code])


@page("exchange.view")
def partner_list(request: Request) -> HttpResponse:
    """Who takes part in the exchange, and our own keys."""
    rows = [(one, PartnerKind(one.kind).label) for one in queries.partners()]
    context = {"rows": rows, "own": list(queries.own_keys()), "may_manage": request.actor.may("exchange.manage")}
    return render(request, "exchange/partners.html", context)


@page("exchange.view")
def detail(request: Request, partner: str) -> HttpResponse:
    """One partner: how messages travel, its keys with their fingerprints."""
    found = get_object_or_404(queries.partners(), code=partner)
    facts = [
        Fact("类别", PartnerKind(found.kind).label), Fact("往来方式", found.get_transport_display()), Fact("对接工会", queries.works_with(found)),
        Fact("起", chinese_date(found.valid_from)), *([Fact("止", chinese_date(found.valid_to))] if found.valid_to else []),
        Fact("联系电话", found.contact),
    ]  # fmt: skip
    keys = [(key, TONES[key.standing]) for key in found.keys.order_by("-id")]
    crumbs = [Link("往来", reverse("exchange:list")), Link("往来单位", reverse("exchange:partners")), Link(found.name)]
    context = {"partner": found, "facts": facts, "keys": keys, "may_manage": request.actor.may("exchange.manage"), "crumbs": crumbs}
    return render(request, "exchange/partner.html", context)


@page("exchange.manage")
def add(request: Request) -> HttpResponse:
    """Let a body take part."""
    form = PartnerForm(request.POST or None, initial={"on": today()})
    return confirmed(
        request,
        form,
        lambda facts: actions.add_partner(by=request.actor, **facts),
        done=NOTED.format("登记往来单位"),
        to=address,
        heading="登记往来单位",
        what="从这天起，办案步骤里提交给它的，会按选的方式发出去",
        undo="可以随时停止",
        action="登记往来单位",
        back_url=reverse("exchange:partners"),
    )


@page("exchange.manage")
def own_key(request: Request) -> HttpResponse:
    """Make a new key pair of ours."""
    form = forms.Form(request.POST if request.method == "POST" else None)
    here = reverse("exchange:partners")
    return confirmed(
        request,
        form,
        lambda _: actions.make_key(by=request.actor),
        done=NOTED.format("换本方密钥"),
        to=here,
        heading="换本方密钥",
        what="生成一把新密钥，从现在起用它签名；旧的公钥还列着，对方用它核对以前的回执",
        undo="不能退回旧密钥",
        action="换本方密钥",
        back_url=here,
    )


@dataclass(frozen=True)
class Doable:
    """Something that may be done about a partner or a key, as a confirm page says it."""

    title: str
    what: str
    undo: str
    form: type[forms.Form]
    act: Callable[[Any, Actor, dict[str, Any]], Any]
    dangerous: bool = False


OF_PARTNERS = {
    "change": Doable(
        "改往来方式", "以后的往来件照新的方式走，已经发出的不变", "可以再改", ChangeForm,
        lambda partner, by, facts: actions.change_partner(partner, by=by, **facts),
    ),
    "end": Doable(
        "停止往来", "从这天起不再向它发，也不再收它的", "可以改回来", EndForm,
        lambda partner, by, facts: actions.change_partner(partner, by=by, **facts), dangerous=True,
    ),
    "key": Doable(
        "登记公钥", "另一位同事和对方核对指纹以后才算数", "可以停用", KeyForm,
        lambda partner, by, facts: actions.enter_key(partner, by=by, **facts),
    ),
}  # fmt: skip
OF_KEYS = {
    "confirm": Doable(
        "核对公钥", "你已经打电话和对方逐位核对过指纹。从现在起，用这把密钥签名的往来件都照办", "可以停用", forms.Form,
        lambda key, by, facts: actions.confirm_key(key, by=by),
    ),
    "revoke": Doable(
        "停用公钥", "从现在起，用这把密钥签名的一律不收", "不能恢复，可以登记新的", ReasonForm,
        lambda key, by, facts: actions.revoke_key(key, by=by, **facts), dangerous=True,
    ),
}  # fmt: skip


@page("exchange.manage")
def do(request: Request, partner: str, verb: str) -> HttpResponse:
    """Ask for the facts of one verb about a partner, and do it."""
    found, doable = get_object_or_404(queries.partners(), code=partner), OF_PARTNERS.get(verb)
    if doable is None:
        raise Http404
    initial = {name: getattr(found, name) for name in ("transport", "endpoint", "address", "contact")} | {
        "valid_from": today(),
        "valid_to": None,
    }
    form = doable.form(request.POST if request.method == "POST" else None, initial=initial)
    return _done(request, form, doable, found, address(found), found.name)


@page("exchange.manage")
def do_key(request: Request, key_id: str, verb: str) -> HttpResponse:
    """Confirm or revoke a key."""
    key, doable = get_object_or_404(PartnerKey.objects.select_related("partner"), key_id=key_id), OF_KEYS.get(verb)
    if doable is None:
        raise Http404
    form = doable.form(request.POST if request.method == "POST" else None)
    whom = f"{key.partner.name}，{key.key_id}，指纹 {key.fingerprint}"
    return _done(request, form, doable, key, address(key.partner), whom)


def _done(request: Request, form: forms.Form, doable: Doable, what: Partner | PartnerKey, here: str, whom: str) -> HttpResponse:
    """The confirm page of one verb about a partner or a key, which leads back to the partner's page."""
    return confirmed(
        request,
        form,
        lambda facts: doable.act(what, request.actor, facts),
        done=NOTED.format(doable.title),
        to=here,
        heading=doable.title,
        what=doable.what,
        to_how_many=whom,
        undo=doable.undo,
        action=doable.title,
        back_url=here,
        dangerous=doable.dangerous,
    )
