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


# SECURITY DEFINER: the digest is taken before its event stands, when row security still hides the touches from their writer.
# SECURITY DEFINER: while an event is being written its touches cannot be read yet, since row security asks for the event.
TOUCHES_DIGEST = r"""
CREATE FUNCTION touches_digest(bulk_event bigint) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT encode(sha256(coalesce(string_agg(sha256(convert_to(
        concat_ws(E'\x1f', subject, coalesce(before::text, ''), coalesce(after::text, '')), 'UTF8')), ''::bytea ORDER BY id), ''::bytea)), 'hex')
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
