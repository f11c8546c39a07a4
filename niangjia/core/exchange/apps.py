from types import MappingProxyType

from django.http import HttpRequest

from niangjia.core.line import CoreApp, Due, NavItem


def _due(request: HttpRequest) -> Due | None:
    from niangjia.core.exchange.queries import to_look_at

    return Due(*to_look_at(request.actor))  # type: ignore[attr-defined]


class ExchangeConfig(CoreApp):
    """Messages to and from partner bodies: by interface, file or letter, with the same standing (往来)."""

    name = "niangjia.core.exchange"
    verbose_name = "往来"
    order = 37
    navigation = (NavItem("往来", "arrows-exchange", "exchange:list", "exchange.view", _due),)
    verbs = MappingProxyType(
        {
            "exchange.add_partner": "登记往来单位",
            "exchange.change_partner": "改往来单位",
            "exchange.enter_key": "登记对方公钥",
            "exchange.confirm_key": "核对对方公钥",
            "exchange.revoke_key": "停用对方公钥",
            "exchange.make_key": "生成本方密钥",
            "exchange.queue": "发往来件",
            "exchange.settle": "往来件有了回执",
            "exchange.resend": "重发往来件",
            "exchange.stop": "停发往来件",
            "exchange.take_in": "收到往来件",
            "exchange.apply": "往来件办入案件",
            "exchange.park": "往来件等前一件",
            "exchange.refuse": "往来件未办入",
            "exchange.read": "看往来件全文",
            "exchange.post": "公函寄出",
            "exchange.pack": "打数据包",
            "exchange.take_out": "取走数据包",
        }
    )
