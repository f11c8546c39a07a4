"""The ledger's tables: books, payments, budgets, and what the bank says."""

from niangjia.core.ledger.models.bank import BankLine, BankMatch, BankStatement, MatchedLeg
from niangjia.core.ledger.models.books import (
    Account,
    Closing,
    Earmark,
    Entry,
    Fund,
    Leg,
    Slot,
    Tally,
    VoucherNumber,
)
from niangjia.core.ledger.models.budgets import Budget, BudgetLine, Commitment
from niangjia.core.ledger.models.payments import BANK_NUMBER, PAYEE, PaymentBatch, PaymentLine

__all__ = [
    "BANK_NUMBER",
    "PAYEE",
    "Account",
    "BankLine",
    "BankMatch",
    "BankStatement",
    "Budget",
    "BudgetLine",
    "Closing",
    "Commitment",
    "Earmark",
    "Entry",
    "Fund",
    "Leg",
    "MatchedLeg",
    "PaymentBatch",
    "PaymentLine",
    "Slot",
    "Tally",
    "VoucherNumber",
]
