"""Row security of batches and their rows."""

from django.db import migrations

from niangjia.base.rowsecurity import NarrowReading


class Migration(migrations.Migration):
    dependencies = [("imports", "0001_initial"), ("orgs", "0002_ground")]
    operations = [NarrowReading("Batch", "org__lft"), NarrowReading("BatchRow", "batch__org__lft")]
