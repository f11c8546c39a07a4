"""Who may see what: the two doors through which every reader gets rows, and the reasons behind them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from niangjia.base.calendar import chinese_date, now, today
from niangjia.base.scope import EVERYTHING, elevated
from niangjia.base.sealing import blind, unseal
from niangjia.core.access.actor import Actor
from niangjia.core.access.models import FailedSignIn, Grant, SignInCode, User
from niangjia.core.access.roles import PERMISSIONS, ROLES

CODE_PHONE = "access_signincode.phone"
"""Associated data of the phone sealed with a sign-in code."""
CODE_LIFE = timedelta(minutes=10)
CODE_TRIES = 5
PASSWORD, SECOND_STEP = "", " / second step"
"""The steps of signing in whose failures are counted."""

M = TypeVar("M", bound=Model)


def visible(actor: Actor, queryset: QuerySet[M], permission: str) -> QuerySet[M]:
    """The rows of ``queryset`` inside the subtree of the actor's post, if that post has ``permission``; else none."""
    if not actor.may(permission) or actor.scope.low is None:
        return queryset.none()
    if actor.scope == EVERYTHING:
        return queryset
    path: str = queryset.model.scope_path  # type: ignore[attr-defined]
    return queryset.filter(**{f"{path}__range": (actor.scope.low, actor.scope.high)})


def own(person_id: int | None, queryset: QuerySet[M]) -> QuerySet[M]:
    """The rows of ``queryset`` that are this person's own; none for nobody."""
    if person_id is None:
        return queryset.none()
    path: str = queryset.model.own_path  # type: ignore[attr-defined]
    return queryset.filter(**{path: person_id})


def grants_in_force(user: User, on: date | None = None) -> QuerySet[Grant]:
    """The posts of an account on a day, the widest first; who acts for a closed account holds nothing."""
    on = on or today()
    current = Q(valid_to__isnull=True) | Q(valid_to__gte=on)
    principal = Q(acting_for__isnull=True) | Q(acting_for__is_active=True)
    return (
        user.grants.filter(current, principal, valid_from__lte=on, revoked_at__isnull=True)
        .select_related("org", "user")
        .order_by("org__lft", "id")
    )


def accounts_with(permission: str, org: Any, on: date | None = None) -> QuerySet[User]:
    """Active accounts that on a day hold a post with ``permission`` over ``org`` (an Organisation, or anything with its lft). Call it elevated."""
    on = on or today()
    roles = [key for key, role in ROLES.items() if permission in role.permissions]
    current = Q(valid_to__isnull=True) | Q(valid_to__gte=on)
    posts = Grant.objects.filter(
        current, role__in=roles, valid_from__lte=on, revoked_at__isnull=True, org__lft__lte=org.lft, org__rgt__gte=org.lft
    )
    return User.objects.filter(pk__in=posts.values("user"), is_active=True).order_by("pk")


@dataclass(frozen=True)
class Reason:
    """Why somebody may or may not: one sentence, and whether it speaks for yes."""

    allows: bool
    text: str


def explain(user: User, permission: str, org: Any = None, on: date | None = None) -> list[Reason]:
    """Post by post, why this account may or may not do ``permission`` over ``org`` (anywhere, if None) on a day.

    The last reason of a refusal says whom to ask. ``org`` is an Organisation as the whole tree knows it.
    """
    on = on or today()
    with elevated("access: an account is told the reasons of its own rights"):
        posts = list(user.grants.select_related("org", "acting_for").order_by("org__lft", "id"))
        reasons = [_reason(post, permission, org, on) for post in posts]
    if not user.is_active:
        reasons = [Reason(False, "账号已停用，什么都看不到。")]
    if any(reason.allows for reason in reasons):
        return sorted(reasons, key=lambda reason: not reason.allows)
    if not posts:
        reasons.append(Reason(False, "这个账号没有任何岗位。"))
    return [*reasons, Reason(False, _whom_to_ask(permission, org, on))]


