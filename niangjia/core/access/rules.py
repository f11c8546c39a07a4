"""The check every action makes first, and the separation of the three administrators."""

from collections.abc import Iterable
from typing import Protocol

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

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
            _("当前岗位“%(post)s”没有“%(right)s”的权限。需要办理请联系上级工会或安全管理员授权。")
            % {"post": actor.post_title or _("无"), "right": _(PERMISSIONS[permission])}
        )
    low, high = actor.scope.low, actor.scope.high
    if org is not None and not (low is not None and high is not None and low <= org.lft <= high):
        raise Refused(
            _("“%(org)s”不在当前岗位“%(post)s”的管辖范围内。可切换岗位，或请它的上级工会办理。")
            % {"org": org.name, "post": actor.post_title}
        )


def check_separation(role: str, held: Iterable[str]) -> None:
    """Raise ValidationError if this role may not stand beside those already held."""
    for other in held:
        if other != role and (role in ALONE or other in ALONE):
            raise ValidationError(
                _("“%(one)s”不能和“%(other)s”放在同一个账号上（三员分立）。请另开账号，或先收回原岗位。")
                % {"one": ROLES[role].title, "other": ROLES[other].title}
            )
