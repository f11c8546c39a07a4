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


TOUCHES_DIGEST = r"""
CREATE FUNCTION touches_digest(bulk_event bigint) RETURNS text LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT encode(sha256(coalesce(string_agg(sha256(convert_to(
        concat_ws(E'\x1f', subject, before::text, after::text), 'UTF8')), ''::bytea ORDER BY id), ''::bytea)), 'hex')
    FROM trail_touch WHERE event_id = bulk_event
$$"""


class Migration(migrations.Migration):
    dependencies = [("trail", "0001_initial"), ("orgs", "0001_initial")]
    operations = [
        migrations.RunPython(make_heads, migrations.RunPython.noop),
        AppendOnly("Event"),
        AppendOnly("Touch"),
        AppendOnly("Payload", refuse="UPDATE"),
        migrations.RunSQL(TOUCHES_DIGEST, "DROP FUNCTION touches_digest(bigint)"),
        NarrowReading("Event", "org__lft"),
        NarrowReading("Payload", "event__org__lft"),
        NarrowReading("Touch", "event__org__lft"),
    ]
