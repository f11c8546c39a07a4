"""Row security of to-dos."""

from django.db import migrations

from niangjia.base.rowsecurity import NarrowReading


class Migration(migrations.Migration):
    dependencies = [("tasks", "0001_initial"), ("orgs", "0002_ground")]
    operations = [NarrowReading("Task", "org__lft")]
