"""The index of the summary holds what a sum needs, so that the table itself is not read."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("figures", "0002_ground")]
    operations = [
        migrations.RemoveIndex("membershiptally", "figures_tally_place"),
        migrations.AddIndex(
            "membershiptally",
            models.Index(fields=["size", "at"], include=["union", "standing", "is_new_form", "change"], name="figures_tally_cells"),
        ),
    ]
