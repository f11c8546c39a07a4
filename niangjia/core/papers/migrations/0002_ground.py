from django.db import migrations

from niangjia.base.rowsecurity import NarrowReading


class Migration(migrations.Migration):
    dependencies = [("papers", "0001_initial"), ("cases", "0002_ground"), ("orgs", "0002_ground"), ("files", "0002_ground")]

    operations = [
        NarrowReading("IssuedPaper", "case__scope", behind="case"),
        NarrowReading("Letterhead", "org__lft"),
        NarrowReading("ScanPile", "org__lft"),
        NarrowReading("ScanPage", "pile__org__lft", behind="pile"),
    ]
