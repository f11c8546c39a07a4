"""The joint queue of the bodies in the governance centre, and the hand-over of one case."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from niangjia.base.calendar import today
from niangjia.core.access.actor import Actor
from niangjia.core.access.gate import page
from niangjia.core.access.request import Request
from niangjia.core.cases.models import Case
from niangjia.core.cases.queries import readable
from niangjia.core.faces.confirming import confirmed
from niangjia.core.faces.fields import DayField, show_refusal
from niangjia.core.faces.listing import Column, Empty, Filter, Listing
from niangjia.core.faces.shapes import Link
from niangjia.work.rights import actions, joint
from niangjia.work.rights.elements import ElementsForm, known_of, questions_of
from niangjia.work.rights.enums import JointBasis, Kind
from niangjia.work.rights.models import Elements, Holding, Joint

UNION = "union"


def tabs(active: str) -> list[Link]:
    """The pages of working together, one of them open."""
    pages = {
        "queue": ("联合队列", "joint"),
        "rooms": ("共享房间", "rooms"),
        "duty": ("联合值班", "duty"),
        "meetings": ("联席会议", "meetings"),
    }
    return [Link(title, reverse(f"rights:{name}"), active=key == active) for key, (title, name) in pages.items()]


def _holding(row: Joint) -> Holding | None:
    return joint.holding_of(row)


def _who(row: Joint) -> str:
    now = _holding(row)
    return (now.body.name if now.body else joint.OURS) if now else f"已出列：{row.result}"


def _receipt(row: Joint) -> str:
    now = _holding(row)
    if now is None:
        return ""
    if now.received_on:
        return "已签收"
    return "逾期没有签收" if now.receipt_due_on and now.receipt_due_on < today() else "等签收"


def _tone(row: Joint) -> str:
    return {"逾期没有签收": "late", "等签收": "notice", "已签收": "ok"}.get(_receipt(row), "")


COLUMNS = (
    Column("code", "案号", lambda row: row.case.code, url=lambda row: reverse("cases:detail", args=[row.case.code]), order="case__code"),
    Column("title", "案由", lambda row: row.case.title),
    Column("kinds", "争议", lambda row: "、".join(Kind(kind).label for kind in row.case.dispute.kinds), optional=True),
    Column("holder", "谁在办", _who),
    Column("since", "从哪天起", lambda row: now.sent_on if (now := _holding(row)) else row.left_on),
    Column("sent_by", "谁交出", lambda row: now.sent_by_name if (now := _holding(row)) else ""),
    Column("receipt", "签收", _receipt, tone=_tone),
    Column("due", "办理期限", lambda row: now.due_on if (now := _holding(row)) else None),
    Column("asked", "请办什么", lambda row: now.asked if (now := _holding(row)) else "", optional=True),
    Column("result", "结果", lambda row: row.result, optional=True),
    Column("entered", "进入队列", lambda row: row.entered_on, order="entered_on", optional=True),
)


def _of_stand(rows: QuerySet[Joint], stand: str) -> QuerySet[Joint]:
    current = Holding.objects.filter(ended_on__isnull=True)
    match stand:
        case "open":
            return rows.filter(left_on__isnull=True)
        case "waiting":
            return rows.filter(holdings__in=current.filter(received_on__isnull=True))
        case "late":
            return rows.filter(holdings__in=current.filter(received_on__isnull=True, receipt_due_on__lt=today()))
        case "overdue":
            return rows.filter(holdings__in=current.filter(due_on__lt=today()))
        case _:
            return rows.filter(left_on__isnull=False)


def _of_body(rows: QuerySet[Joint], code: str) -> QuerySet[Joint]:
    current = Holding.objects.filter(ended_on__isnull=True)
    held = current.filter(body__isnull=True) if code == UNION else current.filter(body__code=code)
    return rows.filter(holdings__in=held)


@page("rights.joint")
def queue(request: Request) -> HttpResponseBase:
    """Every case handled together that the reader may read: who has it since when, sent by whom, due when, what came of it."""
    bodies = [(UNION, joint.OURS), *((body.code, body.name) for body in joint.bodies())]
    stands = (("open", "在办"), ("waiting", "等签收"), ("late", "逾期没有签收"), ("overdue", "超过办理期限"), ("closed", "已出列"))
    listing = Listing(
        request, joint.queue(request.actor).distinct(), COLUMNS, title="联合队列", unit="件", order="-entered_on", may_export=request.actor.may("cases.export"),
        filters=[Filter("stand", "进度", stands, _of_stand, default="open"), Filter("body", "谁在办", bodies, _of_body)],
        search=lambda rows, q: rows.filter(case__code__iexact=q), search_hint="案号", prepare=joint.with_holdings, row_key=lambda row: str(row.case.code),
        empty=Empty("队列里没有案件", "在案件页上点“进入联合队列”，写明依据，就排到这里。"),
    )  # fmt: skip
    return listing.file() or render(request, "rights/joint/queue.html", {"list": listing, "tabs": tabs("queue")})


class EnterForm(forms.Form):
    """On which ground the facts are shared."""

    basis = forms.ChoiceField(
        label="共享依据",
        choices=JointBasis.choices,
        help_text="个人信息保护法第二十三条：提供给别家，要告知并取得单独同意，或者有别的法定依据",
    )
    basis_note = forms.CharField(label="依据说明", max_length=160, help_text="例如 11月6日本人签了同意书；或委派函文号")


class HandForm(forms.Form):
    """To whom, what for, until when."""

    body = forms.ChoiceField(label="交给谁")
    asked = forms.CharField(label="请办什么", max_length=160, help_text="例如 请安排仲裁审查确认")
    due_on = DayField(label="办理期限", required=False)
    result = forms.CharField(label="本单位办的结果", required=False, max_length=200)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["body"].choices = [(UNION, joint.OURS), *((body.code, body.name) for body in joint.bodies())]  # type: ignore[attr-defined]

    def clean_body(self) -> Any:
        code = self.cleaned_data["body"]
        return next((body for body in joint.bodies() if body.code == code), None)


class LeaveForm(forms.Form):
    """What came of it."""

    result = forms.CharField(label="结果", max_length=200, help_text="例如 达成协议，已司法确认")


@dataclass(frozen=True)
class Move:
    """Something done about a joint case: words, form and verb."""

    title: str
    icon: str
    form: type[forms.Form]
    act: Callable[[Case, Actor, dict[str, Any]], Any]
    what: str
    undo: str


MOVES = {
    "enter": Move("进入联合队列", "affiliate", EnterForm, lambda case, by, said: actions.enter_joint(case, by=by, **said), "治理中心里的几家能接着办；交给谁，谁才看得到", "可以随时办结出列"),
    "receive": Move("签收", "checks", forms.Form, lambda case, by, said: actions.confirm_receipt(case, by=by), "确认本单位已经收到，开始办", "签收不能撤销，可以交还"),
    "hand": Move("交给另一家", "transfer", HandForm, lambda case, by, said: actions.hand_to(case, by=by, **said), "对方一个工作日内签收（本区约定），逾期报两边负责人；交出后本单位不再办", "请对方交还"),
    "leave": Move("办结出列", "logout", LeaveForm, lambda case, by, said: actions.leave_joint(case, by=by, **said), "案件离开联合队列，协作单位不再看得到；案件本身照旧", "可以再进入队列"),
}  # fmt: skip


def moves_of(actor: Actor, case: Case, found: Joint | None) -> list[Link]:
    """What the reader may do about this case in the queue now."""
    if not actor.may("rights.joint") or not case.is_open:
        return []
    now = joint.holding_of(found) if found else None
    if now is None:
        names = ["enter"] if joint.body_of(actor.user_id) is None and not case.sealed and actor.scope.low is not None else []
    elif not joint.may_act(actor, case, now):
        names = []
    elif now.received_on is None:
        names = ["receive"]
    else:
        names = ["hand", *(["leave"] if now.body_id is None else [])]
    return [Link(MOVES[name].title, reverse("rights:joint-move", args=[case.code, name]), icon=MOVES[name].icon) for name in names]


@page("rights.joint")
def move(request: Request, code: str, verb: str) -> HttpResponse:
    """Ask for the facts of one move, say what will happen, and do it."""
    case = get_object_or_404(readable(request.actor), code=code, line="rights", flow="dispute")
    if verb not in {link.url.rstrip("/").rpartition("/")[2] for link in moves_of(request.actor, case, joint.joint_of(case))}:
        raise Http404
    one = MOVES[verb]
    form = one.form(request.POST if request.method == "POST" else None)

    def to(_: Any) -> str:
        here = readable(request.actor).filter(pk=case.pk).exists()
        return reverse("cases:detail", args=[code]) if here else reverse("rights:joint")

    return confirmed(
        request,
        form,
        lambda data: one.act(case, request.actor, data),
        done=f"{one.title}：已办好。",
        to=to,
        heading=f"{one.title}：{code}",
        what=one.what,
        to_how_many=f"1 件：{case.title}",
        undo=one.undo,
        action=one.title,
        back_url=reverse("cases:detail", args=[code]),
    )


@page("rights.joint")
def elements(request: Request, code: str) -> HttpResponse:
    """The element form: filled in once from what the case knows, printed for any body."""
    case = get_object_or_404(readable(request.actor), code=code, line="rights", flow="dispute")
    questions = questions_of(case)
    kept = Elements.objects.filter(case=case).first()
    may_fill = case.is_open and "print" not in request.GET
    form = ElementsForm(
        request.POST if request.method == "POST" else None, questions=questions, initial=known_of(case) | (kept.answers if kept else {})
    )
    if request.method == "POST" and may_fill and form.is_valid():
        try:
            actions.fill_elements(case, answers=form.said(), by=request.actor)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, "要素表填好了，几家都用这一份。")
            return redirect(f"{reverse('rights:elements', args=[code])}?print=1")
    rows = [(one.words, kept.answers.get(one.key, "")) for one in questions] if kept else []
    context = {"case": case, "form": form, "kept": kept, "rows": rows, "may_fill": may_fill, "is_open": case.is_open}
    return render(request, "rights/joint/elements.html", context, status=422 if form.errors else 200)
