from typing import Any

from django.db import migrations, models

from niangjia.base.chinese import name_key


def fill(apps: Any, schema_editor: Any) -> None:
    for row in apps.get_model("rights", "Consultation").objects.exclude(employer_name="").iterator():
        row.employer_key = name_key(row.employer_name)
        row.save(update_fields=["employer_key"])


class Migration(migrations.Migration):
    dependencies = [
        ("rights", "0012_fees_in_the_books"),
    ]

    operations = [
        migrations.AddField(
            model_name="consultation",
            name="employer_key",
            field=models.CharField(blank=True, db_collation="C", max_length=120),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
