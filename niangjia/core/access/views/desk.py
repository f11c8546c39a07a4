"""Accounts and posts for the security administrator, one's own posts, and why one may or may not see something."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from niangjia.base.calendar import today
from niangjia.base.chinese import clean_text
from niangjia.base.paging import Page
from niangjia.base.scope import elevated
from niangjia.core.access import actions
from niangjia.core.access.actor import Actor
from niangjia.core.access.forms import AccountForm, GrantForm, ReasonForm, WhyForm
from niangjia.core.access.gate import SIGNED_IN, page
from niangjia.core.access.models import Grant, User
from niangjia.core.access.queries import accounts, explain, visible
from niangjia.core.access.roles import PERMISSIONS, ROLES, choices
from niangjia.core.faces.shapes import Fact, Happening, Link
from niangjia.core.line import verb_title
from niangjia.core.orgs.models import Organisation
from niangjia.core.people.models import Person
from niangjia.core.trail.models import Event

EVENTS_SHOWN = 30


@page(SIGNED_IN)
@require_POST
def switch_post(request: Any) -> HttpResponse:
    """Act under another of one's posts."""
    chosen = request.POST.get("post", "")
    actor = actions.switch_post(session=request.session, user=request.user, grant_id=int(chosen) if chosen.isdecimal() else 0)
    messages.success(request, f"现在的岗位：{actor.post_title}")
    return redirect("/desk/")


@page("access.view")
def account_list(request: Any) -> HttpResponse:
    """Accounts, filtered by words, role and state."""
    text, role, state = (clean_text(request.GET.get(name, "")) for name in ("q", "role", "state"))
    rows = _filtered(accounts(request.actor), text, role, state)
    found = Page.of(request, rows)
    posts = visible(request.actor, Grant.objects.select_related("org"), "access.view").filter(user__in=[user.pk for user in found])
    held: dict[int, list[Grant]] = {}
    for post in posts.order_by("org__lft"):
        held.setdefault(post.user_id, []).append(post)
    states = [
        Link(title, f"?state={key}", active=state == key)
        for key, title in (("", "全部"), ("active", "在用"), ("closed", "停用"), ("bare", "没有岗位"))
    ]
    accounts_shown = [(user, [post for post in held.get(user.pk, []) if _is_in_force(post)]) for user in found]
    context = {"page": found, "rows": accounts_shown, "states": states, "text": text, "role": role, "roles": choices(), "state": state}
    return render(request, "access/accounts.html", context)


@page("access.view")
@never_cache
def account(request: Any, code: str) -> HttpResponse:
    """One account: its posts ever held, and what happened to it."""
    user = _account(request.actor, code)
    posts = list(visible(request.actor, user.grants.select_related("org", "acting_for"), "access.view").order_by("pk"))
    places = {post.pk: place for place, post in enumerate(posts, 1)}
    posts.sort(key=lambda post: (post.valid_from, post.pk), reverse=True)
    held = [(post, _state(post), places[post.pk]) for post in posts]
    return render(request, "access/account.html", {
        "account": user, "facts": _facts(user), "posts": held, "happenings": _happenings(user),
        "may_grant": request.actor.may("access.grant") and user.pk != request.user.pk,
    })  # fmt: skip


@page("access.grant")
@never_cache
def open_account(request: Any) -> HttpResponse:
    """Open an account; its first password is shown once."""
    form, password = AccountForm(_posted(request)), get_random_string(14)
    made: list[User] = []
    if form.is_valid() and _done(
        form, lambda: made.append(actions.open_account(**form.cleaned_data, password=password, temporary=True, by=request.actor))
    ):
        return render(request, "access/password.html", {"account": made[0], "password": password, "opened": True})
    return render(
        request, "access/form.html", {"heading": "开账号", "form": form, "action": "开户", "back_url": reverse("access:accounts")}
    )


