from types import MappingProxyType

from django.utils.translation import gettext_noop as _

from niangjia.core.line import LineOfWork, NavItem


class RightsConfig(LineOfWork):
    """Labour disputes from the first call to money in hand, legal aid, duty lawyers (维权服务)."""

    name = "niangjia.work.rights"
    verbose_name = "维权服务"
    order = 13
    summary = "劳动争议从求助到钱到手：调解、仲裁、诉讼、履行，法律援助和值班律师"
    navigation = (
        NavItem("维权服务", "scale", "rights:register", "rights.register"),
        NavItem("联合办理", "affiliate", "rights:joint", "rights.joint"),
        NavItem("协作单位人员", "users-group", "rights:members", "access.grant"),
        NavItem("维权计算器", "calculator", "rights:calculator", "rights.view"),
        NavItem("法律援助", "gavel", "rights:aid", "rights.aid"),
        NavItem("法律咨询", "messages", "rights:consultations", "rights.aid"),
        NavItem("解除通知", "user-off", "rights:dismissals", "rights.dismissals"),
        NavItem("劳动法律监督", "eye-check", "rights:watch", "rights.supervise"),
        NavItem("律师工作台", "briefcase", "rights:lawyer", "rights.lawyer"),
    )
    entries = (
        NavItem(_("求助"), "lifebuoy", "rights:ask", note=_("欠薪、受伤、难处")),
        NavItem(_("算一算"), "calculator", "rights:calculate", note=_("该给我多少钱")),
        NavItem(_("刚出了事故"), "ambulance", "rights:accident", note=_("打电话、留证据")),
        NavItem(_("问律师"), "gavel", "rights:lawyers", note=_("免费，当面帮你看")),
    )
    verbs = MappingProxyType(
        {
            "rights.ask": "求助",
            "rights.claim": "登记诉求",
            "rights.settle": "登记协议、裁决或判决",
            "rights.receive": "登记到账",
            "rights.reverse": "冲销到账",
            "rights.evidence": "收到证据",
            "rights.describe_evidence": "证据写明名称和证明对象",
            "rights.order_evidence": "排证据次序",
            "rights.remove_evidence": "撤下证据",
            "rights.reckon": "计算写成诉求",
            "rights.decide_path": "认定路径",
            "rights.take_notice": "单位通知解除",
            "rights.answer_notice": "答复解除通知",
            "rights.complain": "监督投诉",
            "rights.name_supervisor": "登记监督员",
            "rights.end_supervisor": "监督员不再担任",
            "rights.set_rota": "安排值班",
            "rights.end_rota": "停止值班安排",
            "rights.make_month": "按月排班",
            "rights.change_duty": "换班",
            "rights.cancel_duty": "取消值班",
            "rights.book": "约律师",
            "rights.cancel_consultation": "取消预约",
            "rights.miss": "约了没有来",
            "rights.consult": "接待咨询",
            "rights.consult_many": "补登咨询",
            "rights.consult_opinion": "评价咨询",
            "rights.go_on": "咨询转案件",
            "rights.apply_aid": "申请法律援助",
            "rights.decide_aid": "决定法律援助",
            "rights.offer": "指派律师",
            "rights.accept": "律师接受指派",
            "rights.give_back": "指派结束",
            "rights.lawyers_note": "律师写手记",
            "rights.file_report": "结案报告归档",
            "rights.draw_reviews": "抽查法律援助",
            "rights.reckon_fees": "核算援助补贴",
            "rights.approve_fees": "审批援助补贴",
            "rights.pay_fees": "编制援助补贴付款",
            "rights.fee_rate": "录入补贴标准",
            "rights.enlist": "列入名册",
            "rights.change_helper": "改名册",
            "rights.end_helper": "移出名册",
            "rights.declare_tie": "登记利害关系",
            "rights.renew_feed": "订阅日历",
            "rights.revoke_feed": "停止订阅日历",
            "rights.join_body": "协作单位人员",
            "rights.leave_body": "不再是协作人员",
            "rights.enter_joint": "进入联合队列",
            "rights.hand_to": "交给另一家",
            "rights.confirm_receipt": "签收",
            "rights.leave_joint": "办结出列",
            "rights.add_room": "登记共享房间",
            "rights.book_room": "订房间",
            "rights.cancel_booking": "取消订房",
            "rights.put_on_duty": "排联合值班",
            "rights.take_off_duty": "撤联合值班",
            "rights.call_meeting": "召集联席会议",
            "rights.put_on_list": "案件上会",
            "rights.take_off_list": "案件撤会",
            "rights.decide_item": "记会议决定",
            "rights.follow_up_done": "会议后续办好",
            "rights.fill_elements": "填要素表",
            "rights.answer_channel": "答复来件",
            "rights.add_workers": "集体案件加人",
            "rights.elect_representatives": "推举代表",
            "rights.agree_shares": "每人说定的金额",
        }
    )
