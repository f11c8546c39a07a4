"""What a to-do is about in particular, so that its page need not read it out of the title."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tasks", "0002_ground")]
    operations = [
        migrations.AddField("task", "details", models.JSONField(blank=True, default=dict, verbose_name="细节")),
    ]
