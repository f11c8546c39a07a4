"""Row security as somebody with the application's password meets it: no scope, no rows; a scope, its rows; no way around."""

from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import OperationalError, connection
from django.http import HttpResponse

from niangjia.base.database import database_url
from niangjia.core.home.queries import bypasses_row_security
from tests import house
from tests.security.test_headers import _through_the_middleware
from tests.world import World

OPEN_TABLES = {
    "access_cache": "keyed hashes of throttles and their moments; keys say nothing (see cache_key)",
    "account_emailaddress": "allauth's, always empty: accounts have no confirmed address",
    "account_emailconfirmation": "allauth's, always empty",
    "auth_group": "Django's, always empty: roles are code",
    "auth_group_permissions": "Django's, always empty",
    "auth_permission": "Django's names of models",
    "django_content_type": "Django's names of models",
    "django_migrations": "which migrations ran",
    "django_session": "found by a random key only; holds ids and moments, no personal data (see test_headers)",
    "mfa_authenticator": "asked for before anybody is known; secrets lie sealed",
    "socialaccount_socialaccount": "asked for before anybody is known; the partner's key for an account, nothing else",
    "socialaccount_socialapp": "allauth's, always empty: partners come from the environment",
    "socialaccount_socialtoken": "allauth's, always empty: no token is kept",
}
STAYS_AS_WRITTEN = {"cases.StepTaken": {"note_sealed"}}
"""Columns of append-only tables: nobody can write them again, so they stay under the key of their day."""
QUEUE = "procrastinate_"
"""Tables of the queue: jobs carry ids only."""
EMPTY = [name for name, why in OPEN_TABLES.items() if "always empty" in why]


def as_application(name: str) -> psycopg.Connection[Any]:
    return psycopg.connect(database_url("app"), dbname=name, autocommit=True)


def tables(one: psycopg.Connection[Any]) -> list[str]:
    return [name for (name,) in one.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")]


def test_every_table_is_narrowed_or_says_why_not(own_database: str) -> None:
    said = {model._meta.db_table: getattr(model, "unscoped_because", "") for model in house.models()} | OPEN_TABLES
    with as_application(own_database) as one:
        narrowed = {name for (name,) in one.execute("SELECT tablename FROM pg_policies WHERE policyname = 'narrow_reading'")}
        for table in tables(one):
            assert table in narrowed or said.get(table) or table.startswith(QUEUE), f"{table} wants a policy or a reason"
        assert set(OPEN_TABLES) <= set(tables(one)), "a reason for a table that is no more"


def test_without_a_scope_nothing_narrowed_is_read_and_with_one_only_its_rows(own_database: str) -> None:
    world = World()
    person, other, low = world.new_person(), world.elsewhere, world.here.lft
    with as_application(own_database) as one:
        narrowed = [name for (name,) in one.execute("SELECT tablename FROM pg_policies WHERE policyname = 'narrow_reading'")]
        assert "people_person" in narrowed
        for table in narrowed:
            assert one.execute(f'SELECT count(*) FROM "{table}"').fetchone() == (0,), table
        for scope, seen in (((low, world.here.rgt), 1), ((other.lft, other.rgt), 0), (("", ""), 0), ((0, -1), 0)):
            one.execute("SELECT set_config('niangjia.low', %s, false), set_config('niangjia.high', %s, false)", [str(end) for end in scope])
            assert one.execute("SELECT count(*) FROM people_person").fetchone() == (seen,)
            assert one.execute("SELECT count(*) FROM people_person WHERE id = %s", [person.pk]).fetchone() == (seen,)
            assert one.execute("UPDATE people_person SET job = job WHERE id = %s", [person.pk]).rowcount == seen


def test_the_application_cannot_put_row_security_aside(own_database: str) -> None:
    with as_application(own_database) as one:
        for statement in (
            "ALTER TABLE people_person DISABLE ROW LEVEL SECURITY", "DROP POLICY narrow_reading ON people_person",
            "SET ROLE niangjia_owner", "CREATE TABLE public.mine (one int)", "TRUNCATE trail_event", "COPY people_person TO PROGRAM 'true'",
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "DELETE FROM trail_event", "UPDATE trail_event SET verb = 'x'",
        ):  # fmt: skip
            with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.RaiseException)):
                one.execute(statement)  # type: ignore[call-overload]
        one.execute("SET row_security = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            one.execute("SELECT count(*) FROM people_person")


def test_tables_said_to_be_empty_are_empty_after_work(own_database: str) -> None:
    World().new_person()
    with as_application(own_database) as one:
        for table in EMPTY:
            assert one.execute(f'SELECT count(*) FROM "{table}"').fetchone() == (0,), table


def test_every_sealed_column_is_declared_for_new_keys() -> None:
    for model in apps.get_models():
        if model.__module__.startswith("niangjia."):
            columns = {field.name for field in model._meta.get_fields() if field.name.endswith("_sealed")}
            declared = set(getattr(model, "sealed_as", {}))
            assert columns - STAYS_AS_WRITTEN.get(model._meta.label, set()) == declared, model.__name__


def test_a_role_beyond_row_security_is_noticed_before_serving(own_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not bypasses_row_security()
    with psycopg.connect(database_url("owner"), dbname=own_database) as owner, owner.cursor() as cursor:
        assert bypasses_row_security(cursor)


def test_a_page_that_waits_for_a_lock_is_ended_by_the_database(own_database: str, settings: Any) -> None:
    settings.PAGE_LOCK_SECONDS = 1

    def view(request: object) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM trail_head WHERE chain = 1 FOR UPDATE")
        return HttpResponse()

    with psycopg.connect(database_url("app"), dbname=own_database) as other:
        other.execute("SELECT 1 FROM trail_head WHERE chain = 1 FOR UPDATE")
        with pytest.raises(OperationalError, match="lock timeout"):
            _through_the_middleware(view, "post")
