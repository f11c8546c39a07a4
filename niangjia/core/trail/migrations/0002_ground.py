"""The 64 chain heads, append-only events, row security."""

import hashlib
from typing import Any

from django.db import migrations

from niangjia.base.rowsecurity import AppendOnly, NarrowReading

CHAINS = 64


def make_heads(apps: Any, schema_editor: Any) -> None:
    head = apps.get_model("trail", "Head")
    head.objects.bulk_create(
        head(chain=chain, sequence=0, hash=hashlib.sha256(f"niangjia trail {chain}".encode()).digest()) for chain in range(CHAINS)
    )


class Migration(migrations.Migration):
    dependencies = [("trail", "0001_initial"), ("orgs", "0001_initial")]
    operations = [
        migrations.RunPython(make_heads, migrations.RunPython.noop),
        AppendOnly("Event"),
        AppendOnly("Touch"),
        AppendOnly("Payload", refuse="UPDATE"),
        NarrowReading("Event", "org__lft"),
        NarrowReading("Payload", "event__org__lft"),
        NarrowReading("Touch", "event__org__lft"),
    ]
