from niangjia.core.line import CoreApp


class FiguresConfig(CoreApp):
    """Figures, entered history, drill-down, reports (指标、报表)."""

    name = "niangjia.core.figures"
    verbose_name = "数据与报表"
