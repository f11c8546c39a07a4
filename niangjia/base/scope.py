"""Which rows this transaction may read: an interval of the organisation tree, one person, one account, as transaction-local settings."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connection, transaction

from niangjia.base.rowsecurity import ACCOUNT, HIGH, LOW, LOWEST, OWN


@dataclass(frozen=True)
class Scope:
    """Rows whose interval start lies in ``low``..``high``, the rows of ``person``, and those that name ``account``; None means none."""

    low: int | None = None
    high: int | None = None
    person: int | None = None
    account: int | None = None


NOTHING = Scope()
EVERYTHING = Scope(LOWEST, 2**31 - 1)
_current: ContextVar[Scope] = ContextVar("scope", default=NOTHING)


def current_scope() -> Scope:
    """The scope in force in this thread of execution."""
    return _current.get()


def apply_scope(scope: Scope) -> None:
    """Tell the database the scope, for the rest of the transaction only."""
    values = ["" if value is None else str(value) for value in (scope.low, scope.high, scope.person, scope.account)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config(%s, %s, true), set_config(%s, %s, true), set_config(%s, %s, true), set_config(%s, %s, true)",
            [LOW, values[0], HIGH, values[1], OWN, values[2], ACCOUNT, values[3]],
        )


@contextmanager
def scoped(scope: Scope) -> Iterator[None]:
    """Read the rows of ``scope`` only inside this block (a transaction is opened if there is none); the outer scope comes back."""
    outer = _current.get()
    with nullcontext() if connection.in_atomic_block else transaction.atomic():
        token = _current.set(scope)
        apply_scope(scope)
        try:
            yield
        finally:
            _current.reset(token)
            if not connection.needs_rollback and not _broken():
                apply_scope(outer)


@contextmanager
def elevated(reason: str) -> Iterator[None]:
    """Read every row inside this block: for actions that checked the right already, jobs, partners and the duplicate look-up.

    ``reason`` is for the reader of the code; a house test lists every caller.
    """
    if not reason:
        raise ValueError("elevated() wants a reason")
    if _current.get() == EVERYTHING and connection.in_atomic_block:
        yield
        return
    with scoped(EVERYTHING):
        yield


def _broken() -> bool:
    """Whether the transaction was aborted by an error, so that no further statement is possible before its rollback."""
    pg = connection.connection
    return pg is None or pg.closed or pg.info.transaction_status.name == "INERROR"
