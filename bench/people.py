"""Finding people in a register of half a million with row security on: search, lists of any filter, duplicates of a new roster.

    NIANGJIA_HOME=/tmp/bench .venv/bin/python -m bench.people

Wants a demo district (``niangjia demo --no-serve``), for its accounts. Beside each: the plain statement of the tables' owner.
"""

import random
from collections.abc import Iterator

from django.db import connection, transaction

from bench.measure import Work, as_owner, browser, many, milliseconds, p50_p95, page, table, undone
from bench.roster import HEADINGS
from niangjia.base.chinese import DEMO_DIVISION, id_check_digit
from niangjia.base.scope import elevated, scoped
from niangjia.core.access.actor import SYSTEM, under
from niangjia.core.access.queries import visible
from niangjia.core.imports.actions import receive, work_on
from niangjia.core.imports.models import Batch
from niangjia.core.orgs.models import Organisation
from niangjia.core.people import queries
from niangjia.core.people.models import Person
from niangjia.core.people.views.desk import FIXED_FILTERS

ROUNDS = 40
NODES = {"district": "dept_officer", "town": "town_officer", "leaf": "grassroots_chair"}
NEW_ROWS = 5_000
LIST_ROUNDS = 3


def known(count: int) -> list[Person]:
    """Persons drawn from the whole register."""
    with elevated("bench: known persons"):
        top = Person.objects.order_by("-pk").values_list("pk", flat=True)[0]
        drawn = random.Random(7).sample(range(1, top + 1), count * 2)
        return list(Person.objects.filter(pk__in=drawn, merged_into=None, id_sealed__isnull=False).select_related("home_org")[:count])


def searches() -> None:
    """Server time of a search under a post, the statement alone, and the same as the owner."""
    found = known(ROUNDS)
    with elevated("bench: the posts"):
        posts = {name: browser(role) for name, role in NODES.items()}
    rows = []
    questions = {
        "by identity number": [person.id_number for person in found],
        "by phone": [person.phone for person in found if person.phone_sealed],
        "by beginning of a name": [person.name[:2] for person in found],
        "by surname alone": [person.name[:1] for person in found],
        "by pinyin": [person.pinyin[:6] for person in found],
        "by initials": [person.initials[:2] for person in found],
    }
    for title, asked in questions.items():
        for name, signed_in in posts.items():
            if signed_in is None:
                continue
            actor = under(signed_in[1])

            def ask(words: str) -> None:
                with transaction.atomic(), scoped(actor.scope):  # noqa: B023
                    list(visible(actor, queries.search(words), "people.view").order_by("name_key", "id")[:20])  # noqa: B023

            ask(asked[0])
            times = [milliseconds(lambda words=words: ask(words)) for words in asked]  # type: ignore[misc]
            middle, high = p50_p95(times)
            rows.append((f"{title}, at {name}", f"{middle:.1f}", f"{high:.1f}", "10" if "number" in title or "phone" in title else "50"))
    with as_owner() as owner:
        index = bytes(found[0].id_index or b"")
        times = many(
            lambda: owner.execute("SELECT * FROM people_person WHERE id_index = %s AND merged_into_id IS NULL", [index]).fetchall(), ROUNDS
        )
        rows.append(("limit: one row by its index, as owner", *(f"{time:.1f}" for time in p50_p95(times)), ""))
        ends = (found[0].name_key[:2], found[0].name_key[:2] + queries.END)
        plain = "SELECT * FROM people_person WHERE name_key >= %s AND name_key < %s ORDER BY name_key, id LIMIT 20"
        times = many(lambda: owner.execute(plain, ends).fetchall(), ROUNDS)
        rows.append(("limit: 20 rows of a name's range, as owner", *(f"{time:.1f}" for time in p50_p95(times)), ""))
    table("search of persons, ms", ("p50", "p95", "at most"), rows)


def addresses(person: Person) -> Iterator[str]:
    """Every filter with every choice, some together, orders, later pages."""
    yield "?"
    for one in FIXED_FILTERS:
        for value, _ in one.choices:
            yield f"?{one.key}={value}"
            yield f"?state=&{one.key}={value}"
    yield from ("?sort=name", "?sort=-name", "?sort=code", "?new=yes&sex=2&age=25", "?state=former&age=60", "?page=2", "?new=yes&page=3")


