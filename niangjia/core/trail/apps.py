from niangjia.core.line import CoreApp


class TrailConfig(CoreApp):
    """Who did what to which record (留痕): append-only, hash-chained."""

    name = "niangjia.core.trail"
    verbose_name = "留痕"
