"""Writing the trail: one event a verb, chained in the same transaction as the change it tells of."""

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from niangjia.base.calendar import today
from niangjia.base.scope import elevated
from niangjia.core.trail.models import CHAINS, HASHED


class ActsUnderAPost(Protocol):
    """Whoever does something: a key for the account, the post in words, and for whom it is done."""

    @property
    def actor_key(self) -> str: ...
    @property
    def post_title(self) -> str: ...
    @property
    def acting_for_key(self) -> str: ...


CHAIN = "niangjia.trail_chain"
"""Transaction-local setting: the chain this transaction already writes to."""
NEXT_ID = "pg_get_serial_sequence('trail_event', 'id')"
_INSERT = f"""
WITH head AS (SELECT chain, sequence + 1 AS sequence, hash AS previous FROM trail_head {{which}}),
said AS (
    SELECT chain, sequence, clock_timestamp() AS at, %(on)s::date AS "on", %(actor)s::text AS actor, %(post)s::text AS post,
        %(acting_for)s::text AS acting_for, %(verb)s::text AS verb, %(subject)s::text AS subject, %(batch)s::text AS batch,
        %(reason)s::text AS reason, %(org)s::bigint AS org_id,
        sha256(%(salt)s::bytea || convert_to(%(body)s, 'UTF8')) AS payload_hash, previous FROM head),
made AS (SELECT coalesce(%(id)s::bigint, nextval({NEXT_ID})) AS id, said.*, {HASHED} AS hash FROM said),
event AS (
    INSERT INTO trail_event (id, chain, sequence, at, "on", actor, post, acting_for, verb, subject, batch, reason, org_id, payload_hash,
        previous, hash)
    SELECT * FROM made),
moved AS (UPDATE trail_head SET sequence = made.sequence, hash = made.hash FROM made WHERE trail_head.chain = made.chain),
payload AS (INSERT INTO trail_payload (event_id, salt, body) SELECT id, %(salt)s::bytea, %(body)s::text FROM made)
SELECT id, set_config('{CHAIN}', chain::text, true) FROM made
"""
# No RETURNING: it would want to read the new rows, which row security ties to an event not yet seen.
# A transaction stays on its chain, so a long one holds one head and never waits for another with a head in its hand.
_FREE_HEAD = _INSERT.format(which=f"ORDER BY chain = nullif(current_setting('{CHAIN}', true), '')::int DESC LIMIT 1 FOR UPDATE SKIP LOCKED")
_ANY_HEAD = _INSERT.format(which="WHERE chain = %(chain)s FOR UPDATE")


def record(
    verb: str,
    *,
    subject: str,
    by: ActsUnderAPost,
    org: int | None = None,
    on: date | None = None,
    reason: str = "",
    batch: str = "",
    **facts: Any,
) -> int:
    """Append one event and return its id; call it inside the transaction of the change.

    ``subject`` is ``"<model>:<id>"`` (``person:17``), ``org`` the organisation's id, ``facts`` a JSON-able payload without
    unsealed personal data.
    """
    said = {"on": on or today(), "verb": verb, "subject": subject, "batch": batch, "reason": reason, "org": org}
    return _append(said, by, facts, None)


def record_bulk(
    verb: str,
    *,
    touches: str,
    params: Sequence[Any] | Mapping[str, Any] | None = None,
    subject: str,
    by: ActsUnderAPost,
    org: int | None = None,
    on: date | None = None,
    batch: str = "",
    **facts: Any,
) -> int:
    """Append one event for many rows and return its id.

    ``touches`` is an SQL select of ``subject, before, after`` (text, jsonb, jsonb), one row a record changed, with ``params``. Each
    shows on its record's page; a digest over all of them is hashed into the event, so that none can be altered or lost unseen.
    """
    with elevated("trail: a bulk event's touches may lie outside the writer's own scope"), connection.cursor() as cursor:
        cursor.execute(f"SELECT nextval({NEXT_ID})")
        event = cursor.fetchone()[0]
        cursor.execute(f"INSERT INTO trail_touch (event_id, subject, before, after) SELECT {event}, t.* FROM ({touches}) AS t", params)
        rows = cursor.rowcount
        cursor.execute("SELECT touches_digest(%s)", [event])
        digest = cursor.fetchone()[0]
        said = {"on": on or today(), "verb": verb, "subject": subject, "batch": batch, "reason": "", "org": org}
        return _append(said, by, {**facts, "rows": rows, "touches": digest}, event)


def _append(said: dict[str, Any], by: ActsUnderAPost, facts: dict[str, Any], event: int | None) -> int:
    values = said | {
        "id": event, "actor": by.actor_key, "post": by.post_title, "acting_for": by.acting_for_key,
        "salt": secrets.token_bytes(16), "body": _canonical(facts), "chain": secrets.randbelow(CHAINS),
    }  # fmt: skip
    with elevated("trail: the new event may lie outside the writer's own scope"), connection.cursor() as cursor:
        for statement in (_FREE_HEAD, _ANY_HEAD):
            cursor.execute(statement, values)
            if row := cursor.fetchone():
                return int(row[0])
    raise RuntimeError("trail_head is empty: run the migrations")


def _canonical(facts: dict[str, Any]) -> str:
    """One text for one set of facts: it is hashed, so it is kept as text and never passes through jsonb."""
    return json.dumps(facts, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
