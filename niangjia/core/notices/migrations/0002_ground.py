"""Row security of notices."""

from django.db import migrations

from niangjia.base.rowsecurity import NarrowReading


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial")]
    operations = [NarrowReading("Notice", "org__lft", "person")]
