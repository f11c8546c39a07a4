from niangjia.core.line import CoreApp


class AccessConfig(CoreApp):
    """Users, posts and roles; who may see and do what (授权)."""

    name = "niangjia.core.access"
    verbose_name = "授权"
