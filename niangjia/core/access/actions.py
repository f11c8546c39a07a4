"""Opening and closing accounts, granting and revoking posts, signing in by a code."""

from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, get_random_string
from django.utils.translation import gettext as _

from niangjia.base.calendar import now, today
from niangjia.base.chinese import clean_name, clean_text
from niangjia.base.scope import elevated
from niangjia.base.sealing import blind, keyring, reseal, seal
from niangjia.core.access import rules
from niangjia.core.access.actor import SYSTEM, Actor, under
from niangjia.core.access.models import FailedSignIn, Grant, SignInCode, User
from niangjia.core.access.queries import (
    CODE_LIFE,
    CODE_PHONE,
    CODE_TRIES,
    PASSWORD,
    SECOND_STEP,
    grants_in_force,
    name_index,
    phone_of,
)
from niangjia.core.trail.actions import record

DIGITS = "0123456789"
SECOND_FACTOR = "mfa_authenticator.data"
"""To what the secrets of second factors are bound."""
LONGEST_LOCK = timedelta(hours=8)


@transaction.atomic
def open_account(*, username: str, name: str, by: Actor, department: str = "", password: str = "", temporary: bool = False) -> User:
    """A staff account; without a password it cannot be signed in to by one. A ``temporary`` password must be changed first."""
    rules.require(by, "access.grant")
    user = User(username=clean_text(username), name=clean_name(name), department=clean_text(department), is_staff=True)
    _put_password(user, password, temporary)
    user.full_clean(exclude={"password", "email"})
    user.save()
    record("access.open_account", subject=f"user:{user.pk}", by=by)
    return user


@transaction.atomic
def open_worker_account(*, name: str, by: Actor = SYSTEM) -> User:
    """The account of a worker, who signs in with a code sent to the phone; its user name is made up and never typed."""
    rules.require(by, "access.grant")
    user = User(username=f"w-{get_random_string(16).lower()}", name=name)
    user.set_unusable_password()
    user.save()
    record("access.open_account", subject=f"user:{user.pk}", by=by)
    return user


@transaction.atomic
def close_account(*, user: User, by: Actor, reason: str) -> None:
    """From the next request on nobody is signed in to it. Its posts end too."""
    if by.user_id == user.pk:
        raise ValidationError("不能停用自己的账号，请另一位安全管理员办理。")
    with elevated("access: the posts of an account decide who may close it"):
        posts = list(grants_in_force(user))
    rules.require(by, "access.grant")
    for post in posts:
        revoke(grant=post, by=by, reason=reason)
    User.objects.filter(pk=user.pk).update(is_active=False)
    record("access.close_account", subject=f"user:{user.pk}", by=by, reason=reason)


@transaction.atomic
def reopen_account(*, user: User, by: Actor) -> None:
    """The account may sign in again; posts have to be granted anew."""
    rules.require(by, "access.grant")
    User.objects.filter(pk=user.pk).update(is_active=True)
    record("access.reopen_account", subject=f"user:{user.pk}", by=by)


@transaction.atomic
def set_password(*, user: User, password: str, by: Actor, temporary: bool = False) -> None:
    """A new password, by the holder or (then ``temporary``) by an administrator."""
    if by.user_id != user.pk:
        rules.require(by, "access.grant")
    _put_password(user, password, temporary)
    user.save(update_fields=["password", "password_is_temporary"])
    record("access.set_password", subject=f"user:{user.pk}", by=by, temporary=temporary)


@transaction.atomic
def set_email(*, user: User, email: str, by: Actor) -> None:
    """Where an account is written to outside the platform; each for the own account. Empty: nowhere."""
    if by.user_id != user.pk:
        raise rules.Refused("邮箱由本人填写。")
    user.email = email.strip()
    user.clean_fields(exclude={field.name for field in User._meta.fields if field.name != "email"})
    user.save(update_fields=["email"])
    record("access.set_email", subject=f"user:{user.pk}", by=by)


@transaction.atomic
def end_sessions(*, user: User, by: Actor) -> None:
    """Sign an account out on every device; by the holder or an administrator."""
    if by.user_id != user.pk:
        rules.require(by, "access.grant")
    User.objects.filter(pk=user.pk).update(sessions_ended=F("sessions_ended") + 1)
    user.refresh_from_db(fields=["sessions_ended"])
    record("access.end_sessions", subject=f"user:{user.pk}", by=by)


@transaction.atomic
def reset_second_factor(*, user: User, by: Actor, reason: str) -> int:
    """A phone or key was lost: every second factor and recovery code goes, every session ends. Returns how many factors went."""
    rules.require(by, "access.grant")
    if by.user_id == user.pk:
        raise ValidationError("不能重置自己的第二步验证，请另一位安全管理员办理。")
    gone = Authenticator.objects.filter(user=user).delete()[0]
    if not gone:
        raise ValidationError("这个账号没有登记第二步验证，用不着重置。")
    FailedSignIn.objects.filter(name_index=name_index(user.username, SECOND_STEP)).delete()
    end_sessions(user=user, by=by)
    record("access.reset_second_factor", subject=f"user:{user.pk}", by=by, reason=reason, factors=gone)
    return gone


