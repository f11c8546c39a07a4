"""Accounts and the posts they hold: role × organisation × dates; sign-in codes and failed sign-ins."""

import secrets
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac

from niangjia.core.access.roles import ROLES, Role, choices

CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, O, 1 and I: the code is read out on the phone."""


def new_account_code() -> str:
    """What stands for an account in addresses; it says nothing about its holder."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(8))


class Users(BaseUserManager["User"]):
    """Look-up by user name; accounts are made by actions."""


class User(AbstractBaseUser):
    """An account (账号): staff sign in with password and second factor, workers with a code sent to their phone."""

    unscoped_because = "an account belongs to nobody's subtree; its posts do"
    personal: ClassVar[set[str]] = {"name", "email", "phone_sealed", "phone_index"}
    sealed_as: ClassVar[dict[str, str]] = {"phone_sealed": "access_user.phone"}

    code = models.CharField("账号编码", max_length=8, unique=True, default=new_account_code)
    username = models.CharField("账号", max_length=60, unique=True)
    name = models.CharField("姓名", max_length=60)
    email = models.EmailField("邮箱", blank=True)
    department = models.CharField("部门", max_length=60, blank=True)
    phone_sealed = models.BinaryField(null=True)
    phone_index = models.BinaryField(null=True)
    is_staff = models.BooleanField("工会干部", default=False)
    is_active = models.BooleanField("启用", default=True)
    password_is_temporary = models.BooleanField("初始密码，须先改", default=False)
    sessions_ended = models.PositiveIntegerField("全部退出过几次", default=0)
    date_joined = models.DateTimeField("开户时间", auto_now_add=True)

    objects = Users()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"

    class Meta:
        indexes: ClassVar = [models.Index(fields=["phone_index"], name="access_user_phone")]

    def __str__(self) -> str:
        return self.name or self.username

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must know: it changes with the password, and whenever all sessions are ended."""
        return salted_hmac(
            "niangjia.access.session", f"{self.password} {self.sessions_ended}", secret=secret, algorithm="sha256"
        ).hexdigest()


class Grant(models.Model):
    """A post (岗位): this account has this role for this organisation and all below it, from day to day."""

    unscoped_because = "read at every request to find out the scope itself"
    scope_path = "org__lft"
    personal: ClassVar[set[str]] = set()

    user = models.ForeignKey(User, models.PROTECT, related_name="grants", verbose_name="账号")
    role = models.CharField("角色", max_length=20, choices=choices)
    org = models.ForeignKey("orgs.Organisation", models.PROTECT, related_name="+", verbose_name="组织")
    valid_from = models.DateField("起")
    valid_to = models.DateField("止（含）", null=True, blank=True)
    revoked_at = models.DateTimeField("收回时间", null=True, blank=True)
    acting_for = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="代谁办理")
    note = models.CharField("依据", max_length=120, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "role", "org", "valid_from"],
                condition=Q(revoked_at__isnull=True),
                name="access_grant_once",
                violation_error_message="这个岗位已经授过",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="access_grant_forward",
                violation_error_message="岗位的止期不能早于起期",
            ),
        ]

    @property
    def definition(self) -> Role:
        """The role's title, purpose and permissions."""
        return ROLES[self.role]


class SignInCode(models.Model):
    """Six digits sent to a phone (登录验证码): the digits lie hashed, the phone sealed; old ones are deleted by a nightly job."""

    unscoped_because = "asked for before anybody is known"
    personal: ClassVar[set[str]] = {"phone_sealed", "phone_index", "address_index"}
    sealed_as: ClassVar[dict[str, str]] = {"phone_sealed": "access_signincode.phone"}

    phone_sealed = models.BinaryField()
    phone_index = models.BinaryField()
    address_index = models.BinaryField()
    digits_hash = models.BinaryField()
    made_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["phone_index", "made_at"], name="access_code_phone"),
            models.Index(fields=["address_index", "made_at"], name="access_code_address"),
        ]


class FailedSignIn(models.Model):
    """Wrong passwords (or second steps) in a row for one user name, existing or not, and until when it is locked."""

    unscoped_because = "counted before anybody is known"
    personal: ClassVar[set[str]] = {"name_index"}

    name_index = models.BinaryField(unique=True)
    failures = models.PositiveSmallIntegerField(default=0)
    locks = models.PositiveSmallIntegerField(default=0)
    last_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True)
