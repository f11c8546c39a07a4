"""Row security: policies and scope columns generated from a model's own words, as migration operations.

A model says by which path it belongs to an organisation (``scope_path``, a Django look-up ending in an interval start such as
``"scope"`` or ``"org__lft"``) and, where a person may see the row as their own, by which column (``own_path``, one id or an array of
them). ``named_path`` is an array of accounts that may read the row wherever they stand, ``sealed_path`` a boolean: a sealed row is read
by those named on it and by the persons it is about only. ``behind`` is a foreign key: the row is read by whoever reads the row it points
to, and by its own ``scope_path`` where it points to none. A ``scope_path`` of NAMED_ONLY lets no post read, not even the system: only those
whom the row names. The operations here turn these into PostgreSQL policies. Policies narrow reading only; writing is checked by actions (``require``).
"""

from typing import Any, cast

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.migrations.operations.base import Operation
from django.db.models import Field

LOW, HIGH, OWN, ACCOUNT = "niangjia.low", "niangjia.high", "niangjia.person", "niangjia.account"
NAMED_ONLY = "named only"
"""In place of a scope's path: rows that no post reads."""
LOWEST = -(2**31)
"""Below every interval: who reads from here reads everything, also the rows that belong to no organisation."""
POLICIES = ("narrow_reading", "free_insert", "free_update", "free_delete")
PATHS = ("scope_path", "own_path", "named_path", "sealed_path", "behind")
"""What a model may say about who reads its rows."""


def paths_of(model: type[models.Model]) -> dict[str, str]:
    """What this model says, for `reading_clause`."""
    return {name: getattr(model, name) for name in PATHS if getattr(model, name, "")}


def setting(name: str, kind: str = "int") -> str:
    """SQL that reads a transaction-local setting; an unset one is '' after a commit, hence nullif."""
    return f"nullif(current_setting('{name}', true), '')::{kind}"


def reading_clause(
    model: type[models.Model], scope_path: str, own_path: str = "", named_path: str = "", sealed_path: str = "", behind: str = ""
) -> str:
    """The USING clause: the row's interval start lies inside the reader's, or the row is the reader's own, or names the reader."""
    if behind:
        target = model._meta.get_field(behind).related_model._meta  # type: ignore[union-attr]
        clause = f'{_column(model, behind)} IN (SELECT "{target.pk.column}" FROM "{target.db_table}")'
        alone = f"{_column(model, behind)} IS NULL AND ({_within(model, scope_path.split('__'))})"
        return f"{clause} OR ({alone})" if model._meta.get_field(behind).null else clause
    clause = "(false)" if scope_path == NAMED_ONLY else f"({_within(model, scope_path.split('__'))})"
    if sealed_path:
        clause = f"({clause} AND (NOT {_column(model, sealed_path)} OR {setting(LOW)} = {LOWEST}))"
    for path, name in ((own_path, OWN), (named_path, ACCOUNT)):
        if path:
            clause = f"{clause} OR {_is_among(model, path, name)}"
    return clause


def _is_among(model: type[models.Model], field: str, name: str) -> str:
    """The setting is the column's value, or one of its values."""
    column, value = _column(model, field), setting(name, "bigint")
    return f"{column} @> ARRAY[{value}]" if isinstance(model._meta.get_field(field), ArrayField) else f"{column} = {value}"


def _column(model: type[models.Model], field: str) -> str:
    return f'"{cast("Field[Any, Any]", model._meta.get_field(field)).column}"'


def _within(model: type[models.Model], path: list[str]) -> str:
    if len(path) == 1:
        return f"{_column(model, path[0])} BETWEEN {setting(LOW)} AND {setting(HIGH)}"
    field: Any = model._meta.get_field(path[0])
    target = field.related_model._meta
    inside = _within(field.related_model, path[1:])
    clause = f'{_column(model, path[0])} IN (SELECT "{target.pk.column}" FROM "{target.db_table}" WHERE {inside})'
    return f"{clause} OR ({_column(model, path[0])} IS NULL AND {setting(LOW)} = {LOWEST})" if field.null else clause


