"""Questions about dismissal notices and union supervision."""

from niangjia.core.orgs.models import Organisation
from niangjia.core.people.models import Person
from niangjia.work.rights.enums import WatchPost
from niangjia.work.rights.models import Dismissal, Supervision, Supervisor


def notices_so_far() -> int:
    """How many notices there ever were; call it elevated."""
    return Dismissal.objects.count()


def supervisions_so_far() -> int:
    """How many matters of supervision there ever were; call it elevated."""
    return Supervision.objects.count()


def watches(org: Organisation, person: Person) -> bool:
    """Whether somebody watches for a union today."""
    return Supervisor.objects.filter(org=org, person=person, valid_to__isnull=True).exists()


def has_chair(org: Organisation) -> bool:
    """Whether the union's committee has a chair."""
    return Supervisor.objects.filter(org=org, post=WatchPost.CHAIR, valid_to__isnull=True).exists()


def cards_of(org: Organisation) -> list[str]:
    """The cards of those who watch for a union, the chair's first."""
    rows = Supervisor.objects.filter(org=org, valid_to__isnull=True).order_by("post", "id")
    return list(rows.values_list("card", flat=True))
