from niangjia.core.line import CoreApp, NavItem


class NoticesConfig(CoreApp):
    """Messages to persons, and the outbox of those that leave the house (消息)."""

    name = "niangjia.core.notices"
    verbose_name = "消息"
    section = "管理"
    order = 85
    verbs = {"notices.send": "发短信", "notices.resend": "重发短信", "notices.tell": "发站内消息"}
    navigation = (NavItem("发件箱", "send", "notices:outbox", "notices.outbox"),)
