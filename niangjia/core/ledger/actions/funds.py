"""Opening funds, earmarks and accounts of the chart."""

from datetime import date

from django.db import transaction

from niangjia.base.calendar import today
from niangjia.base.chinese import clean_text
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.ledger.models import Account, Earmark, Fund
from niangjia.core.orgs.models import Organisation
from niangjia.core.trail.actions import record


@transaction.atomic
def open_fund(
    *, code: str, title: str, org: Organisation, source: str, by: Actor, on: date | None = None, purpose: str = "", is_budgeted: bool = True,
) -> Fund:  # fmt: skip
    """Books of their own for money kept apart."""
    require(by, "ledger.manage", org)
    on = on or today()
    fund = Fund(
        code=clean_text(code), title=clean_text(title), org=org, source=source, purpose=clean_text(purpose), is_budgeted=is_budgeted,
        opened_on=on,
    )  # fmt: skip
    with elevated("open_fund: the right over the organisation was checked"):
        fund.full_clean()
        fund.save()
        record("ledger.open_fund", subject=fund.subject, by=by, org=org.pk, on=on, code=fund.code, source=source)
    return fund


@transaction.atomic
def add_earmark(fund: Fund, *, code: str, title: str, by: Actor, on: date | None = None) -> Earmark:
    """A purpose within a fund, counted by itself."""
    require(by, "ledger.manage", fund.org)
    earmark = Earmark(fund=fund, code=clean_text(code), title=clean_text(title), valid_from=on or today())
    with elevated("add_earmark: the right over the fund was checked"):
        earmark.full_clean()
        earmark.save()
        record("ledger.open_fund", subject=fund.subject, by=by, org=fund.org_id, on=on, earmark=earmark.code)
    return earmark


@transaction.atomic
def add_account(*, code: str, title: str, nature: str, source: str, by: Actor, parent: Account | None = None) -> Account:
    """An account below one of the chart, by the federation's own decision; ``source`` says by which paper."""
    require(by, "ledger.manage")
    account = Account(code=clean_text(code), title=clean_text(title), nature=nature, source=clean_text(source), parent=parent)
    account.full_clean()
    account.save()
    record("ledger.open_fund", subject=f"account:{account.pk}", by=by, code=account.code)
    return account
