"""What a stand-in remembers, in a SQLite file of its own folder: what it took, each once by its key; what it has to send."""

import base64
import json
import os
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

from niangjia.base.signing import KeyPair, new_private_key

TABLES = """
CREATE TABLE IF NOT EXISTS taken (key TEXT PRIMARY KEY, digest TEXT, kind TEXT, case_code TEXT, receipt TEXT, times INTEGER DEFAULT 1);
CREATE TABLE IF NOT EXISTS outbox (id INTEGER PRIMARY KEY, key TEXT UNIQUE, body TEXT, kind TEXT, case_code TEXT, due REAL,
    tries INTEGER DEFAULT 0, status INTEGER, receipt TEXT);
"""


class Notebook:
    """One connection under one lock; everything is written before it is answered."""

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = threading.Lock()
        self._file = sqlite3.connect(home / "notebook.sqlite", check_same_thread=False, isolation_level=None)
        self._file.row_factory = sqlite3.Row
        self._file.executescript(TABLES)

    def take(self, key: str, digest: str, kind: str, case: str, receipt: str) -> tuple[str, str, bool]:
        """Keep a message under its key; gives digest and receipt on record, and whether it is new."""
        with self._lock:
            if row := self._file.execute("SELECT digest, receipt FROM taken WHERE key = ?", [key]).fetchone():
                self._file.execute("UPDATE taken SET times = times + 1 WHERE key = ?", [key])
                return row["digest"], row["receipt"], False
            values = [key, digest, kind, case, receipt]
            self._file.execute("INSERT INTO taken (key, digest, kind, case_code, receipt) VALUES (?, ?, ?, ?, ?)", values)
            return digest, receipt, True

    def put(self, body: dict[str, Any], seconds: float) -> None:
        """Something to be sent in so many seconds."""
        with self._lock:
            key = f"{body['number']}-{os.urandom(4).hex()}"
            key = "".join(one if one.isascii() and (one.isalnum() or one in "._:-") else "x" for one in key)[-60:]
            text = json.dumps(body, ensure_ascii=False, sort_keys=True)
            values = [f"k{key}", text, body["kind"], body["case"] or "", time.time() + seconds]
            self._file.execute("INSERT INTO outbox (key, body, kind, case_code, due) VALUES (?, ?, ?, ?, ?)", values)

    def due(self) -> list[sqlite3.Row]:
        """What is to be sent now, in order; nothing about a case overtakes what is to be sent before it."""
        with self._lock:
            rows = self._file.execute(
                "SELECT * FROM outbox AS one WHERE status IS NULL AND due <= ? AND NOT EXISTS (SELECT 1 FROM outbox AS earlier WHERE "
                "earlier.status IS NULL AND earlier.case_code = one.case_code AND one.case_code <> '' AND earlier.id < one.id) ORDER BY id",
                [time.time()],
            )
            return rows.fetchall()

    def done(self, number: int, status: int, receipt: str) -> None:
        with self._lock:
            self._file.execute("UPDATE outbox SET status = ?, receipt = ?, tries = tries + 1 WHERE id = ?", [status, receipt, number])

    def later(self, number: int, seconds: float) -> None:
        with self._lock:
            self._file.execute("UPDATE outbox SET tries = tries + 1, due = ? WHERE id = ?", [time.time() + seconds, number])

    def count(self, table: str = "taken") -> int:
        with self._lock:
            return int(self._file.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    def log(self) -> dict[str, list[dict[str, Any]]]:
        """Everything taken and sent, without what it says; of what was sent also what the receipt says became of it."""
        with self._lock:
            taken = self._file.execute("SELECT key, kind, case_code, times FROM taken ORDER BY rowid").fetchall()
            sent = self._file.execute("SELECT key, kind, case_code, tries, status, receipt FROM outbox ORDER BY id").fetchall()
        return {"taken": [dict(row) for row in taken], "sent": [_sent(dict(row)) for row in sent]}


def _sent(row: dict[str, Any]) -> dict[str, Any]:
    """A line of the log: the outcome a receipt names, no more of it."""
    receipt = row.pop("receipt")
    return row | {"outcome": json.loads(receipt).get("outcome") if receipt else None}


def key_of(home: Path, role: str) -> KeyPair:
    """The stand-in's key pair, made on first use."""
    file = home / "key"
    if not file.exists():
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
            private = new_private_key()
            handle.write(f"{role}-{os.urandom(3).hex()} {base64.b64encode(private).decode()}")
    name, text = file.read_text().split()
    return KeyPair(name, base64.b64decode(text))
