"""Scope columns and row security of persons and what hangs on them."""

from django.db import migrations

from niangjia.base.rowsecurity import CopyScope, NarrowReading

# With the unique and check constraints of the model: the spans of a person are one chain, so none overlaps another.
FOLLOWS = """
ALTER TABLE people_membership ADD CONSTRAINT people_membership_follows
    FOREIGN KEY (person_id, previous_until) REFERENCES people_membership (person_id, until) DEFERRABLE INITIALLY DEFERRED
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("orgs", "0002_ground")]
    operations = [
        migrations.RunSQL(FOLLOWS, "ALTER TABLE people_membership DROP CONSTRAINT people_membership_follows"),
        CopyScope("Person", "home_org"),
        CopyScope("Membership", "union"),
        NarrowReading("Person", "scope", "id"),
        NarrowReading("Membership", "scope", "person"),
        NarrowReading("Officer", "org__lft"),
    ]
