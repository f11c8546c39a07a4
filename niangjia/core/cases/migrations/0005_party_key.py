from typing import Any

from django.db import migrations, models

from niangjia.base.chinese import name_key


def fill(apps: Any, schema_editor: Any) -> None:
    for row in apps.get_model("cases", "Party").objects.exclude(name="").iterator():
        row.name_key = name_key(row.name)
        row.save(update_fields=["name_key"])


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0004_duty_of_partners"),
        ("orgs", "0004_city"),
        ("people", "0003_transfers_asked"),
    ]

    operations = [
        migrations.AddField(
            model_name="party",
            name="name_key",
            field=models.CharField(blank=True, db_collation="C", max_length=120),
        ),
        migrations.AddIndex(
            model_name="party",
            index=models.Index(condition=models.Q(("name_key", ""), _negated=True), fields=["name_key"], name="cases_party_name"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
