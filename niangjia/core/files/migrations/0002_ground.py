"""Row security of stored files."""

from django.db import migrations

from niangjia.base.rowsecurity import NarrowReading


class Migration(migrations.Migration):
    dependencies = [("files", "0001_initial"), ("orgs", "0002_ground")]
    operations = [NarrowReading("StoredFile", "org__lft")]
