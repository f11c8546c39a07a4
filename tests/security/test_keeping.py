"""Backup, restore and new keys, on a home of their own: what was kept opens again, with the same rights, and the trail holds."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from niangjia.base.database import Embedded
from tests.ground import ROOT

ACLS = """SELECT relname, (SELECT string_agg(one::text, ' ' ORDER BY one::text) FROM unnest(relacl) AS one) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S') ORDER BY 1"""
POLICIES = "SELECT tablename, policyname, cmd, translate(qual, '() ', '') FROM pg_policies ORDER BY 1, 2"
"""Without brackets: a clause read again from its own text groups its ANDs otherwise."""
ID = "330203199001010014"
FILL = f"""
from niangjia.config.commands.ground import start_django; start_django()
from tests.world import World
from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.files.actions import store
from niangjia.core.people.actions import register_person
world = World()
world.new_person(id_number="{ID}")
with elevated("test: many"):
    for number in range(60):
        register_person(home_org=world.union, name="何静川", phone=f"139000{{number:05d}}", by=SYSTEM)
    store(data=b"%PDF-1.7 a paper", name="a.pdf", org=world.union, by=SYSTEM)
"""
MORE = """
from niangjia.config.commands.ground import start_django; start_django()
from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.orgs.models import Organisation
from niangjia.core.people.actions import register_person
with elevated("test: more"):
    for number in range(3):
        register_person(home_org=Organisation.objects.latest("pk"), name="何静川", by=SYSTEM)
"""
READ = f"""
import json
from niangjia.config.commands.ground import start_django; start_django()
from niangjia.base.scope import elevated
from niangjia.base.sealing import blind, keyring
from niangjia.core.files.models import StoredFile
from niangjia.core.files.queries import open_file
from niangjia.core.home.actions import under_older_keys
from niangjia.core.people.models import ID_NUMBER, Person
with elevated("test: what is there"):
    person = Person.objects.get(id_index=blind("{ID}", ID_NUMBER))
    print(json.dumps({{"number": person.id_number, "persons": Person.objects.count(), "phones": len({{p.phone for p in Person.objects.all()}}),
        "paper": open_file(StoredFile.objects.get()).read().decode(), "older": under_older_keys(), "key": keyring().sealer().number}}))
"""


class Home:
    """A home with its own server."""

    def __init__(self, place: Path) -> None:
        self.place, self.server = place, Embedded(place)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
        self.environment = kept | {"NIANGJIA_HOME": str(place), "NIANGJIA_TODAY": "2023-12-18", "NIANGJIA_DEMO": "1"}

    def command(self, *words: object, ok: bool = True) -> Any:
        program = [sys.executable, "-m", "niangjia.config.cli", *map(str, words)]
        done = subprocess.run(program, env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False)
        assert (done.returncode == 0) is ok, done.stderr[-3000:]
        return done

    def python(self, text: str) -> str:
        done = subprocess.run([sys.executable, "-c", text], env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def found(self) -> dict[str, Any]:
        return dict(json.loads(self.python(READ)))

    def ask(self, statement: str) -> list[Any]:
        with psycopg.connect(self.server.url("owner")) as connection:
            return connection.execute(statement).fetchall()  # type: ignore[arg-type]


@pytest.fixture
def nest() -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="nj-keeping-", dir="/var/tmp"))
    place.chmod(0o711)
    yield place
    for home in place.iterdir():
        if (home / "data").exists():
            Embedded(home).stop()
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def filled(nest: Path) -> Home:
    home = Home(nest / "home")
    home.command("migrate")
    home.python(FILL)
    return home


