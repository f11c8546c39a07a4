from types import MappingProxyType

from niangjia.core.line import CoreApp, NavItem


class CasesConfig(CoreApp):
    """Cases of every line of work: their flow, steps, clocks, and who works on them (案件)."""

    name = "niangjia.core.cases"
    verbose_name = "案件"
    order = 35
    navigation = (NavItem("案件", "folder", "cases:list", "cases.view"),)
    verbs = MappingProxyType(
        {
            "cases.open": "立案",
            "cases.advance": "办理一步",
            "cases.assign": "交办",
            "cases.release": "不再承办",
            "cases.seal": "密办",
            "cases.unseal": "解除密办",
            "cases.start_term": "起算期限",
            "cases.extend_term": "延长期限",
            "cases.pause_term": "期限中止",
            "cases.resume_term": "期限恢复",
            "cases.void_term": "期限不再计算",
            "cases.propose_term": "申请改期限",
            "cases.settle_term": "审定改期限",
            "cases.hand_over": "转办",
            "cases.merge": "并案",
            "cases.split": "分案",
            "cases.add_party": "加当事人",
            "cases.go_on_leave": "请假托付",
            "cases.come_back": "销假",
            "cases.lapse": "期限届满未办",
            "cases.note": "记一笔",
            "cases.attach": "添附件",
            "cases.withdraw": "撤下附件",
        }
    )