@page("access.grant")
def grant(request: Any, code: str) -> HttpResponse:
    """Give an account a post."""
    user = _account(request.actor, code)
    form = GrantForm(_posted(request), actor=request.actor)
    if form.is_valid() and _done(form, lambda: actions.grant(user=user, by=request.actor, **form.cleaned_data)):
        messages.success(request, "岗位已授，下一次点开页面就有了")
        return redirect("access:account", code=code)
    context = {"heading": f"给{user.name}授岗位", "form": form, "action": "授权", "back_url": reverse("access:account", args=[code])}
    return render(request, "access/form.html", context)


@page("access.grant")
def revoke(request: Any, code: str, place: int) -> HttpResponse:
    """Take a post away, at once; ``place`` counts the posts this account was ever given."""
    user = _account(request.actor, code)
    ever = visible(request.actor, user.grants.select_related("org", "user"), "access.grant").order_by("pk")
    post = next(iter(ever[place - 1 : place] if place > 0 else []), None)
    if post is None:
        raise Http404
    what = f"{user.name}的岗位“{post.org.name} · {post.definition.title}”从下一次点击起失效"
    return _confirm(request, lambda reason: actions.revoke(grant=post, by=request.actor, reason=reason), code, {
        "heading": "收回岗位", "what": what, "to_how_many": "1 个岗位", "undo": "可以重新授权，两次都留痕", "action": "收回",
    })  # fmt: skip


@page("access.grant")
def close_account(request: Any, code: str) -> HttpResponse:
    """Stop an account and end its posts."""
    user = _account(request.actor, code)
    posts = sum(_is_in_force(post) for post in user.grants.all())
    return _confirm(request, lambda reason: actions.close_account(user=user, by=request.actor, reason=reason), code, {
        "heading": f"停用{user.name}的账号", "what": "马上退出登录，名下岗位全部收回", "to_how_many": f"1 个账号，{posts} 个岗位",
        "undo": "账号可以恢复，岗位要重新授", "action": "停用",
    })  # fmt: skip


@page("access.grant")
@require_POST
def reopen_account(request: Any, code: str) -> HttpResponse:
    """Let a closed account sign in again."""
    actions.reopen_account(user=_account(request.actor, code), by=request.actor)
    messages.success(request, "账号已恢复，岗位请重新授")
    return redirect("access:account", code=code)


@page("access.grant")
@never_cache
@require_POST
def reset_password(request: Any, code: str) -> HttpResponse:
    """A new first password, shown once."""
    user, password = _account(request.actor, code), get_random_string(14)
    actions.set_password(user=user, password=password, by=request.actor, temporary=True)
    return render(request, "access/password.html", {"account": user, "password": password, "opened": False})


@page("access.grant")
@require_POST
def end_sessions(request: Any, code: str) -> HttpResponse:
    """Sign an account out everywhere."""
    actions.end_sessions(user=_account(request.actor, code), by=request.actor)
    messages.success(request, "这个账号在所有设备上都退出了")
    return redirect("access:account", code=code)


@page("access.grant")
def reset_second_factor(request: Any, code: str) -> HttpResponse:
    """Take off the second factors of somebody who lost phone or key."""
    user = _account(request.actor, code)
    return _confirm(request, lambda reason: actions.reset_second_factor(user=user, by=request.actor, reason=reason), code, {
        "heading": f"重置{user.name}的第二步验证", "what": "验证器、通行密钥、恢复码全部作废，所有设备退出；下次登录凭密码重新登记",
        "to_how_many": "1 个账号", "undo": "不能撤销，只能本人重新登记。先当面核对本人", "action": "重置",
    })  # fmt: skip


@page(SIGNED_IN)
@require_POST
def sign_out_elsewhere(request: Any) -> HttpResponse:
    """End one's own sessions on all other devices."""
    actions.end_sessions(user=request.user, by=actions.oneself(request.user))
    update_session_auth_hash(request, request.user)
    messages.success(request, "其他设备都退出了，只留这一台")
    return redirect("mfa_index")


@page(SIGNED_IN)
def roles(request: HttpRequest) -> HttpResponse:
    """Every role and what it may do, as the code has it."""
    table = [(permission, title, [permission in role.permissions for role in ROLES.values()]) for permission, title in PERMISSIONS.items()]
    return render(request, "access/roles.html", {"roles": ROLES.values(), "table": table})


