"""What the killed processes run: `python -m tests.faults.worker prepare|batch|queued|work|resume|desk|state`; prints one JSON line."""

import json
import sys
from datetime import date

from niangjia.config.commands.ground import migrate, start_django

CHUNK = 100
ROWS = 6_000


def prepare() -> object:
    """Tables, and a district with one union."""
    migrate()
    start_django()
    from niangjia.core.access.actor import SYSTEM
    from niangjia.core.orgs.actions import found_federation, found_union
    from niangjia.core.orgs.enums import Kind

    founded = date(2019, 5, 6)
    district = found_federation(name="海曙湾区总工会", kind=Kind.DISTRICT, parent=None, founded_on=founded, by=SYSTEM)
    town = found_federation(name="东柳街道总工会", kind=Kind.TOWN, parent=district, founded_on=founded, by=SYSTEM)
    union = found_union(name="第一纺织厂工会", kind=Kind.SINGLE, parent=town, founded_on=founded, route="SJ1", by=SYSTEM)
    return union.code


def batch(start: int, *, queue: bool = False) -> object:
    """A roster of new persons, checked and submitted; its code."""
    start_django()
    from niangjia.base.chinese import id_check_digit
    from niangjia.base.scope import elevated
    from niangjia.core.access.actor import SYSTEM
    from niangjia.core.imports.actions import receive, submit, work_on
    from niangjia.core.imports.models import Batch
    from niangjia.core.orgs.models import Organisation

    lines = ["姓名,身份证号"]
    for number in range(start, start + ROWS):
        stem = f"000330{1960 + number // 300_000}{number // 25_000 % 12 + 1:02d}{number // 1000 % 25 + 1:02d}{number % 1000:03d}"
        lines.append(f"何静川,{stem}{id_check_digit(stem)}")
    with elevated("faults: the union of the prepared district"):
        union = Organisation.objects.get(name="第一纺织厂工会")
    code = receive(sheet="members", data="\n".join(lines).encode(), name="名册.csv", org=union, by=SYSTEM, queue=False).batch.code
    work_on(code=code)
    with elevated("faults: the batch just checked"):
        submit(batch=Batch.objects.select_related("org").get(code=code), by=SYSTEM, queue=queue)
    return code


def queued(start: int) -> object:
    """The same, left to a background worker."""
    return batch(start, queue=True)


def resume() -> object:
    """What a worker does every minute: go on with batches left half-way."""
    start_django()
    from niangjia.core.imports import jobs

    jobs.resume(0)
    return True


def desk(code: str) -> object:
    """What the page of the running says to a system administrator, and the page of a batch to its officer."""
    start_django()
    from django.test import Client
    from django.urls import reverse

    from niangjia.base.scope import elevated
    from niangjia.core.access.actions import grant, open_account
    from niangjia.core.access.actor import SYSTEM
    from niangjia.core.orgs.queries import root

    shown = {}
    with elevated("faults: the district"):
        district = root()
    for role, name, address in (
        ("sysadmin", "operations", reverse("home:operations")),
        ("dept_officer", "batch", reverse("imports:batch", args=[code])),
    ):
        user = open_account(username=f"faults-{role}", name="何静川", password="Niangjia-2023", by=SYSTEM)
        grant(user=user, role=role, org=district, valid_from=date(2019, 1, 1), by=SYSTEM)
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        shown[name] = client.get(address, headers={"host": "localhost"}).content.decode()
    return shown


def work(code: str) -> object:
    """Go on with a batch in small chunks, so that there is much to be killed."""
    start_django()
    from niangjia.core.imports.actions import applying, work_on

    applying.CHUNK = CHUNK
    print("going", flush=True)
    return work_on(code=code)


def state() -> object:
    """Rows done in all batches, what the register holds, and whether the trail holds."""
    start_django()
    from django.db.models import Count, Sum

    from niangjia.base.scope import elevated
    from niangjia.core.imports.models import Batch
    from niangjia.core.people.models import Membership, Person
    from niangjia.core.trail.queries import checks

    with elevated("faults: counting the whole register"):
        return {
            "done": Batch.objects.aggregate(rows=Sum("done"))["rows"],
            "states": list(Batch.objects.values_list("state", flat=True)),
            "unfinished": list(Batch.objects.exclude(state="applied").values_list("code", flat=True)),
            "persons": Person.objects.count(),
            "numbers": Person.objects.aggregate(n=Count("id_index", distinct=True))["n"],
            "stays": Membership.objects.filter(until__isnull=True).count(),
            "codes": Person.objects.aggregate(n=Count("code", distinct=True))["n"],
            "broken": [check.name for check in checks() if not check.ok],
        }


if __name__ == "__main__":
    verb, *rest = sys.argv[1:]
    arguments = [int(word) if word.isdecimal() else word for word in rest]
    verbs = {"prepare": prepare, "batch": batch, "queued": queued, "work": work, "resume": resume, "desk": desk, "state": state}
    print(json.dumps(verbs[verb](*arguments)))