def _reason(post: Grant, permission: str, org: Any, on: date) -> Reason:
    role = ROLES[post.role]
    what = f"岗位“{post.org.name} · {role.title}”"
    until = f"至{chinese_date(post.valid_to)}" if post.valid_to else "长期"
    if post.revoked_at:
        return Reason(False, f"{what}已经收回。")
    if on < post.valid_from:
        return Reason(False, f"{what}要到{chinese_date(post.valid_from)}才生效。")
    if post.valid_to and on > post.valid_to:
        return Reason(False, f"{what}已于{chinese_date(post.valid_to)}到期，到期后不再给任何权限。")
    if post.acting_for and not post.acting_for.is_active:
        return Reason(False, f"{what}是代{post.acting_for.name}办理的，{post.acting_for.name}的账号已停用，岗位随之失效。")
    if permission not in role.permissions:
        return Reason(False, f"{what}在有效期内，但这个角色不含“{PERMISSIONS[permission]}”。")
    if org is not None and role.named_only:
        return Reason(False, f"{what}含“{PERMISSIONS[permission]}”，但只看得到点名交给这个账号的案件，不管任何工会。")
    if org is not None and not post.org.lft <= org.lft <= post.org.rgt:
        return Reason(False, f"{what}含“{PERMISSIONS[permission]}”，但不管“{org.name}”：它不在“{post.org.name}”之下。")
    where = f"，管到“{org.name}”" if org is not None else ""
    return Reason(
        True,
        f"{what}含“{PERMISSIONS[permission]}”{where}；{chinese_date(post.valid_from)}起，{until}。一次只用一个岗位，请确认现在用的是它。",
    )


def _whom_to_ask(permission: str, org: Any, on: date) -> str:
    roles = "、".join(role.title for role in ROLES.values() if permission in role.permissions)
    granters = Grant.objects.filter(role__in=[key for key, role in ROLES.items() if "access.grant" in role.permissions])
    granters = granters.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=on), valid_from__lte=on, revoked_at__isnull=True, user__is_active=True
    )
    with elevated("access: whom to ask for a right stands above the one who asks"):
        if org is not None:
            granters = granters.filter(org__lft__lte=org.lft, org__rgt__gte=org.lft)
        names = [f"{grant.user.name}（{grant.org.short_name}）" for grant in granters.select_related("user", "org")[:3]]
    return f"要办这件事，需要这些角色之一：{roles}。可找安全管理员授权：{'、'.join(names) or '区总工会'}。"


def accounts(actor: Actor) -> QuerySet[User]:
    """Staff accounts whose posts lie in the actor's scope, and those without any post."""
    if not actor.may("access.view"):
        return User.objects.none()
    mine = visible(actor, Grant.objects.all(), "access.view").values("user")
    return User.objects.filter(Q(pk__in=mine) | Q(grants__isnull=True), is_staff=True).distinct().order_by("username")


def name_index(username: str, step: str = PASSWORD) -> bytes:
    """Under which a user name's failures are counted: as typed, whether there is such an account or not."""
    return blind(username.strip().casefold() + step, "access.failed_sign_in")


def locked_until(username: str, step: str = PASSWORD) -> datetime | None:
    """Until when a step of signing in is locked for a user name, None if it is not."""
    counted = FailedSignIn.objects.filter(name_index=name_index(username, step), locked_until__gt=now())
    return counted.values_list("locked_until", flat=True).first()


def phone_of(code: SignInCode) -> str:
    """The phone a code was sent to, in clear."""
    return unseal(bytes(code.phone_sealed), CODE_PHONE)


def proved_code(code_id: int | None) -> SignInCode | None:
    """The code whose digits were typed right within the last minutes."""
    return SignInCode.objects.filter(pk=code_id, used_at__gt=now() - CODE_LIFE).first() if code_id else None


def names_of(actor_keys: Iterable[str]) -> dict[str, str]:
    """Names of accounts by the key the trail knows them by ("user:17"); only for readers who may see names in the trail."""
    ids = {int(key.removeprefix("user:")) for key in actor_keys if key.startswith("user:")}
    return {f"user:{user.pk}": user.name for user in User.objects.filter(pk__in=ids)}
