"""The ends of all chains as one line that leaves the machine: whoever cuts or rewrites the tail cannot call the line back."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from django.conf import settings
from django.db import connection

from niangjia.base.calendar import now, today
from niangjia.core.trail.queries import Check

SECONDS = 20


def chain_heads() -> dict[str, Any]:
    """The day's line: ``on``, ``at``, ``digest`` (hex) over the ends of all chains, and how long each chain is. Call it elevated."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT chain, sequence, hash FROM trail_head ORDER BY chain")
        heads = [(chain, sequence, bytes(end)) for chain, sequence, end in cursor.fetchall()]
    return {
        "on": today().isoformat(), "at": now().isoformat(), "digest": _digest(heads),
        "sequences": {str(chain): sequence for chain, sequence, _ in heads if sequence},
    }  # fmt: skip


def hand_out() -> str:
    """Give the day's line to the witness named by NIANGJIA_WITNESS, a folder of another machine or an http(s) address; returns the line.

    Raises OSError where the witness does not take it, so that the job is tried again and shows as failed.
    """
    line = json.dumps(chain_heads(), ensure_ascii=False, sort_keys=True)
    if settings.WITNESS.startswith(("https://", "http://")):
        posted = Request(settings.WITNESS, line.encode(), {"Content-Type": "application/json"}, method="POST")  # noqa: S310
        with urlopen(posted, timeout=SECONDS):  # noqa: S310 (the scheme is checked above)
            return line
    if settings.WITNESS:
        with (Path(settings.WITNESS) / "niangjia-witness.jsonl").open("a") as file:
            file.write(line + "\n")
    return line


def compare(lines: Iterable[str]) -> Check:
    """Whether the trail still holds what earlier lines said. Call it elevated."""
    said = [json.loads(line) for line in lines if line.strip()]
    broken = [line["on"] for line in said if _digest(_ends_at(line["sequences"])) != line["digest"]]
    detail = f"{len(said)} 份外存记录，{len(broken)} 份对不上" + (f"，最早的是 {broken[0]}" if broken else "")
    return Check("trail.witness", not broken, detail)


def _ends_at(sequences: dict[str, int]) -> list[tuple[int, int, bytes]]:
    """The chains as they ended at these places; a chain that was empty then ends in its own beginning."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT head.chain, coalesce(said.sequence, 0), coalesce(event.hash, first.previous, head.hash)
            FROM trail_head AS head
            LEFT JOIN jsonb_each_text(%s::jsonb) AS given(chain, sequence) ON given.chain::int = head.chain
            LEFT JOIN LATERAL (SELECT given.sequence::bigint AS sequence) AS said ON given.chain IS NOT NULL
            LEFT JOIN trail_event AS event ON event.chain = head.chain AND event.sequence = said.sequence
            LEFT JOIN trail_event AS first ON first.chain = head.chain AND first.sequence = 1 AND said.sequence IS NULL
            WHERE said.sequence IS NULL OR event.id IS NOT NULL
            ORDER BY head.chain""",
            [json.dumps(sequences)],
        )
        return [(chain, sequence, bytes(end)) for chain, sequence, end in cursor.fetchall()]


def _digest(heads: list[tuple[int, int, bytes]]) -> str:
    state = hashlib.sha256()
    for chain, sequence, end in heads:
        state.update(f"{chain} {sequence} {end.hex()}\n".encode())
    return state.hexdigest()