@page(SIGNED_IN)
def why(request: Any) -> HttpResponse:
    """Why can I, or can I not, see this? Of a person out of scope not even the existence is told."""
    form = WhyForm(request.GET or None)
    reasons, subject, unseen = [], "", False
    if form.is_valid():
        org, subject = _asked_about(request.actor, form.cleaned_data["code"].strip())
        unseen = bool(form.cleaned_data["code"]) and org is None
        reasons = [] if unseen else explain(request.user, form.cleaned_data["permission"], org)
    return render(request, "access/why.html", {"form": form, "reasons": reasons, "subject": subject, "unseen": unseen})


def _asked_about(actor: Actor, code: str) -> tuple[Organisation | None, str]:
    """The organisation a code leads to and its words: an organisation's own code, or that of a person whom the reader may see."""
    if person := visible(actor, Person.objects.select_related("home_org"), "people.view").filter(code=code).first():
        return person.home_org, f"{person.name}（所属工会：{person.home_org.name}）"
    with elevated("why: names of organisations are no secret; their rows are"):
        org = Organisation.objects.filter(code=code).first()
    return org, org.name if org else ""


def _filtered(rows: QuerySet[User], text: str, role: str, state: str) -> QuerySet[User]:
    if text:
        rows = rows.filter(Q(username__icontains=text) | Q(name__contains=text) | Q(department__contains=text))
    if role in ROLES:
        rows = rows.filter(grants__role=role, grants__revoked_at__isnull=True)
    if state == "bare":
        return rows.exclude(grants__revoked_at__isnull=True, grants__isnull=False)
    return rows.filter(is_active=state == "active") if state in ("active", "closed") else rows


def _account(actor: Actor, code: str) -> User:
    return get_object_or_404(accounts(actor), code=code)


def _done(form: Form, act: Callable[[], Any]) -> bool:
    """Whether the action went through; a refusal by the facts stands on top of the form or at its field."""
    try:
        act()
    except ValidationError as refusal:
        known = getattr(refusal, "error_dict", {})
        for name, errors in known.items():
            form.add_error(name if name in form.fields else None, errors)
        if not known:
            form.add_error(None, refusal)
        return False
    return True


def _confirm(request: Any, act: Callable[[str], Any], code: str, words: dict[str, Any]) -> HttpResponse:
    form = ReasonForm(_posted(request))
    if form.is_valid() and _done(form, lambda: act(form.cleaned_data["reason"])):
        messages.success(request, f"已办：{words['heading']}")
        return redirect("access:account", code=code)
    context = words | {"form": form, "back_url": reverse("access:account", args=[code]), "dangerous": True}
    return render(request, "faces/confirm.html", context)


def _facts(user: User) -> list[Fact]:
    return [
        Fact("账号", user.username), Fact("部门", user.department), Fact("状态", "在用" if user.is_active else "停用"),
        Fact("开户", f"{user.date_joined:%Y-%m-%d}"), Fact("上次登录", f"{user.last_login:%Y-%m-%d %H:%M}" if user.last_login else "还没登录过"),
    ]  # fmt: skip


def _happenings(user: User) -> list[Happening]:
    """What happened to the account; it belongs to no organisation, so its events are read elevated behind access.view."""
    with elevated("accounts: events of an account belong to no subtree"):
        events = list(Event.objects.filter(subject=f"user:{user.pk}").order_by("-at")[:EVENTS_SHOWN])
    return [Happening(event.on, verb_title(event.verb), "，".join(filter(None, [event.post, event.reason]))) for event in events]


def _is_in_force(post: Grant) -> bool:
    return _state(post)[1] == "ok"


def _state(post: Grant) -> tuple[str, str]:
    """In words, and the tone of the tag."""
    if post.revoked_at:
        return "已收回", ""
    if post.valid_from > today():
        return "未生效", "notice"
    if post.valid_to and post.valid_to < today():
        return "已到期", ""
    return "有效", "ok"


def _posted(request: Any) -> Any:
    """What was posted, also if it is empty; None on GET."""
    return request.POST if request.method == "POST" else None
