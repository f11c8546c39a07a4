"""Moving a subtree of 500 unions with its members to another town, beside the raw UPDATE of its intervals.

    NIANGJIA_HOME=/tmp/bench .venv/bin/python -m bench.orgs

Wants the register of ``bench.fill`` or ``bench.roster``, whose park has 500 unions. Everything is rolled back.
"""

from bench.fill import PARK
from bench.measure import as_owner, milliseconds, table, undone
from niangjia.core.access.actor import SYSTEM
from niangjia.core.orgs.actions import move
from niangjia.core.orgs.enums import Kind
from niangjia.core.orgs.models import Organisation
from niangjia.core.people.models import Membership, Person

ROUNDS = 3
FAR = 2**20
RAW = "UPDATE orgs_organisation SET lft = lft + %s, rgt = rgt + %s WHERE lft BETWEEN %s AND %s"


def moved() -> float:
    """Seconds of the verb, its checks at the commit included."""
    from django.db import connection

    with undone("a move"):
        park = Organisation.objects.get(name=PARK)
        town = Organisation.objects.filter(kind=Kind.TOWN).exclude(pk=park.parent_id).order_by("-lft")[0]

        def work() -> None:
            move(park, parent=town, by=SYSTEM)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

        return milliseconds(work) / 1000


def raw() -> float:
    """Seconds of the one statement without which nothing moves: the keys carry it to persons and memberships."""
    with undone("the interval"):
        park = Organisation.objects.get(name=PARK)
        low, high = park.lft, park.rgt
    with as_owner() as owner:
        return milliseconds(lambda: owner.execute(RAW, [FAR, FAR, low, high])) / 1000


def main() -> None:
    """Print the table."""
    with undone("sizes"):
        park = Organisation.objects.get(name=PARK)
        within = (park.lft, park.rgt)
        unions = Organisation.objects.filter(lft__range=within).count()
        sizes = [model.objects.filter(scope__range=within).count() for model in (Membership, Person)]
    ours = sorted(moved() for _ in range(ROUNDS))
    limit = sorted(raw() for _ in range(ROUNDS))
    middle, least = ours[ROUNDS // 2], limit[ROUNDS // 2]
    rows = [
        (
            "the verb: one transaction, history, trail of every union",
            f"{middle:.2f}",
            f"{ours[0]:.2f}–{ours[-1]:.2f}",
            f"{middle / least:.2f}×",
        ),
        ("limit: the raw UPDATE of the intervals", f"{least:.2f}", f"{limit[0]:.2f}–{limit[-1]:.2f}", "1.00×"),
    ]
    table(f"moving {unions} organisations, {sizes[0]:,} memberships, {sizes[1]:,} persons (at most 3 s)", ("s", "range", "of limit"), rows)


if __name__ == "__main__":
    main()