def lists() -> None:
    """Whole pages of the register list: every filter, at three nodes of the tree."""
    person = known(1)[0]
    rows = []
    for name, role in NODES.items():
        signed_in = browser(role)
        if signed_in is None:
            continue
        times: dict[str, list[float]] = {}
        for address in addresses(person):
            work: Work = page(signed_in[0], f"/desk/people/{address}")
            times[address] = many(work, LIST_ROUNDS)
        middle, high = p50_p95([time for each in times.values() for time in each])
        slowest = max(times, key=lambda address: times[address][LIST_ROUNDS // 2])
        rows.append((f"at {name}, {len(times)} lists", f"{middle:.0f}", f"{high:.0f}", f"{times[slowest][LIST_ROUNDS // 2]:.0f}", slowest))
    with as_owner() as owner:
        plain = """SELECT * FROM people_person AS person JOIN orgs_organisation AS org ON org.id = home_org_id
            LEFT JOIN people_membership AS span ON span.person_id = person.id AND span.until IS NULL
            WHERE person.merged_into_id IS NULL AND standing = 'full' ORDER BY person.name_key, person.id LIMIT 21"""
        middle, high = p50_p95(many(lambda: owner.execute(plain).fetchall(), ROUNDS))
    rows.append(("limit: one page as plain SQL, as owner", f"{middle:.0f}", f"{high:.0f}", "", ""))
    table("pages of the register list, ms (p95 at most 100)", ("p50", "p95", "slowest", "which"), rows)


def roster() -> bytes:
    """5,000 rows, half of them persons the register knows."""
    chance = random.Random()
    first = chance.randrange(1000)
    lines = [",".join(HEADINGS[:4])]
    for person in known(NEW_ROWS // 2):
        lines.append(f"{person.name},{person.id_number},{person.phone or '13000000000'},{person.home_org.name}")
    with elevated("bench: a union"):
        union = Organisation.objects.filter(kind=10, ended_on=None).order_by("pk")[0]
    for number in range(NEW_ROWS - len(lines) + 1):
        stem = f"{DEMO_DIVISION}{1950 + number % 40}{number // 40 % 12 + 1:02d}{number // 480 + 1:02d}{(first + number) % 1000:03d}"
        lines.append(f"何静川,{stem}{id_check_digit(stem)},139{number:08d},{union.name}")
    return "\n".join(lines).encode()


def duplicates() -> None:
    """A roster of 5,000 rows read, checked and compared with the whole register; and the register compared with itself."""
    with elevated("bench: the district"):
        org = Organisation.objects.get(parent=None)
    data = roster()
    code = receive(sheet="members", data=data, name="bench.csv", org=org, by=SYSTEM, queue=False).batch.code
    ours = milliseconds(lambda: work_on(code=code)) / 1000
    with elevated("bench: what was found"):
        batch = Batch.objects.get(code=code)
        keys = [bytes(key) for key in batch.staged.filter(key__isnull=False).values_list("key", flat=True)]
    with undone("row by row"):
        one_by_one = milliseconds(lambda: [Person.objects.filter(id_index=key, merged_into=None).first() for key in keys]) / 1000
    with as_owner() as owner:
        join = "SELECT count(*) FROM unnest(%s::bytea[]) AS given (key) JOIN people_person ON id_index = key AND merged_into_id IS NULL"
        limit = milliseconds(lambda: owner.execute(join, [keys]).fetchall()) / 1000
    with undone("pairs in the whole register"):
        pairs = milliseconds(queries.duplicates) / 1000
    with elevated("bench: the size"), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_person")
        size = cursor.fetchone()[0]
    rows = [
        ("read, checked, sealed, compared, staged", f"{ours:.2f}", "1.0×"),
        ("peer: looked up one by one through the ORM, nothing else", f"{one_by_one:.2f}", f"{one_by_one / ours:.1f}×"),
        ("limit: one join on the keys, as owner, nothing else", f"{limit:.2f}", f"{limit / ours:.2f}×"),
        ("possible doubles within the whole register", f"{pairs:.2f}", ""),
    ]
    found = f"{batch.new} new, {batch.same} same, {batch.changed} changed, {batch.duplicates} double, {batch.refused} refused"
    table(f"{len(keys):,} rows against {size:,} persons, s (at most 3)", ("s", "of ours"), rows)
    print(f"found: {found}\n")


def main() -> None:
    """Print the tables."""
    searches()
    lists()
    duplicates()


if __name__ == "__main__":
    main()
