"""The check every action makes first."""

from typing import Protocol

from django.core.exceptions import PermissionDenied

from niangjia.core.access.actor import Actor
from niangjia.core.access.roles import PERMISSIONS


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
