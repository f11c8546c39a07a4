"""Who may see and do what, found out by asking: every role's permissions, and what every page answers to every role.

`python -m tests.matrix` prints the table, with `--write` it renews docs/matrix.md; tests/test_matrix.py holds the kept one equal.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.house import ROOT, Address, addresses, factory_of

if TYPE_CHECKING:
    from django.test import Client

    from tests.world import World

KEPT = ROOT / "docs" / "matrix.md"
TOWN_ROLES = {"town_officer", "federation_officer", "worker_organiser"}
NOT_OURS = ("allauth.", "functools.", "django.views.i18n.")
FOR_MACHINES = {"home:healthz", "home:readyz", "home:metrics"}
"""What they answer hangs on the health of the house, not on who asks."""
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
HEAD = """# Who may see and do what

Computed, not written: `make matrix` asks every address of the house as every role, `make matrix ARGS=--write` renews this page, and a
test holds it equal to what the house answers. Roles and their permissions are declared in `niangjia/core/access/roles.py`.
"""
HOW = """
Every page with GET, about records of one union: district roles hold their post at the district, town roles at the union's town, the chair
at the union. The last columns are a town officer of another town, a worker about the own record, and somebody not signed in.
200 shown, 302 sent on (to sign in, or to the own start page), 403 no right, 404 not theirs to see, 405 theirs, but only by POST.
"""


@dataclass(frozen=True)
class Asker:
    """A column of the table: its title and a browser that is signed in."""

    title: str
    client: "Client"

    def answer(self, path: str) -> int:
        """The status with which a page answers to a GET."""
        response = self.client.get(path)
        if response.streaming:
            for _ in response:  # read to its end, a file is closed
                pass
        return response.status_code


def table() -> str:
    """The whole page as Markdown. Needs a database whose changes somebody rolls back."""
    from tests.world import World

    world = World()
    return "\n".join((HEAD, *permissions(), HOW, *pages(world), ""))


def permissions() -> Iterator[str]:
    """Role × permission."""
    from niangjia.core.access.roles import PERMISSIONS, ROLES

    yield "## Roles and permissions\n"
    yield from _head(["权限", *(role.title for role in ROLES.values())])
    for key, title in PERMISSIONS.items():
        yield _row([f"{title} `{key}`", *("✓" if key in role.permissions else "" for role in ROLES.values())])


def pages(world: "World") -> Iterator[str]:
    """Role × page, by really asking."""
    columns = askers(world)
    yield "## Roles and pages\n"
    yield from _head(["页面", *(asker.title for asker in columns)])
    for address in sorted(asked(), key=lambda address: address.route):
        path, answers = _ask(address, world, columns)
        if wrong := [asker.title for asker, answer in zip(columns, answers, strict=True) if answer >= 500]:
            raise AssertionError(f"{path} fails for {', '.join(wrong)}")
        yield _row([f"`/{address.route}`", *map(str, answers)])


def _ask(address: Address, world: "World", columns: list[Asker]) -> tuple[str, list[int]]:
    """What one address answers to each; the records made for it go again, so that the next one finds none of them."""
    from django.db import transaction

    with transaction.atomic():
        path = _path(address, world)
        answers = [asker.answer(path) for asker in columns]
        transaction.set_rollback(True)
    return path, answers


def asked() -> list[Address]:
    """Every address that is ours and meant for people."""
    return [address for address in addresses() if not address.view.startswith(NOT_OURS) and address.name not in FOR_MACHINES]


def askers(world: "World") -> list[Asker]:
    """Every role at its place, a stranger, a worker, and nobody."""
    from django.test import Client

    from niangjia.core.access.roles import ROLES

    def signed_in(user: Any) -> "Client":
        client = Client(raise_request_exception=False)
        client.force_login(user, backend=BACKEND)
        return client

    places = dict.fromkeys(TOWN_ROLES, world.here) | {"grassroots_chair": world.union}
    held = [Asker(role.title, signed_in(world.officer(places.get(role.key, world.district), role.key))) for role in ROLES.values()]
    stranger = Asker("别镇干部", signed_in(world.officer(world.elsewhere)))
    return [*held, stranger, Asker("会员本人", _worker(world, signed_in)), Asker("未登录", Client(raise_request_exception=False))]


def _worker(world: "World", signed_in: Callable[[Any], "Client"]) -> "Client":
    from niangjia.base.scope import elevated
    from niangjia.core.access.actor import SYSTEM
    from niangjia.core.people.actions import give_account

    with elevated("test: a worker's account"):
        client = signed_in(give_account(person=world.person, by=SYSTEM))
    session = client.session
    session["person"] = world.person.pk
    session.save()
    return client


def _path(address: Address, world: "World") -> str:
    from django.urls import reverse

    factories = {name: factory_of(address, name) for name in address.arguments}
    return reverse(address.name, kwargs={name: factory(world) if factory else "0" for name, factory in factories.items()})


def _head(titles: list[str]) -> list[str]:
    return [_row(titles), "|".join(["", "---", *[":-:"] * (len(titles) - 1), ""])]


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


@contextmanager
def passing_database() -> Iterator[None]:
    """A database of one's own for as long as it takes, as the tests have it."""
    from django.db import connection, transaction
    from django.test.utils import setup_test_environment, teardown_test_environment

    from niangjia.base.database import drop_database
    from tests import ground

    name = ground.clone_name("matrix")
    ground.clone(name)
    connection.settings_dict["NAME"] = name
    setup_test_environment()
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        teardown_test_environment()
        connection.close()
        drop_database(name)


def main(arguments: list[str]) -> int:
    """Print the table, or keep it with --write."""
    import os

    from tests import ground  # noqa: F401  (its environment comes before the settings)

    os.environ["DJANGO_SETTINGS_MODULE"] = "niangjia.config.settings"
    import logging

    import django

    django.setup()
    logging.getLogger("django.request").setLevel(logging.CRITICAL)
    with passing_database():
        text = table()
    if "--write" in arguments:
        KEPT.write_text(text)
    else:
        sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
