from types import MappingProxyType

from niangjia.core.line import CoreApp, NavItem


class LedgerConfig(CoreApp):
    """Double entry: funds, entries that balance, closed periods, payment batches (账务)."""

    name = "niangjia.core.ledger"
    verbose_name = "账务"
    order = 60
    navigation = (NavItem("账务", "coins", "ledger:funds", "ledger.view"),)
    verbs = MappingProxyType(
        {
            "ledger.open_fund": "建账",
            "ledger.post": "记账",
            "ledger.post_many": "成批记账",
            "ledger.reverse": "红字冲销",
            "ledger.close": "结账",
            "ledger.enter_budget": "编制预算",
            "ledger.approve_budget": "审定预算",
            "ledger.refuse_budget": "退回预算",
            "ledger.commit": "登记承诺",
            "ledger.release": "释放承诺",
            "ledger.take_statement": "收银行流水",
            "ledger.match": "勾对银行流水",
            "ledger.unmatch": "撤销勾对",
            "ledger.make_batch": "编制付款批次",
            "ledger.freeze": "锁定付款批次",
            "ledger.check": "复核付款批次",
            "ledger.approve": "批准付款批次",
            "ledger.drop_batch": "作废付款批次",
            "ledger.send": "出银行文件",
            "ledger.take_file": "取走银行文件",
            "ledger.settle": "银行回盘",
        }
    )
