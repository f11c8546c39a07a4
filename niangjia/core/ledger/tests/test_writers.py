"""The ledger where commits are real: writers at once, and whoever writes legs or entries past the verbs."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import psycopg
import pytest
from django.db import connection, transaction

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.ledger.actions import Line, open_fund, post
from niangjia.core.ledger.enums import Source
from niangjia.core.ledger.models import Account, Entry, Fund
from niangjia.core.ledger.queries import balance, checks
from tests.world import World

SECONDS = 20
DAY = date(2023, 11, 6)
FREE = "SELECT count(*) FROM (SELECT FROM ledger_slot FOR UPDATE SKIP LOCKED) AS free"
ENTRY = """INSERT INTO ledger_entry (fund_id, "on", key, text, about, reason, by, made_at, transaction)
    VALUES (%(fund)s, %(on)s, 'raw', 'x', '', '', 'x', now(), 0) RETURNING id"""
LEG = (
    """INSERT INTO ledger_leg (entry_id, fund_id, "on", account_id, amount) VALUES (%(entry)s, %(fund)s, %(on)s, %(account)s, %(amount)s)"""
)


@pytest.fixture
def fund(own_database: str) -> Fund:
    with elevated("test"):
        return open_fund(
            code="JF", title="工会经费", org=World().district, source=Source.FEES, by=SYSTEM, on=date(2023, 1, 1), is_budgeted=False
        )


@pytest.fixture(params=["DATABASE_URL", "DATABASE_OWNER_URL"])
def stranger(request: pytest.FixtureRequest, fund: Fund) -> Iterator[psycopg.Connection]:
    """Somebody who writes SQL by hand: as the application, and as the owner of the tables."""
    with psycopg.connect(os.environ[request.param]) as made:
        yield made


def posted(fund: Fund, key: str, amount: str = "860.00") -> Entry:
    with elevated("test"):
        money, debit, credit = Decimal(amount), Account.objects.get(code="501"), Account.objects.get(code="102")
    return post(fund, lines=[Line(debit, money), Line(credit, -money)], key=key, text="职工运动会", by=SYSTEM, on=DAY)


def write(fund: Fund, writer: int, entries: int) -> None:
    try:
        for number in range(entries):
            posted(fund, f"{writer} {number}")
    finally:
        connection.close()


def standing(fund: Fund) -> tuple[int, Decimal, list[str]]:
    """How many entries, what the bank account says, and what does not hold."""
    with elevated("test"):
        cash = balance(fund, Account.objects.get(code="102"), DAY)
        return Entry.objects.count(), cash, [check.name for check in checks() if not check.ok]


def test_eight_writers_at_once_post_everything_once(fund: Fund) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, [fund] * 8, range(8), [10] * 8, timeout=SECONDS))
    assert standing(fund) == (80, Decimal("-68800.00"), [])


def test_a_posting_under_way_holds_one_slot_and_leaves_the_others_free(fund: Fund) -> None:
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as other:
        for number in range(12):
            with transaction.atomic():
                posted(fund, f"a{number}")
                posted(fund, f"b{number}")
                assert other.execute(FREE).fetchone() == (63,)


def test_where_every_slot_is_held_a_posting_waits_for_one(fund: Fund) -> None:
    with ThreadPoolExecutor(4) as pool, psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as other:
        other.execute("SELECT FROM ledger_slot FOR UPDATE")
        waiting = [pool.submit(write, fund, writer, 1) for writer in range(4)]
        until = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%%ledger_entry%%'"
        with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as watch:
            while watch.execute(until).fetchone() != (4,):
                assert not any(each.done() for each in waiting)
        other.rollback()
        for each in waiting:
            each.result(timeout=SECONDS)
    assert standing(fund) == (4, Decimal("-3440.00"), [])


def test_a_leg_written_later_to_an_older_entry_is_refused_however_it_is_committed(fund: Fund, stranger: psycopg.Connection) -> None:
    entry = posted(fund, "k1")
    with elevated("test"):
        account = Account.objects.get(code="102").pk
    legs = {"entry": entry.pk, "fund": fund.pk, "on": DAY, "account": account}
    with pytest.raises(psycopg.errors.CheckViolation, match="分录只能和它的凭证一起记"):
        stranger.execute(LEG, legs | {"amount": 5})
        stranger.execute(LEG, legs | {"amount": -5})
        stranger.commit()
    stranger.rollback()
    assert standing(fund) == (1, Decimal("-860.00"), [])


@pytest.mark.parametrize("amounts", [[], [5], [5, -4]])
def test_an_entry_that_does_not_balance_is_refused_at_the_commit(fund: Fund, stranger: psycopg.Connection, amounts: list[int]) -> None:
    with elevated("test"):
        account = Account.objects.get(code="102").pk
    stranger.execute("SELECT set_config('niangjia.low', '0', false), set_config('niangjia.high', '2147483647', false)")
    made = stranger.execute(ENTRY, {"fund": fund.pk, "on": DAY}).fetchone()
    assert made
    for amount in amounts:
        stranger.execute(LEG, {"entry": made[0], "fund": fund.pk, "on": DAY, "account": account, "amount": amount})
    with pytest.raises(psycopg.errors.CheckViolation, match="借贷不平"):
        stranger.commit()
    assert standing(fund) == (0, Decimal("0.00"), [])
