from niangjia.core.line import CoreApp, NavItem


class FiguresConfig(CoreApp):
    """Figures, entered history, drill-down, reports (指标、报表)."""

    name = "niangjia.core.figures"
    verbose_name = "数据与报表"
    order = 60
    verbs = {
        "figures.enter": "录入历史数据",
        "figures.sign": "签核录入值",
        "figures.void": "作废录入值",
        "figures.freeze": "冻结上报",
        "figures.set_change_over": "设切换日",
    }
    navigation = (NavItem("数据与报表", "chart-bar", "figures:list", "figures.view"),)
