from niangjia.core.line import CoreApp, NavItem


class AccessConfig(CoreApp):
    """Users, posts and roles; who may see and do what (授权)."""

    name = "niangjia.core.access"
    verbose_name = "授权"
    section = "管理"
    order = 80
    navigation = (
        NavItem("账号与岗位", "user-shield", "access:accounts", "access.view"),
        NavItem("为什么能/不能看到", "help", "access:why"),
    )