def test_a_backup_comes_back_in_an_empty_home_and_holds(filled: Home, nest: Path) -> None:
    before = filled.found()
    assert (before["number"], before["paper"], before["persons"]) == (ID, "%PDF-1.7 a paper", 61)
    filled.command("backup", nest / "kept", "--keys", nest / "keys-apart")
    assert not (nest / "kept" / "keys").exists() and (nest / "keys-apart" / "keyring.json").exists()
    assert ID.encode() not in (nest / "kept" / "database.dump").read_bytes()
    assert "不是空目录" in filled.command("backup", nest / "kept", ok=False).stderr

    fresh = Home(nest / "fresh")
    assert "没有密钥" in fresh.command("restore", nest / "kept", ok=False).stderr
    done = fresh.command("restore", nest / "kept", "--keys", nest / "keys-apart")
    assert "✓ trail.witness" in done.stderr and "✗" not in done.stderr
    assert fresh.found() == before
    assert fresh.ask(ACLS) == filled.ask(ACLS) and fresh.ask(POLICIES) == filled.ask(POLICIES)
    assert json.loads(fresh.command("verify", "--json").stdout)["ok"] is True
    assert "已有数据" in fresh.command("restore", nest / "kept", "--keys", nest / "keys-apart", ok=False).stderr
    fresh.python(MORE)

    dump = nest / "kept" / "database.dump"
    dump.write_bytes(dump.read_bytes()[:-1])
    assert "指纹不符" in Home(nest / "third").command("restore", nest / "kept", "--keys", nest / "keys-apart", ok=False).stderr


def test_new_keys_go_over_everything_and_go_on_after_a_kill(filled: Home) -> None:
    slow = (
        "from niangjia.config.commands.ground import start_django; start_django()\n"
        "import time\nfrom niangjia.core.access.actor import SYSTEM\nfrom niangjia.core.home.actions import reseal, rotate_keys\n"
        "rotate_keys(by=SYSTEM)\nfor done in reseal(by=SYSTEM, chunk=10):\n    print(done.rows, flush=True); time.sleep(0.3)\n"
    )
    worker = subprocess.Popen([sys.executable, "-c", slow], env=filled.environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None
    for _ in range(2):
        worker.stdout.readline()
    time.sleep(0.05)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    worker.stdout.close()
    half = filled.found()
    assert half["key"] == 2 and 0 < half["older"] < 61 and half["number"] == ID
    filled.command("keys", "rotate")
    done = filled.found()
    assert (done["key"], done["older"], done["persons"], done["phones"], done["paper"]) == (2, 0, 61, 61, "%PDF-1.7 a paper")
    assert {path.read_bytes()[21] for path in (filled.place / "files").glob("??/*")} == {2}
    assert json.loads(filled.command("verify", "--json").stdout)["ok"] is True
    filled.command("keys", "rotate")
    assert filled.found()["key"] == 3


def test_a_witness_outside_sees_a_cut_tail_whose_heads_were_mended(filled: Home, nest: Path) -> None:
    outside = nest / "outside"
    outside.mkdir()
    filled.environment["NIANGJIA_WITNESS"] = str(outside)
    line = filled.command("witness").stdout
    kept = outside / "niangjia-witness.jsonl"
    assert (
        kept.read_text() == line
        and json.loads(line)["digest"] == json.loads(filled.command("status", "--json", ok=False).stdout)["chain"]["digest"]
    )
    filled.python(MORE)
    assert json.loads(filled.command("verify", "--json", "--witness", kept).stdout)["ok"] is True
    with psycopg.connect(filled.server.url("superuser"), autocommit=True) as forger:
        forger.execute("SET session_replication_role = replica")
        forger.execute("DELETE FROM trail_payload WHERE event_id IN (SELECT id FROM trail_event WHERE sequence > 1)")
        forger.execute("DELETE FROM trail_touch WHERE event_id IN (SELECT id FROM trail_event WHERE sequence > 1)")
        forger.execute("DELETE FROM trail_event WHERE sequence > 1")
        forger.execute(
            "UPDATE trail_head SET sequence = 1, hash = e.hash FROM trail_event AS e WHERE e.chain = trail_head.chain AND e.sequence = 1"
        )
    assert json.loads(filled.command("verify", "--json").stdout)["ok"] is True
    forged = json.loads(filled.command("verify", "--json", "--witness", kept, ok=False).stdout)
    assert [check["name"] for check in forged["checks"] if not check["ok"]] == ["trail.witness"]
