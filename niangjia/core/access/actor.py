"""The one who acts: an account under one post, a worker as themselves, or the system."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from niangjia.base.scope import EVERYTHING, NOTHING, Scope
from niangjia.core.access.roles import PERMISSIONS

if TYPE_CHECKING:
    from niangjia.core.access.models import Grant, User


@dataclass(frozen=True)
class Actor:
    """Who acts, under which post, over which rows; what an action's ``by=`` takes."""

    actor_key: str
    name: str
    post_title: str = ""
    acting_for_key: str = ""
    permissions: frozenset[str] = frozenset()
    scope: Scope = NOTHING
    user_id: int | None = None
    grant_id: int | None = None
    org_id: int | None = None
    role: str = ""

    @property
    def person_id(self) -> int | None:
        """The person this actor is, where it is a worker."""
        return self.scope.person

    def may(self, permission: str) -> bool:
        """Whether the post under which they act has this permission anywhere."""
        return permission in self.permissions


NOBODY = Actor("nobody", "未登录")
SYSTEM = Actor("system", "系统", "系统", permissions=frozenset(PERMISSIONS), scope=EVERYTHING)


def under(grant: "Grant") -> Actor:
    """The actor that a user is under one post; the organisation's interval is read now."""
    user, org = grant.user, grant.org
    return Actor(
        actor_key=f"user:{user.pk}",
        name=user.name,
        post_title=f"{org.short_name} · {user.department or grant.definition.title}",
        acting_for_key=f"user:{grant.acting_for_id}" if grant.acting_for_id else "",
        permissions=grant.definition.permissions,
        scope=Scope(account=user.pk) if grant.definition.named_only else Scope(org.lft, org.rgt, account=user.pk),
        user_id=user.pk,
        grant_id=grant.pk,
        org_id=org.pk,
        role=grant.role,
    )


def worker(user: "User", person_id: int) -> Actor:
    """The actor that a signed-in worker is: sees own rows only."""
    return Actor(f"user:{user.pk}", user.name, "本人", scope=Scope(person=person_id), user_id=user.pk)
