from niangjia.core.line import CoreApp, NavItem


class TrailConfig(CoreApp):
    """Who did what to which record (留痕): append-only, hash-chained."""

    name = "niangjia.core.trail"
    verbose_name = "留痕"
    section = "管理"
    order = 90
    navigation = (NavItem("留痕", "history", "trail:events", "trail.view"),)
