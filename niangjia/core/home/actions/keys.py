"""Care of the house as a whole: sealed values under a new key."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model

from niangjia.base import sealing
from niangjia.base.rowsecurity import NAMED_ONLY
from niangjia.base.scope import EVERYTHING, Scope, elevated, scoped
from niangjia.core.access.actions import reseal_second_factors
from niangjia.core.access.actor import Actor
from niangjia.core.access.models import User
from niangjia.core.access.rules import require
from niangjia.core.files.actions import reseal_files
from niangjia.core.trail.actions import record

CHUNK = 5_000


@dataclass(frozen=True)
class Resealed:
    """How far it is: of which table, how many rows of it lie under the current key now."""

    what: str
    rows: int


def sealed_models() -> list[type[Model]]:
    """The models that declare ``sealed_as``: column → what its values are bound to."""
    return [model for model in apps.get_models() if getattr(model, "sealed_as", None)]


def rotate_keys(*, by: Actor) -> int:
    """Make a new sealing key current, unless values still lie under an older one: then those are finished first. Returns its number."""
    require(by, "operations.view")
    with transaction.atomic(), elevated("keys: every sealed value"):
        if under_older_keys():
            return sealing.keyring().sealer().number
        number = sealing.rotate()
        record("home.rotate_keys", subject="keys", by=by, key=number)
    return number


def under_older_keys() -> int:
    """How many rows hold a value sealed under an older key. Call it elevated."""
    with connection.cursor() as cursor:
        found = 0
        for model in sealed_models():
            for scope in _scopes(model):
                with scoped(scope):
                    cursor.execute(f'SELECT count(*) FROM "{model._meta.db_table}" WHERE {_older(model)}', _current(model))
                    found += cursor.fetchone()[0]
    return found


def reseal(*, by: Actor, chunk: int = CHUNK) -> Iterator[Resealed]:
    """Seal everything anew under the current key, chunk by chunk, each in its own transaction: killed at any moment it goes on later."""
    require(by, "operations.view")
    for model in sealed_models():
        done = 0
        for scope in _scopes(model):
            last = 0
            while True:
                count, last = _reseal_chunk(model, last, chunk, scope)
                done += count
                if count:
                    yield Resealed(model._meta.db_table, done)
                if count < chunk:
                    break
    yield Resealed("第二步验证", reseal_second_factors())
    yield Resealed("附件", reseal_files())
    with transaction.atomic(), elevated("keys: what was done belongs to no organisation"):
        record("home.reseal", subject="keys", by=by, key=sealing.keyring().sealer().number)


def _scopes(model: Any) -> list[Scope]:
    """Under what the rows of a model are read: everything, or account by account where the system itself may not read them."""
    if getattr(model, "scope_path", "") != NAMED_ONLY:
        return [EVERYTHING]
    with transaction.atomic(), elevated("keys: whose rows there may be"):
        return [Scope(account=pk) for pk in User.objects.filter(is_staff=True).values_list("pk", flat=True)]


def _reseal_chunk(model: Any, last: int, chunk: int, scope: Scope = EVERYTHING) -> tuple[int, int]:
    """The next rows after ``last``; how many, and the last of them."""
    table, columns = model._meta.db_table, model.sealed_as
    names = ", ".join(f'"{name}"' for name in columns)
    with transaction.atomic(), scoped(scope), connection.cursor() as cursor:
        cursor.execute(
            f'SELECT id, {names} FROM "{table}" WHERE id > %s AND ({_older(model)}) ORDER BY id LIMIT %s FOR UPDATE',
            [last, *_current(model), chunk],
        )
        rows = cursor.fetchall()
        if not rows:
            return 0, last
        fresh = [[row[0] for row in rows]]
        for place, bound in enumerate(columns.values(), start=1):
            fresh.append([None if row[place] is None else sealing.reseal(bytes(row[place]), bound) for row in rows])
        sets = ", ".join(f'"{name}" = fresh."{name}"' for name in columns)
        arrays = ", ".join(["%s::bigint[]", *["%s::bytea[]"] * len(columns)])
        cursor.execute(f'UPDATE "{table}" AS t SET {sets} FROM unnest({arrays}) AS fresh(id, {names}) WHERE t.id = fresh.id', fresh)
    return len(rows), rows[-1][0]


def _older(model: Any) -> str:
    return " OR ".join(f'(length("{name}") > 1 AND get_byte("{name}", 1) <> %s)' for name in model.sealed_as)


def _current(model: Any) -> list[int]:
    return [sealing.keyring().sealer().number] * len(model.sealed_as)
