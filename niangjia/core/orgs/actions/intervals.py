"""Places in today's tree: every organisation's interval lies inside its parent's, with gaps, so that a move renumbers little.

``lft`` is copied onto persons and memberships by composite foreign keys with ON UPDATE CASCADE: a shift here moves them too.
"""

from collections import defaultdict

from django.db import connection

from niangjia.core.orgs.enums import Kind
from niangjia.core.orgs.models import Organisation

WHOLE = (1, 2**31 - 2)
"""The topmost organisation's interval: every integer a column can hold."""
WIDTHS: dict[int, int] = {
    Kind.DISTRICT: 2**27,
    **dict.fromkeys((Kind.TOWN, Kind.ZONE, Kind.SYSTEM), 2**22),
    **dict.fromkeys((Kind.VILLAGE, Kind.PARK, Kind.INDUSTRY), 2**14),
    **dict.fromkeys((Kind.SINGLE, Kind.JOINT, Kind.ORGANISER), 2**4),
}
"""How much room an organisation of each kind gets at its founding."""

_GAP = """
WITH taken AS (
    SELECT lft, rgt FROM orgs_organisation WHERE parent_id = %(parent)s AND id <> %(besides)s
    UNION ALL SELECT lft, lft FROM orgs_organisation WHERE id = %(parent)s
    UNION ALL SELECT rgt + 1, rgt FROM orgs_organisation WHERE id = %(parent)s),
gap AS (SELECT rgt + 1 AS place, lead(lft) OVER (ORDER BY lft) - rgt - 1 AS room FROM taken)
SELECT place FROM gap WHERE room >= %(width)s ORDER BY place LIMIT 1
"""


def lock_tree() -> None:
    """One change of the tree at a time; readers and those who enrol members do not wait."""
    list(Organisation.objects.select_for_update(no_key=True).filter(parent=None).values_list("pk"))


def room_for(parent: int, width: int) -> int:
    """The start of ``width`` free numbers inside the parent's interval, which is made wider if need be."""
    place = _gap(parent, width)
    if place is None:
        _widen(parent, width)
        place = _gap(parent, width)
    if place is None:
        raise RuntimeError("the tree of organisations has no room left")
    return place


def shift_into(org: Organisation, parent: int) -> None:
    """Move the interval of a subtree to a free place inside another parent's."""
    low, high = _interval(org.pk)
    place = room_for(parent, high - low + 1)
    low, high = _interval(org.pk)
    _shift(low, high, place - low)


def renumber(spare: dict[int, int] | None = None) -> None:
    """Give every organisation a new interval, with ``spare`` numbers more in those named: the last resort when the tree is full."""
    children, kinds, top = _whole_tree()
    needed = _widths(children, kinds, spare or {}, top, generous=True)
    if needed[top] > WHOLE[1] - WHOLE[0]:
        needed = _widths(children, kinds, spare or {}, top, generous=False)
    ids, lows, highs = [top], [WHOLE[0]], [WHOLE[1]]
    waiting = [(top, WHOLE[0])]
    while waiting:
        parent, low = waiting.pop()
        low += 1
        for child in children[parent]:
            ids.append(child)
            lows.append(low)
            highs.append(low + needed[child] - 1)
            waiting.append((child, low))
            low += needed[child]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE orgs_organisation AS org SET lft = new.lft, rgt = new.rgt "
            "FROM unnest(%s::bigint[], %s::int[], %s::int[]) AS new (id, lft, rgt) WHERE org.id = new.id",
            [ids, lows, highs],
        )


def _gap(parent: int, width: int, besides: int = 0) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(_GAP, {"parent": parent, "width": width, "besides": besides})
        row = cursor.fetchone()
        return row[0] if row else None


def _widen(org: int, width: int) -> None:
    """Give an organisation at least ``width`` more numbers at its end, in place or elsewhere inside its own parent."""
    parent = Organisation.objects.values_list("parent_id", flat=True).get(pk=org)
    low, high = _interval(org)
    wanted = 1 << (high - low + width).bit_length()
    if parent is None:
        renumber({org: width})
        return
    place = _gap(parent, wanted, besides=org)
    if place is None:
        _widen(parent, wanted)
        place = _gap(parent, wanted, besides=org)
        low, high = _interval(org)
    if place is None:
        renumber({org: width})
        return
    _shift(low, high, place - low)
    Organisation.objects.filter(pk=org).update(rgt=place + wanted - 1)


def _shift(low: int, high: int, by: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE orgs_organisation SET lft = lft + %s, rgt = rgt + %s WHERE lft BETWEEN %s AND %s", [by, by, low, high])


def _interval(org: int) -> tuple[int, int]:
    return Organisation.objects.values_list("lft", "rgt").get(pk=org)


def _whole_tree() -> tuple[dict[int, list[int]], dict[int, int], int]:
    """Children in their order by parent, kinds, and the root."""
    children: dict[int, list[int]] = defaultdict(list)
    kinds: dict[int, int] = {}
    top = 0
    for org, parent, kind in Organisation.objects.order_by("lft", "id").values_list("pk", "parent_id", "kind"):
        kinds[org] = kind
        if parent is None:
            top = org
        else:
            children[parent].append(org)
    return children, kinds, top


def _widths(children: dict[int, list[int]], kinds: dict[int, int], spare: dict[int, int], org: int, *, generous: bool) -> dict[int, int]:
    """Numbers needed by an organisation and all below it: the width of its kind, and room for twice its children if generous."""
    widths: dict[int, int] = {}
    for child in children[org]:
        widths |= _widths(children, kinds, spare, child, generous=generous)
    below = sum(widths[child] for child in children[org]) + spare.get(org, 0)
    least = (2 * below + 1, WIDTHS.get(kinds[org], 0)) if generous else (below + 1, 1)
    widths[org] = max(least)
    return widths
