"""The tree of organisations as it stood on a day, small enough to be walked in memory (some 4,000 placements)."""

from collections.abc import Iterable
from datetime import date

from niangjia.core.orgs.models import Organisation, OrgName, Placement


class Tree:
    """Who stood below whom. An organisation that has ended keeps its last place, so that its past still adds up."""

    def __init__(self, day: date) -> None:
        self.day = day
        placed = Placement.objects.filter(valid_from__lte=day).order_by("valid_from").values_list("org_id", "parent_id")
        self.parents: dict[int, int | None] = dict(placed)

    def branches(self, node: int) -> dict[int, int]:
        """For every organisation below ``node`` (and ``node`` itself) the child of ``node`` under which it stood."""
        top: dict[int, int | None] = {node: node}
        for org in self.parents:
            self._climb(org, node, top)
        return {org: branch for org, branch in top.items() if branch is not None}

    def _climb(self, org: int, node: int, top: dict[int, int | None]) -> None:
        path: list[int] = []
        at: int | None = org
        while at is not None and at not in top:
            path.append(at)
            at = self.parents.get(at)
        branch = path[-1] if path and at == node else top.get(at) if at is not None else None
        top.update(dict.fromkeys(path, branch))


def names_on(orgs: Iterable[int], day: date) -> dict[int, tuple[str, str]]:
    """Code and name of organisations; one that bore another name on that day is called by its full name of then."""
    known = {org.pk: org for org in Organisation.objects.filter(pk__in=list(orgs))}
    then = OrgName.objects.filter(org__in=known, valid_from__lte=day).order_by("valid_from").values_list("org_id", "name")
    called = dict(then)
    return {pk: (org.code, org.short_name or org.name if called.get(pk, org.name) == org.name else called[pk]) for pk, org in known.items()}