class NarrowReading(Operation):
    """Switches row security on for a model and makes its policies: reading by scope, writing free (actions check rights)."""

    reversible = True

    def __init__(self, model_name: str, scope_path: str, own_path: str = "", **paths: str) -> None:
        """``paths`` are the others of `PATHS`."""
        self.model_name, self.paths = model_name, {"scope_path": scope_path, "own_path": own_path, **paths}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Policies are no part of Django's model state."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        table = model._meta.db_table
        clause = reading_clause(model, **self.paths)
        reading, inserting, updating, deleting = POLICIES
        schema_editor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        schema_editor.execute(f'CREATE POLICY {reading} ON "{table}" FOR SELECT USING ({clause})')
        schema_editor.execute(f'CREATE POLICY {inserting} ON "{table}" FOR INSERT WITH CHECK (true)')
        schema_editor.execute(f'CREATE POLICY {updating} ON "{table}" FOR UPDATE USING (true) WITH CHECK (true)')
        schema_editor.execute(f'CREATE POLICY {deleting} ON "{table}" FOR DELETE USING (true)')

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = from_state.apps.get_model(app_label, self.model_name)._meta.db_table
        for policy in POLICIES:
            schema_editor.execute(f'DROP POLICY {policy} ON "{table}"')
        schema_editor.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')

    def describe(self) -> str:
        return f"Narrow reading of {self.model_name} by {self.paths['scope_path']}"


class RenewReading(NarrowReading):
    """Makes the policies of a model anew after its words changed."""

    reversible = False

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        super().database_backwards(app_label, schema_editor, to_state, from_state)
        super().database_forwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Renew the reading of {self.model_name}"


class CopyScope(Operation):
    """Keeps an organisation's interval start on the row: a trigger fills it, a composite foreign key follows every move."""

    reversible = True

    def __init__(self, model_name: str, org_field: str) -> None:
        self.model_name, self.org_field = model_name, org_field

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Triggers and composite keys are no part of Django's model state."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        table, org = model._meta.db_table, model._meta.get_field(self.org_field)
        orgs = org.related_model._meta.db_table
        schema_editor.execute(
            f"CREATE FUNCTION {table}_fill_scope() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$ "
            f'BEGIN SELECT lft INTO NEW.scope FROM "{orgs}" WHERE id = NEW."{org.column}"; RETURN NEW; END $$'
        )
        moments = {
            "insert": ("INSERT", "NEW.scope IS NULL"),
            "update": (f'UPDATE OF "{org.column}"', f'NEW."{org.column}" <> OLD."{org.column}" AND NEW.scope = OLD.scope'),
        }
        for moment, (event, when) in moments.items():
            schema_editor.execute(
                f'CREATE TRIGGER {table}_scope_{moment} BEFORE {event} ON "{table}" '
                f"FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {table}_fill_scope()"
            )
        schema_editor.execute(
            f'ALTER TABLE "{table}" ADD CONSTRAINT {table}_scope_follows FOREIGN KEY ("{org.column}", scope) '
            f'REFERENCES "{orgs}" (id, lft) ON UPDATE CASCADE'
        )

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = from_state.apps.get_model(app_label, self.model_name)._meta.db_table
        schema_editor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT {table}_scope_follows')
        schema_editor.execute(f"DROP FUNCTION {table}_fill_scope() CASCADE")

    def describe(self) -> str:
        return f"Copy the scope of {self.org_field} onto {self.model_name}"


class AppendOnly(Operation):
    """Takes UPDATE and DELETE on a table from everyone, the owner included, by a trigger that refuses."""

    reversible = True

    def __init__(self, model_name: str, refuse: str = "UPDATE OR DELETE") -> None:
        self.model_name, self.refuse = model_name, refuse

    def state_forwards(self, app_label: str, state: Any) -> None:
        """A trigger is no part of Django's model state."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = to_state.apps.get_model(app_label, self.model_name)._meta.db_table
        schema_editor.execute(
            f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$ "
            f"BEGIN RAISE EXCEPTION '{table}: 只许追加，不许修改或删除'; END $$"
        )
        schema_editor.execute(
            f'CREATE TRIGGER {table}_append_only BEFORE {self.refuse} ON "{table}" '
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
        )

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = from_state.apps.get_model(app_label, self.model_name)._meta.db_table
        schema_editor.execute(f"DROP FUNCTION {table}_append_only() CASCADE")

    def describe(self) -> str:
        return f"Make {self.model_name} append-only"
