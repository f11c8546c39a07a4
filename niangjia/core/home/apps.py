from niangjia.core.line import CoreApp


class HomeConfig(CoreApp):
    """The entrance, the desk's inbox and search box, the board."""

    name = "niangjia.core.home"
    verbose_name = "首页"
