"""Where records of organisations lie."""

from niangjia.core.access.actor import Actor
from niangjia.core.access.subjects import page_of
from niangjia.core.orgs.models import Organisation


def org(actor: Actor, key: int) -> str:
    return page_of(actor, Organisation.objects.filter(pk=key), "orgs.view", "orgs:detail")


PAGES = {"org": org}
