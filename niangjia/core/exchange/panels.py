"""What the exchange adds to the page of a case: everything that was said to partners and heard from them."""

from niangjia.core.access.actor import Actor
from niangjia.core.cases.models import Case
from niangjia.core.cases.views.card import Panel
from niangjia.core.exchange.kinds import title_of
from niangjia.core.exchange.queries import of_case
from niangjia.core.exchange.views.tones import tone


def panels(case: Case, actor: Actor) -> list[Panel]:
    """The panel «往来» of a case about which something was exchanged."""
    rows = [(message, title_of(message.kind), tone(message)) for message in of_case(case)]
    if not rows or not actor.may("exchange.view"):
        return []
    return [Panel("往来", "exchange/panel.html", {"rows": rows}, note=f"{len(rows)} 件")]