@transaction.atomic
def forget_partner_facts(*, account: Any) -> None:
    """Of an account at a partner only its key is kept: no name, no address, no picture."""
    account.extra_data = {}
    if account.pk:
        account.save(update_fields=["extra_data"])


@transaction.atomic
def note_account_change(*, user: User, what: str) -> None:
    """The holder changed how the account is signed in to: ``what`` is a verb such as ``add_passkey``."""
    record(f"access.{what}", subject=f"user:{user.pk}", by=oneself(user))


@transaction.atomic
def grant(
    *, user: User, role: str, org: Any, valid_from: date, by: Actor, valid_to: date | None = None, acting_for: User | None = None,
    note: str = "", on: date | None = None,
) -> Grant:  # fmt: skip
    """Give an account a post over an organisation and all below it, from day to day (``valid_to`` included)."""
    rules.require(by, "access.grant", org)
    if by.user_id == user.pk:
        raise ValidationError("不能给自己授权，请另一位安全管理员办理。")
    if acting_for is not None and acting_for.pk == user.pk:
        raise ValidationError("代谁办理：不能是本人。")
    post = Grant(user=user, role=role, org=org, valid_from=valid_from, valid_to=valid_to, acting_for=acting_for, note=clean_text(note))
    with elevated("access: all posts of the account are compared, wherever they are"):
        rules.check_separation(role, [held.role for held in user.grants.filter(revoked_at__isnull=True) if _overlap(held, post)])
        post.full_clean()
        post.save()
    record(
        "access.grant", subject=f"user:{user.pk}", by=by, org=org.pk, on=on, grant=post.pk, role=role, valid_from=valid_from,
        valid_to=valid_to, acting_for=f"user:{acting_for.pk}" if acting_for else "",
    )  # fmt: skip
    return post


@transaction.atomic
def revoke(*, grant: Grant, by: Actor, reason: str, on: date | None = None) -> None:
    """The post gives nothing from the next request on."""
    rules.require(by, "access.grant", grant.org)
    if grant.revoked_at:
        raise ValidationError("这个岗位已经收回过。")
    Grant.objects.filter(pk=grant.pk).update(revoked_at=now())
    record("access.revoke", subject=f"user:{grant.user_id}", by=by, org=grant.org_id, on=on, reason=reason, grant=grant.pk, role=grant.role)


@transaction.atomic
def switch_post(*, session: MutableMapping[str, Any], user: User, grant_id: int) -> Actor:
    """Act under another of one's own posts from the next page on (切换岗位)."""
    with elevated("access: one's own posts, wherever they are"):
        post = grants_in_force(user).filter(pk=grant_id).first()
        if post is None:
            raise rules.Refused("这个岗位不是你的，或者已经到期、收回。")
        actor = under(post)
    session["post"] = post.pk
    record("access.switch_post", subject=f"user:{user.pk}", by=actor, org=post.org_id)
    return actor


# -- Signing in -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class IssuedCode:
    """A code just made: its row, and the digits to send. The digits are nowhere else."""

    row: SignInCode
    digits: str


@transaction.atomic
def issue_code(*, phone: str, address: str) -> IssuedCode:
    """Six digits for a phone, known or not: who asks learns nothing. Raises ValidationError when asked too often."""
    index, origin = blind(phone, "access.phone"), blind(address, "access.address")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(encode(%s, 'hex'), 0))", [index])
    _throttle_codes(index, origin)
    digits = get_random_string(6, DIGITS)
    row = SignInCode.objects.create(
        phone_sealed=seal(phone, CODE_PHONE), phone_index=index, address_index=origin, digits_hash=_hash(phone, digits), made_at=now()
    )
    return IssuedCode(row, digits)


@transaction.atomic
def try_code(*, code_id: int, typed: str) -> tuple[bool, str]:
    """Whether the digits are right, else why not, in words. Every try counts, also after a refusal: it never raises."""
    row = SignInCode.objects.select_for_update().filter(pk=code_id).first()
    if row is None or row.used_at or row.made_at + CODE_LIFE < now():
        return False, _("验证码过期了，请重新获取。")
    if row.tries >= CODE_TRIES:
        return False, _("试的次数太多了，请重新获取验证码。")
    SignInCode.objects.filter(pk=row.pk).update(tries=F("tries") + 1)
    if not constant_time_compare(_hash(phone_of(row), typed), bytes(row.digits_hash)):
        left = CODE_TRIES - row.tries - 1
        return False, _("验证码不对，还可以试 %(left)s 次。") % {"left": left} if left else _("试的次数太多了，请重新获取验证码。")
    SignInCode.objects.filter(pk=row.pk).update(used_at=now())
    return True, ""


