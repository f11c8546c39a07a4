"""Row security of organisations and what hangs on them."""

from django.db import migrations

from niangjia.base.rowsecurity import NarrowReading


class Migration(migrations.Migration):
    dependencies = [("orgs", "0001_initial")]
    operations = [
        NarrowReading("Organisation", "lft"),
        NarrowReading("Placement", "org__lft"),
        NarrowReading("OrgName", "org__lft"),
        NarrowReading("Term", "org__lft"),
        NarrowReading("Employer", "answering_org__lft"),
        NarrowReading("Coverage", "union__lft"),
        NarrowReading("PartnerBody", "answering_org__lft"),
    ]
