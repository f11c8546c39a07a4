from django.db import migrations

from niangjia.base.rowsecurity import NarrowReading


class Migration(migrations.Migration):
    dependencies = [("rights", "0001_initial")]

    operations = [
        NarrowReading("Dispute", "case__scope", behind="case"),
        NarrowReading("Claim", "case__scope", behind="case"),
        NarrowReading("Session", "case__scope", behind="case"),
        NarrowReading("Proceeding", "case__scope", behind="case"),
        NarrowReading("Settlement", "case__scope", behind="case"),
        NarrowReading("Receipt", "case__scope", behind="case"),
        NarrowReading("Instalment", "settlement__case__scope", behind="settlement"),
    ]
