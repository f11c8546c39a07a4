"""A roster end to end (read, check, find doubles, seal, merge, trail) beside its peers and its limit, on the same columns in one run.

    NIANGJIA_HOME=/tmp/bench .venv/bin/python -m bench.roster --rows 506000

The home must be migrated; it is best empty. Peers work on fewer rows (they are slow) inside a transaction that is rolled back.
"""

import argparse
import csv
import random
import resource
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import tablib
from django.db import connection, transaction

from bench.fill import GIVEN, SURNAMES, district
from bench.measure import milliseconds, table
from niangjia.base.chinese import DEMO_DIVISION, id_check_digit, name_key, pinyin_keys
from niangjia.base.scope import elevated
from niangjia.base.sealing import blind, seal
from niangjia.core.access.actor import SYSTEM
from niangjia.core.imports.actions import receive, submit, work_on
from niangjia.core.imports.models import Batch
from niangjia.core.orgs.models import Organisation
from niangjia.core.people.models import ID_NUMBER, PHONE, Membership, Person

HEADINGS = ("姓名", "身份证号", "手机", "所属工会", "就业形态", "民族", "政治面貌", "学历", "户籍类型", "联系地址", "入会日期", "工会小组")


def roster(path: Path, rows: int, start: int, *, mixed: bool = False) -> None:
    """A CSV of made-up persons, each once: union after union, as rosters are collected, or all mixed, which is dearer."""
    with elevated("bench: the unions of the made-up district"):
        unions = list(Organisation.objects.filter(kind=10).values_list("code", flat=True)) or list(
            Organisation.objects.filter(kind__lt=20).values_list("code", flat=True)
        )
    chance = random.Random(start)
    places = [chance.randrange(len(unions)) for _ in range(rows)]
    if not mixed:
        places.sort()
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for number, place in enumerate(places, start):
            day = date.fromordinal(date(1955, 1, 1).toordinal() + number * 7919 % 15_000)
            stem = f"{DEMO_DIVISION}{day:%Y%m%d}{number // 15_000 % 1000:03d}"
            name = chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=chance.choice((1, 2, 2))))
            writer.writerow((
                name, stem + id_check_digit(stem), f"13{number % 10**9:09d}", unions[place], chance.choice(("单位就业", "快递员")),
                "汉族", "群众", "大专", "农村", f"某某路{number % 999}号", "2022-05-06", "一组",
            ))  # fmt: skip


def ours(path: Path) -> None:
    """The product's own way, from the file to the trail."""
    with elevated("bench: the whole district"):
        org = Organisation.objects.get(parent=None)
    with path.open("rb") as file:
        code = receive(sheet="members", data=file, name=path.name, org=org, by=SYSTEM, queue=False).batch.code
    work_on(code=code)
    with elevated("bench: the batch just checked"):
        batch = Batch.objects.select_related("org").get(code=code)
    submit(batch=batch, by=SYSTEM, queue=False)
    work_on(code=code)


def read(path: Path, rows: int) -> list[list[str]]:
    with path.open(encoding="utf-8") as file:
        return [row for _, row in zip(range(rows), list(csv.reader(file))[1:], strict=False)]


def as_person(row: list[str], number: int, org: Organisation) -> Person:
    """One object with what the register keeps: keys, seals, indexes."""
    full, initials = pinyin_keys(row[0])
    return Person(
        code=f"B{number}", name=row[0], name_key=name_key(row[0]), pinyin=full, initials=initials, id_sealed=seal(row[1], ID_NUMBER),
        id_index=blind(row[1] + "b", ID_NUMBER), phone_sealed=seal(row[2], PHONE), phone_index=blind(row[2], PHONE), ethnic=1, political=13,
        education=30, household=2, address=row[9], home_org=org, scope=org.lft, registered_on=date(2023, 12, 18),
    )  # fmt: skip


def bulk_create(path: Path, rows: int) -> None:
    """Django's own: bulk_create of persons and memberships, 5,000 at a time; no checks, no doubles, no trail."""
    org = Organisation.objects.filter(kind__lt=20).first()
    assert org is not None
    people = Person.objects.bulk_create([as_person(row, n, org) for n, row in enumerate(read(path, rows))], batch_size=5000)
    stays = [
        Membership(person=one, union=org, scope=org.lft, during=(date(2022, 5, 6), None), joined_on=date(2022, 5, 6), join_way=3)
        for one in people
    ]
    Membership.objects.bulk_create(stays, batch_size=5000)


def import_export(path: Path, rows: int) -> None:
    """django-import-export in its bulk mode, persons only."""
    from import_export.resources import ModelResource

    org = Organisation.objects.filter(kind__lt=20).first()
    assert org is not None

    class People(ModelResource):
        def after_import(self, *args: Any, **kwargs: Any) -> None:
            """The application's role may not set sequences anew."""

        class Meta:
            model = Person
            fields = (
                "code",
                "name",
                "name_key",
                "pinyin",
                "initials",
                "address",
                "home_org",
                "scope",
                "registered_on",
                "ethnic",
                "education",
            )
            import_id_fields = ("code",)
            use_bulk = True
            batch_size = 5000

    data = tablib.Dataset(headers=list(People._meta.fields))
    for number, row in enumerate(read(path, rows)):
        full, initials = pinyin_keys(row[0])
        data.append((f"X{number}", row[0], name_key(row[0]), full, initials, row[9], org.pk, org.lft, "2023-12-18", 1, 30))
    result = People().import_data(data, raise_errors=True)
    assert result.total_rows == len(data)


def copy(path: Path, rows: int) -> None:
    """The limit: COPY of the same text into a table without indexes."""
    columns = ", ".join(f"c{number} text" for number in range(len(HEADINGS)))
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE bench_copy ({columns}) ON COMMIT DROP")
        with cursor.copy("COPY bench_copy FROM STDIN (FORMAT csv, HEADER)") as target, path.open("rb") as file:
            while block := file.read(1 << 20):
                target.write(block)


def undone(work: Callable[[Path, int], None], path: Path, rows: int) -> float:
    """Seconds that ``work`` took; what it wrote is rolled back."""
    with transaction.atomic(), elevated("bench: a peer's way"):
        seconds = milliseconds(lambda: work(path, rows)) / 1000
        transaction.set_rollback(True)
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--peer-rows", type=int, default=10_000)
    parser.add_argument("--mixed", action="store_true", help="unions all mixed, instead of one after another")
    arguments = parser.parse_args()
    with elevated("bench: is there a district"):
        empty, known = not Organisation.objects.exists(), Person.objects.count()
    if empty:
        district()
    path = Path(tempfile.mkdtemp()) / "roster.csv"
    roster(path, arguments.rows, known, mixed=arguments.mixed)
    peers = min(arguments.peer_rows, arguments.rows)
    seconds = milliseconds(lambda: ours(path)) / 1000
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    rates = {"this house, end to end": arguments.rows / seconds}
    for name, work, rows in (
        ("django-import-export, bulk", import_export, min(peers, 5000)),
        ("bulk_create(5000), no checks", bulk_create, peers),
        ("raw COPY (the limit)", copy, arguments.rows),
    ):
        rates[name] = rows / undone(work, path, rows)
    own = rates["this house, end to end"]
    order = "all mixed" if arguments.mixed else "union after union"
    rows = [(name, f"{rate:,.0f}", f"{own / rate:.2f}×") for name, rate in rates.items()]
    table(f"roster of {arguments.rows:,} rows, {order}", ("rows/s", "this house is"), rows)
    print(f"peak RSS of this process after our import: {peak} MB; PostgreSQL has its own memory (shared_buffers)")


if __name__ == "__main__":
    main()
