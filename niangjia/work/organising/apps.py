from niangjia.core.line import LineOfWork


class OrganisingConfig(LineOfWork):
    """Founding unions by the four routes, the three news, joining, transfer, re-election clock (组建与会员发展)."""

    name = "niangjia.work.organising"
    verbose_name = "组建与会员发展"
    order = 1
    summary = "职工在哪里，工会就建到哪里：建会、入会、转会、换届。"
