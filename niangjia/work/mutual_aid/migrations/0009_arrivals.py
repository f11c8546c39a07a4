"""The order of arrival is drawn from a sequence, a block of places for each file; codes are the settlements' own numbers."""

from django.db import migrations, models

FORWARD = """CREATE SEQUENCE mutual_aid_arrival;
SELECT setval('mutual_aid_arrival', coalesce(max(arrival), 0) / 10000000 + 1) FROM mutual_aid_settlement"""


class Migration(migrations.Migration):
    dependencies = [("mutual_aid", "0008_plans")]

    operations = [
        migrations.AlterField(model_name="settlement", name="arrival", field=models.BigIntegerField(verbose_name="到达次序")),
        migrations.RunSQL(FORWARD, "DROP SEQUENCE mutual_aid_arrival"),
    ]
