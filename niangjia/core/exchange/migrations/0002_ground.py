from django.db import migrations

from niangjia.base.rowsecurity import AppendOnly, NarrowReading


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial"), ("cases", "0002_ground"), ("orgs", "0002_ground")]

    operations = [
        NarrowReading("Parcel", "org__lft"),
        NarrowReading("Message", "org__lft", behind="case"),
        NarrowReading("Attempt", "message__org__lft", behind="message"),
        AppendOnly("Attempt"),
    ]
