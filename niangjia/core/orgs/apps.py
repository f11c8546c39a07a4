from niangjia.core.line import CoreApp


class OrgsConfig(CoreApp):
    """The tree of unions and federations, employers and partner bodies beside it (组织)."""

    name = "niangjia.core.orgs"
    verbose_name = "组织"
