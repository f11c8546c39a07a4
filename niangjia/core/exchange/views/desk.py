"""The desk's pages of messages: the list, one message, and what may be done about it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from niangjia.base.calendar import chinese_date, today
from niangjia.base.chinese import clean_text
from niangjia.core.access.actor import Actor
from niangjia.core.access.gate import page
from niangjia.core.access.request import Request
from niangjia.core.access.rules import require
from niangjia.core.cases.forms import ReasonForm
from niangjia.core.exchange import actions, queries
from niangjia.core.exchange.enums import Direction, State, Transport
from niangjia.core.exchange.forms import PostForm, ReadForm
from niangjia.core.exchange.kinds import incomings, outgoings, title_of
from niangjia.core.exchange.models import Message
from niangjia.core.exchange.showing import shown
from niangjia.core.exchange.views.tones import age, due_tone, tone
from niangjia.core.faces.confirming import confirmed
from niangjia.core.faces.fields import show_refusal
from niangjia.core.faces.listing import Column, Days, Empty, Filter, Listing
from niangjia.core.faces.shapes import Fact, Link

WORK = "exchange.work"
WAITING = (State.QUEUED, State.PARKED, State.DEAD, State.REJECTED, State.REFUSED)


def address(message: Message) -> str:
    """The page of a message."""
    return reverse("exchange:detail", args=[message.number])


def _case_url(message: Message) -> str:
    return reverse("cases:detail", args=[message.case.code]) if message.case else ""


COLUMNS = (
    Column("number", "往来号", lambda one: one.number, url=address, order="id"),
    Column("direction", "方向", lambda one: one.get_direction_display()),
    Column("kind", "种类", lambda one: title_of(one.kind)),
    Column("partner", "往来单位", lambda one: one.partner.name, order="partner__name"),
    Column("case", "案件", lambda one: one.case.code if one.case else "", url=_case_url),
    Column("state", "状态", lambda one: one.get_state_display(), tone=tone),
    Column("transport", "方式", lambda one: one.get_transport_display()),
    Column("made", "日期", lambda one: one.made_on, order="made_on"),
    Column("due", "答复期限", lambda one: one.due_on, order="due_on", tone=due_tone),
    Column("age", "几天了", age, numeric=True, optional=True),
    Column("attempts", "发了几次", lambda one: one.attempts, numeric=True, optional=True),
    Column("their", "对方单号", lambda one: one.their_number, optional=True),
)
VIEWS = (
    Link("全部", "?"),
    Link("没有办妥的", "?stand=waiting"),
    Link("发出的", "?direction=out"),
    Link("收到的", "?direction=in"),
    Link("等对方答复", "?stand=unanswered"),
    Link("等我们答复", "?stand=ours"),
)


def _of_stand(rows: QuerySet[Message], stand: str) -> QuerySet[Message]:
    match stand:
        case "waiting":
            return rows.filter(state__in=WAITING)
        case "unanswered":
            return rows.filter(direction=Direction.OUT, due_on__isnull=False, state__in=(State.SENT, State.ACKNOWLEDGED), answered_by=None)
        case _:
            return rows.filter(direction=Direction.IN, due_on__isnull=False, state=State.APPLIED, answered_by=None)


def _filters() -> list[Filter]:
    kinds = {name: title_of(name) for name in (*outgoings(), *incomings())}
    partners = [(one.code, one.name) for one in queries.partners()]
    return [
        Filter("stand", "进度", (("waiting", "没有办妥"), ("unanswered", "等对方答复"), ("ours", "等我们答复")), _of_stand),
        Filter("direction", "方向", Direction.choices, lambda rows, value: rows.filter(direction=value)),
        Filter("state", "状态", State.choices, lambda rows, value: rows.filter(state=value)),
        Filter("partner", "往来单位", partners, lambda rows, value: rows.filter(partner__code=value)),
        Filter("kind", "种类", list(kinds.items()), lambda rows, value: rows.filter(kind=value), more=True),
        Filter("transport", "方式", Transport.choices, lambda rows, value: rows.filter(transport=value), more=True),
    ]


def _found(rows: QuerySet[Message], q: str) -> QuerySet[Message]:
    text = clean_text(q)
    return rows.filter(Q(number__iexact=text) | Q(case__code__iexact=text) | Q(their_number=text) | Q(letter=text) | Q(parcel__code=text))


@page("exchange.view")
def message_list(request: Request) -> HttpResponseBase:
    """Every message the reader may see, the newest first."""
    listing = Listing(
        request, queries.messages(request.actor), COLUMNS, title="往来", unit="件", filters=_filters(), search=_found,
        search_hint="往来号、案号、对方单号、函号", order="-id", views=VIEWS, days=(Days("made", "日期", "made_on"),),
        may_export=request.actor.may("cases.export"), row_key=lambda one: one.number,
        empty=Empty("还没有往来", "向仲裁、法院提交的，它们答复的，都会列在这里。"),
    )  # fmt: skip
    return listing.file() or render(request, "exchange/list.html", {"list": listing, "may_work": request.actor.may(WORK)})


def seen(request: Request, number: str) -> Message:
    """The message with this number if the reader may see it; else 404."""
    return get_object_or_404(queries.messages(request.actor).select_related("parcel", "answers", "scan"), number=number)


@page("exchange.view")
def detail(request: Request, number: str) -> HttpResponse:
    """One message: what it says, how it stands, every attempt, the receipt and whether signatures hold."""
    message = seen(request, number)
    context = {
        "message": message, "title": title_of(message.kind), "tone": tone(message), "facts": _facts(message), "said": shown(message),
        "tries": list(message.tries.order_by("id")), "receipt": message.receipt, "check": queries.signature_of(message),
        "answers": list(message.answered_by.order_by("id")), "doables": _doables(request.actor, message), "letter": queries.letter_of(message),
        "crumbs": [Link("往来", reverse("exchange:list")), Link(title_of(message.kind)), Link(message.number)],
    }  # fmt: skip
    return render(request, "exchange/detail.html", context)


def _facts(message: Message) -> list[Fact]:
    facts = [
        Fact(message.get_direction_display(), chinese_date(message.made_on)),
        Fact("往来单位", message.partner.name),
        Fact("方式", message.get_transport_display()),
        Fact("案件", message.case.code if message.case else "", _case_url(message)),
    ]
    optional = (("对方单号", message.their_number), ("函号", message.letter), ("数据包", message.parcel.code if message.parcel else ""))
    facts += [Fact(label, value) for label, value in optional if value]
    if message.answers:
        facts.append(Fact("答复的是", message.answers.number, address(message.answers)))
    if message.due_on:
        facts.append(Fact("答复期限", chinese_date(message.due_on)))
    return facts


@dataclass(frozen=True)
class Doable:
    """Something that may be done about a message, as a confirm page says it."""

    title: str
    icon: str
    what: str
    undo: str
    form: type[forms.Form]
    act: Callable[[Message, Actor, dict[str, Any]], Any]
    when: Callable[[Message], bool]
    dangerous: bool = False


def _is_open(message: Message) -> bool:
    return message.direction == Direction.OUT and message.state in (State.QUEUED, State.DEAD) and message.transport == Transport.API


DOABLES = {
    "resend": Doable(
        "重发", "refresh", "马上再发一次。幂等键不变：对方已经收过的，只会再回一次同样的回执", "重发不会重复立案", forms.Form,
        lambda message, by, facts: actions.resend(message, by=by), _is_open,
    ),
    "post": Doable(
        "登记寄出", "send", "公函已经寄出或送到；盖章的回执回来，扫描归档，就算对方收到", "写错了可以在案件里记一笔更正", PostForm,
        lambda message, by, facts: actions.post_letter(message, by=by, **facts),
        lambda message: message.transport == Transport.PAPER and message.direction == Direction.OUT and message.state == State.QUEUED,
    ),
    "stop": Doable(
        "停发", "player-stop", "不再发送；这件事改走别的路，请写明改走哪一条", "停发以后还可以重发", ReasonForm,
        lambda message, by, facts: actions.stop(message, by=by, **facts),
        lambda message: message.direction == Direction.OUT and message.state == State.QUEUED, dangerous=True,
    ),
}  # fmt: skip


def _doables(actor: Actor, message: Message) -> list[Link]:
    if not actor.may(WORK):
        return []
    links = [
        Link(one.title, reverse("exchange:do", args=[message.number, key]), icon=one.icon)
        for key, one in DOABLES.items()
        if one.when(message)
    ]
    if message.direction == Direction.OUT and message.case and message.case.is_open:
        links.append(Link("登记来函", reverse("exchange:reply", args=[message.number]), icon="mail-opened"))
    return [*links, Link("看全文", reverse("exchange:do", args=[message.number, "read"]), icon="eye")]


@page("exchange.view")
def do(request: Request, number: str, verb: str) -> HttpResponse:
    """Say what will happen, and do it."""
    message = seen(request, number)
    require(request.actor, WORK)
    if verb == "read":
        return _read(request, message)
    doable = DOABLES.get(verb)
    if doable is None or not doable.when(message):
        raise Http404
    form = doable.form(request.POST if request.method == "POST" else None, initial={"on": today()})
    return confirmed(
        request,
        form,
        lambda data: doable.act(message, request.actor, data),
        done=f"{doable.title}：已办好，记入留痕。",
        to=address(message),
        heading=f"{doable.title}：{message.number}",
        what=doable.what,
        to_how_many=f"1 件：{title_of(message.kind)}，{message.partner.name}",
        undo=doable.undo,
        action=doable.title,
        dangerous=doable.dangerous,
        back_url=address(message),
    )


def _read(request: Request, message: Message) -> HttpResponse:
    """The whole message, after a reason was given; leaves a trail."""
    form, said = ReadForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            actions.read_whole(message, by=request.actor, reason=form.cleaned_data["reason"])
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            said = shown(message, whole=True)
    context = {"message": message, "title": title_of(message.kind), "form": form, "said": said, "back_url": address(message)}
    return render(request, "exchange/read.html", context, status=422 if form.errors else 200)
