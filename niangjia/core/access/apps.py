from niangjia.core.line import CoreApp, NavItem


class AccessConfig(CoreApp):
    """Users, posts and roles; who may see and do what (授权)."""

    name = "niangjia.core.access"
    verbose_name = "授权"
    section = "管理"
    order = 80
    verbs = {
        "access.open_account": "开户",
        "access.close_account": "停用账号",
        "access.reopen_account": "恢复账号",
        "access.set_password": "改密码",
        "access.set_email": "改邮箱",
        "access.grant": "授岗位",
        "access.revoke": "收回岗位",
        "access.switch_post": "切换岗位",
        "access.sign_in": "登录",
        "access.sign_out": "退出登录",
        "access.fail_sign_in": "密码输错",
        "access.lock": "连错多次，锁住",
        "access.fail_second_step": "第二步输错",
        "access.end_sessions": "全部设备退出",
        "access.reset_second_factor": "重置第二步验证",
        "access.add_totp": "启用手机验证器",
        "access.remove_totp": "停用手机验证器",
        "access.add_passkey": "添加通行密钥",
        "access.remove_passkey": "去掉通行密钥",
        "access.new_recovery_codes": "换一套恢复码",
        "access.link_partner": "绑定外部账号",
        "access.unlink_partner": "解绑外部账号",
    }
    navigation = (
        NavItem("账号与岗位", "user-shield", "access:accounts", "access.view"),
        NavItem("为什么能/不能看到", "help", "access:why"),
    )
