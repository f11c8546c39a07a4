"""Row security, and the trigger that keeps the summary of memberships in the transaction of every write."""

from django.db import migrations

from niangjia.base.rowsecurity import NarrowReading

# A statement's rows are cut into beginnings (+1) and ends (-1); rows as they were before count the other way round.
KEEP = """
CREATE FUNCTION figures_membershiptally_{moment}() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO figures_membershiptally (union_id, size, at, last_day, standing, is_new_form, change)
    SELECT union_id, size, date_trunc(CASE size WHEN 'm' THEN 'month' ELSE 'year' END, day)::date, max(day), standing, is_new_form, sum(change)
    FROM (
        SELECT union_id, standing, is_new_form, day, sum(edge * sign) AS change
        FROM ({rows}) AS row
        CROSS JOIN LATERAL (VALUES (lower(during), 1), (upper(during), -1)) AS cut (day, edge)
        WHERE day IS NOT NULL
        GROUP BY union_id, standing, is_new_form, day
        HAVING sum(edge * sign) <> 0
    ) AS days
    CROSS JOIN (VALUES ('m'), ('y')) AS sizes (size)
    GROUP BY union_id, size, 3, standing, is_new_form;
    RETURN NULL;
END $$;
CREATE TRIGGER figures_membershiptally_{moment} AFTER {event} ON people_membership
    REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION figures_membershiptally_{moment}()
"""
FRESH = "SELECT union_id, standing, is_new_form, during, 1 AS sign FROM fresh"
STALE = "SELECT union_id, standing, is_new_form, during, -1 AS sign FROM stale"
MOMENTS = {
    "insert": {"event": "INSERT", "tables": "NEW TABLE AS fresh", "rows": FRESH},
    "update": {"event": "UPDATE", "tables": "OLD TABLE AS stale NEW TABLE AS fresh", "rows": f"{FRESH} UNION ALL {STALE}"},
    "delete": {"event": "DELETE", "tables": "OLD TABLE AS stale", "rows": STALE},
}
FORGET = "DROP FUNCTION figures_membershiptally_{moment}() CASCADE"


class Migration(migrations.Migration):
    dependencies = [("figures", "0001_initial"), ("people", "0002_ground"), ("files", "0001_initial")]
    operations = [
        NarrowReading("EnteredValue", "org__lft"),
        NarrowReading("FrozenFigure", "org__lft"),
        NarrowReading("MembershipTally", "union__lft"),
        *(
            migrations.RunSQL(KEEP.format(moment=moment, **parts), FORGET.format(moment=moment))
            for moment, parts in MOMENTS.items()
        ),
    ]
