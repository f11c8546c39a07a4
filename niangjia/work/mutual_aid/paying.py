"""What the ledger tells mutual aid: lines of a payment batch were paid or failed."""

from niangjia.work.mutual_aid.actions.paying import after_payments

__all__ = ["after_payments"]
