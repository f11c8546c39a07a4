from niangjia.core.line import CoreApp


class NoticesConfig(CoreApp):
    """A message to a person: in the app, by SMS or another adapter; the outbox (消息)."""

    name = "niangjia.core.notices"
    verbose_name = "消息"
