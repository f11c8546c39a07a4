"""Numbers given out one after another, without gaps or doubles."""

from django.conf import settings
from django.db import connection, transaction

_TAKE = """
INSERT INTO orgs_counter (module, division, year, value) VALUES (%(module)s, %(division)s, %(year)s, %(n)s)
ON CONFLICT (module, division, year) DO UPDATE SET value = orgs_counter.value + excluded.value RETURNING value
"""


@transaction.atomic
def take_codes(module: str, year: int, n: int = 1) -> int:
    """The first of ``n`` numbers that nobody else gets; take them last, the counter's row stays locked until the commit."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"module": module, "division": settings.DIVISION, "year": year, "n": n})
        return int(cursor.fetchone()[0]) - n + 1


def org_codes(n: int = 1) -> list[str]:
    """Codes of organisations: the division and five digits."""
    first = take_codes("orgs", 0, n)
    return [f"{settings.DIVISION}{number:05d}" for number in range(first, first + n)]
