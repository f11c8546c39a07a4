from niangjia.core.line import CoreApp, NavItem


class LawConfig(CoreApp):
    """Statutory terms with their articles, the working-day calendar, local rates (法定期限、工作日、地方标准)."""

    name = "niangjia.core.law"
    verbose_name = "法定期限"
    order = 65
    navigation = (NavItem("法定期限", "scale", "law:terms", "law.view"),)
    verbs = {
        "law.enter_notice": "录入放假安排",
        "law.void_notice": "作废放假安排",
        "law.enter_rate": "录入地方标准",
        "law.void_rate": "作废地方标准",
    }
