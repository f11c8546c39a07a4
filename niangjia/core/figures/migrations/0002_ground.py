"""Row security, and the trigger that keeps the summary of memberships in the transaction of every write."""

from django.db import migrations

from niangjia.base.rowsecurity import NarrowReading

KEEP = """
CREATE FUNCTION figures_membershiptally_{moment}() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO figures_membershiptally (union_id, size, at, last_day, standing, is_new_form, change)
    SELECT union_id, size, date_trunc(unit, day::timestamp)::date, max(day), standing, is_new_form, sum(change)
    FROM ({days}) AS days CROSS JOIN (VALUES ('m', 'month'), ('y', 'year')) AS sizes (size, unit)
    GROUP BY union_id, size, 3, standing, is_new_form;
    RETURN NULL;
END $$;
CREATE TRIGGER figures_membershiptally_{moment} AFTER {event} ON people_membership
    REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION figures_membershiptally_{moment}()
"""
FORGET = "DROP FUNCTION figures_membershiptally_{moment}() CASCADE"

# A span is cut into its beginning (+1) and its end (-1); spans as they were before the statement count the other way round.
CUT = """SELECT union_id, standing, is_new_form, day, {sign} * edge AS change
    FROM {table} CROSS JOIN LATERAL (VALUES (lower(during), 1), (upper(during), -1)) AS cut (day, edge) WHERE day IS NOT NULL"""
BEGUN, TAKEN_BACK = CUT.format(table="fresh", sign=1), CUT.format(table="stale", sign=-1)
# What an update left as it was cancels out.
DIFFERENCE = f"""SELECT union_id, standing, is_new_form, day, sum(change) AS change FROM ({BEGUN} UNION ALL {TAKEN_BACK}) AS edges
    GROUP BY union_id, standing, is_new_form, day HAVING sum(change) <> 0"""
MOMENTS = {
    "insert": {"event": "INSERT", "tables": "NEW TABLE AS fresh", "days": BEGUN},
    "update": {"event": "UPDATE", "tables": "OLD TABLE AS stale NEW TABLE AS fresh", "days": DIFFERENCE},
    "delete": {"event": "DELETE", "tables": "OLD TABLE AS stale", "days": TAKEN_BACK},
}


class Migration(migrations.Migration):
    dependencies = [("figures", "0001_initial"), ("people", "0002_ground")]
    operations = [
        NarrowReading("EnteredValue", "org__lft"),
        NarrowReading("FrozenFigure", "org__lft"),
        NarrowReading("MembershipTally", "union__lft"),
        *(migrations.RunSQL(KEEP.format(moment=moment, **parts), FORGET.format(moment=moment)) for moment, parts in MOMENTS.items()),
    ]
