from niangjia.core.line import CoreApp, NavItem


class FiguresConfig(CoreApp):
    """Figures, entered history, drill-down, reports (指标、报表)."""

    name = "niangjia.core.figures"
    verbose_name = "数据与报表"
    order = 60
    navigation = (NavItem("数据与报表", "chart-bar", "figures:list", "figures.view"),)
