"""A request as the middleware leaves it: with the one who asks and the posts they hold."""

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from niangjia.core.access.actor import Actor

if TYPE_CHECKING:
    from niangjia.core.access.models import Grant


class Request(HttpRequest):
    """What views annotate; `config.middleware.ActorMiddleware` sets the attributes on Django's own request."""

    actor: Actor
    posts: "list[Grant]"
    htmx: HtmxDetails
