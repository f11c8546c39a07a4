from django.db import migrations

from niangjia.base.rowsecurity import AppendOnly, CopyScope, NarrowReading


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial"), ("orgs", "0001_initial")]

    operations = [
        CopyScope("Case", "org"),
        NarrowReading("Case", "scope", own_path="persons", named_path="accounts", sealed_path="sealed"),
        NarrowReading("Party", "case__scope", behind="case"),
        NarrowReading("Clock", "case__scope", behind="case"),
        NarrowReading("StepTaken", "case__scope", behind="case"),
        NarrowReading("Assignment", "case__scope", behind="case"),
        AppendOnly("StepTaken"),
    ]