@transaction.atomic
def note_failure(*, username: str, step: str = PASSWORD) -> bool:
    """Count a wrong password or second step for a user name; True if this one locked it.

    Who fails at the second step knows the password: there each lock is twice as long as the one before, until a sign-in succeeds.
    """
    moment, minutes = now(), timedelta(minutes=settings.LOCK_MINUTES)
    index = name_index(username, step)
    row, _made = FailedSignIn.objects.select_for_update().get_or_create(name_index=index, defaults={"last_at": moment})
    fresh = row.last_at + minutes < moment or (row.locked_until and row.locked_until < moment)
    row.failures, row.last_at = (0 if fresh else row.failures) + 1, moment
    locks = row.failures >= settings.FAILURES_BEFORE_LOCK
    row.locked_until = moment + min(minutes * 2**row.locks, LONGEST_LOCK) if locks else None
    row.locks += locks and step == SECOND_STEP
    row.save()
    if user := User.objects.filter(username=username).first():
        failed = "access.fail_second_step" if step == SECOND_STEP else "access.fail_sign_in"
        record("access.lock" if locks else failed, subject=f"user:{user.pk}", by=SYSTEM)
    return locks


@transaction.atomic
def sign_in_worker(*, request: HttpRequest, user: User, person_id: int, org: int) -> None:
    """Sign a person in whose phone was proved: for 30 days, as that person only. The code is spent."""
    login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
    for key in ("code", "proved", "post", "next"):
        request.session.pop(key, None)
    request.session["person"] = person_id
    request.session.set_expiry(settings.WORKER_SESSION_AGE)
    note_sign_in(user=user, way="phone", org=org)


@transaction.atomic
def note_sign_in(*, user: User, way: str, org: int | None = None) -> None:
    """A successful sign-in: the counts of wrong passwords and second steps start anew."""
    FailedSignIn.objects.filter(name_index__in=[name_index(user.username, step) for step in (PASSWORD, SECOND_STEP)]).delete()
    record("access.sign_in", subject=f"user:{user.pk}", by=oneself(user), org=org, way=way)


@transaction.atomic
def note_sign_out(*, user: User) -> None:
    record("access.sign_out", subject=f"user:{user.pk}", by=oneself(user))


@transaction.atomic
def forget_old_codes() -> int:
    """Delete codes and counts of failures older than a day; returns how many codes."""
    yesterday = now() - timedelta(days=1)
    FailedSignIn.objects.filter(last_at__lt=yesterday).delete()
    return SignInCode.objects.filter(made_at__lt=yesterday).delete()[0]


def reseal_second_factors() -> int:
    """Secrets of authenticators and recovery codes under the current key; returns how many were not yet."""
    done, current = 0, keyring().sealer().number
    for row in Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).iterator():
        with transaction.atomic():
            held = Authenticator.objects.select_for_update().get(pk=row.pk)
            sealed = {name: bytes.fromhex(held.data[name]) for name in ("secret", "seed") if name in held.data}
            if all(value[1] == current for value in sealed.values()):
                continue
            held.data |= {name: reseal(value, SECOND_FACTOR).hex() for name, value in sealed.items()}
            held.save(update_fields=["data"])
            done += 1
    return done


def _put_password(user: User, password: str, temporary: bool) -> None:
    if password:
        validate_password(password, user)
        user.set_password(password)
    else:
        user.set_unusable_password()
    user.password_is_temporary = temporary


def _overlap(one: Grant, other: Grant) -> bool:
    starts_before_end = other.valid_to is None or one.valid_from <= other.valid_to
    return starts_before_end and (one.valid_to is None or one.valid_to >= max(other.valid_from, today()))


def _throttle_codes(index: bytes, origin: bytes) -> None:
    moment = now()
    last_hour = SignInCode.objects.filter(made_at__gt=moment - timedelta(hours=1))
    same_phone = SignInCode.objects.filter(phone_index=index)
    if same_phone.filter(made_at__gt=moment - timedelta(minutes=1)).exists():
        raise ValidationError(_("验证码刚发过，过一分钟再试。"))
    if last_hour.filter(phone_index=index).count() >= 5:
        raise ValidationError(_("这个号码一小时内要了太多次验证码，过一小时再试。"))
    if same_phone.filter(made_at__gt=moment - timedelta(days=1)).count() >= 10:
        raise ValidationError(_("这个号码今天要了太多次验证码，明天再试，或者打电话找工会。"))
    if last_hour.filter(address_index=origin).count() >= settings.CODES_PER_ADDRESS:
        raise ValidationError(_("你这边的网络要验证码太频繁，过一小时再试。"))


def _hash(phone: str, digits: str) -> bytes:
    return blind(f"{phone} {digits}", "access.sign_in_code")


def oneself(user: User) -> Actor:
    """The holder of an account, acting on nothing but the account."""
    return Actor(f"user:{user.pk}", user.name, "本人", user_id=user.pk)
