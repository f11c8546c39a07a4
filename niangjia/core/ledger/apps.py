from types import MappingProxyType

from niangjia.core.line import CoreApp


class LedgerConfig(CoreApp):
    """Double entry: funds, entries that balance, closed periods, payment batches (账务)."""

    name = "niangjia.core.ledger"
    verbose_name = "账务"
    order = 60

    verbs = MappingProxyType(
        {
            "ledger.open_fund": "建账",
            "ledger.post": "记账",
            "ledger.post_many": "成批记账",
            "ledger.reverse": "红字冲销",
            "ledger.close": "结账",
        }
    )
