"""Where records of the ledger lie."""

from niangjia.core.access.actor import Actor
from niangjia.core.access.subjects import page_of
from niangjia.core.ledger.models import BankLine, Budget, Commitment, Entry, Fund, PaymentBatch

VIEW = "ledger.view"


def fund(actor: Actor, key: int) -> str:
    return page_of(actor, Fund.objects.filter(pk=key), VIEW, "ledger:fund")


def entry(actor: Actor, key: int) -> str:
    return page_of(actor, Entry.objects.filter(pk=key), VIEW, "ledger:entry")


def payments(actor: Actor, key: int) -> str:
    return page_of(actor, PaymentBatch.objects.filter(pk=key), VIEW, "ledger:batch")


def commitment(actor: Actor, key: int) -> str:
    return page_of(actor, Commitment.objects.filter(pk=key), VIEW, "ledger:commitment")


def bank_line(actor: Actor, key: int) -> str:
    return page_of(actor, BankLine.objects.filter(pk=key), VIEW, "ledger:bank-line")


def budget(actor: Actor, key: int) -> str:
    rows = Budget.objects.filter(pk=key).select_related("fund")
    return page_of(actor, rows, VIEW, "ledger:budget", lambda found: found.fund.code)


PAGES = {"fund": fund, "entry": entry, "payments": payments, "commitment": commitment, "bankline": bank_line, "budget": budget}
