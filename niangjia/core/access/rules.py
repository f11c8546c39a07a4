"""The check every action makes first, and the separation of the three administrators."""

from collections.abc import Iterable
from typing import Protocol

from django.core.exceptions import PermissionDenied, ValidationError

from niangjia.core.access.actor import Actor
from niangjia.core.access.roles import PERMISSIONS, ROLES

ALONE = ("sysadmin", "secadmin", "auditadmin")
"""Each of the three administrators (三员) holds no other role on the same account."""


class InTheTree(Protocol):
    """An organisation as far as rights need to know it."""

    lft: int
    name: str


class Refused(PermissionDenied):
    """No right: says which right is missing, where, and whom to ask."""


def require(actor: Actor, permission: str, org: InTheTree | None = None) -> None:
    """Raise Refused unless the actor's post has ``permission`` and, if named, ``org`` lies in its subtree."""
    if not actor.may(permission):
        raise Refused(
            f"当前岗位“{actor.post_title or '无'}”没有“{PERMISSIONS[permission]}”的权限。需要办理请联系上级工会或安全管理员授权。"
        )
    low, high = actor.scope.low, actor.scope.high
    if org is not None and not (low is not None and high is not None and low <= org.lft <= high):
        raise Refused(f"“{org.name}”不在当前岗位“{actor.post_title}”的管辖范围内。可切换岗位，或请它的上级工会办理。")


def check_separation(role: str, held: Iterable[str]) -> None:
    """Raise ValidationError if this role may not stand beside those already held."""
    for other in held:
        if other != role and (role in ALONE or other in ALONE):
            raise ValidationError(
                f"“{ROLES[role].title}”不能和“{ROLES[other].title}”放在同一个账号上（三员分立）。请另开账号，或先收回原岗位。"
            )
