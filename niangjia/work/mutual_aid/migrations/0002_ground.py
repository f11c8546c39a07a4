"""Row security of mutual aid."""

from django.db import migrations

from niangjia.base.rowsecurity import AppendOnly, NarrowReading


class Migration(migrations.Migration):
    dependencies = [("mutual_aid", "0001_initial"), ("orgs", "0002_ground"), ("people", "0002_ground")]
    operations = [
        NarrowReading("Bill", "org__lft"),
        NarrowReading("Enrolment", "org__lft", "person"),
        NarrowReading("Settlement", "org__lft", "person"),
        NarrowReading("SettlementVersion", "settlement__org__lft", behind="settlement"),
        AppendOnly("SettlementVersion"),
    ]
