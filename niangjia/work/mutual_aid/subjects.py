"""Where records of mutual aid lie."""

from django.urls import reverse

from niangjia.core.access.actor import Actor
from niangjia.core.access.queries import visible
from niangjia.core.access.subjects import page_of
from niangjia.work.mutual_aid.models import Bill, Intake, Settlement

VIEW, SEE = "mutual_aid.view", "mutual_aid.settlements"


def settlement(actor: Actor, key: int) -> str:
    return page_of(actor, Settlement.objects.filter(pk=key), SEE, "mutual_aid:settlement")


def intake(actor: Actor, key: int) -> str:
    return page_of(actor, Intake.objects.filter(pk=key), "mutual_aid.import", "mutual_aid:intake")


def bill(actor: Actor, key: int) -> str:
    """The page of the unit, where its bill stands."""
    rows = Bill.objects.filter(pk=key).select_related("org", "plan")
    found = visible(actor, rows, VIEW).first()
    return reverse("mutual_aid:unit", args=[found.org.code, found.plan.slug]) if found else ""


PAGES = {"settlement": settlement, "intake": intake, "bill": bill}
