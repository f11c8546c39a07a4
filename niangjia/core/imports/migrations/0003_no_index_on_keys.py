"""Rows of one batch about the same record are found in one pass over the batch: no index on their keys."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("imports", "0002_ground")]
    operations = [migrations.RemoveIndex("BatchRow", "imports_batchrow_key")]
