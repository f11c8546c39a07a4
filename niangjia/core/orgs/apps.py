from niangjia.core.line import CoreApp, NavItem


class OrgsConfig(CoreApp):
    """The tree of unions and federations, employers and partner bodies beside it (组织)."""

    name = "niangjia.core.orgs"
    verbose_name = "组织"
    order = 30
    navigation = (NavItem("工会组织", "sitemap", "orgs:list", "orgs.view"),)
