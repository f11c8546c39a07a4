"""What the ledger tells legal aid: lines of a payment batch were paid or failed."""

from niangjia.work.rights.actions.fees import after_payments

__all__ = ["after_payments"]
