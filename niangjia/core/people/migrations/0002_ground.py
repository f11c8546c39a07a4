"""Scope columns and row security of persons and what hangs on them."""

from django.db import migrations

from niangjia.base.rowsecurity import CopyScope, NarrowReading


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("orgs", "0002_ground")]
    operations = [
        CopyScope("Person", "home_org"),
        CopyScope("Membership", "union"),
        NarrowReading("Person", "scope", "id"),
        NarrowReading("Membership", "scope", "person"),
        NarrowReading("Officer", "org__lft"),
    ]
