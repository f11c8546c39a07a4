from types import MappingProxyType

from django.utils.translation import gettext_noop as _

from niangjia.core.line import LineOfWork, NavItem


class MutualAidConfig(LineOfWork):
    """Mutual medical aid: plans, enrolments, settlements that become money without a form (医疗互助)."""

    name = "niangjia.work.mutual_aid"
    verbose_name = "医疗互助"
    order = 6
    summary = "参加医疗互助、医保结算自动核定给付，不用填表"
    navigation = (
        NavItem("医疗互助", "heart-handshake", "mutual_aid:campaign", "mutual_aid.view"),
        NavItem("互助资金", "chart-bar", "mutual_aid:fund", "mutual_aid.fund"),
        NavItem("互助给付", "cash", "mutual_aid:settlements", "mutual_aid.review"),
    )
    entries = (NavItem(_("医疗互助"), "heart-handshake", "mutual_aid:mine", note=_("住院自动给钱")),)
    verbs = MappingProxyType(
        {
            "mutual_aid.open_plan": "开互助计划",
            "mutual_aid.write_plan": "起草互助计划",
            "mutual_aid.publish_plan": "发布互助计划",
            "mutual_aid.take_back_plan": "把互助计划退回草稿",
            "mutual_aid.discard_draft": "丢弃互助计划草稿",
            "mutual_aid.write_version": "起草新版互助规则",
            "mutual_aid.publish_version": "发布新版互助规则",
            "mutual_aid.simulate": "试算互助规则",
            "mutual_aid.stop_simulation": "停下互助试算",
            "mutual_aid.change_plan": "改互助计划",
            "mutual_aid.enrol": "参加医疗互助",
            "mutual_aid.enrol_many": "成批参加医疗互助",
            "mutual_aid.consent": "同意用医保结算信息",
            "mutual_aid.withdraw": "撤回参保",
            "mutual_aid.bill": "出互助账单",
            "mutual_aid.bill_many": "成批出互助账单",
            "mutual_aid.cancel_bill": "作废互助账单",
            "mutual_aid.pay_bill": "收到互助费",
            "mutual_aid.pay_bills": "成批收到互助费",
            "mutual_aid.forward": "汇缴互助费",
            "mutual_aid.refund": "退互助费",
            "mutual_aid.settle": "接收医保结算",
            "mutual_aid.decide": "核定、不付互助金",
            "mutual_aid.reckon": "重新核算互助金",
            "mutual_aid.confirm_totals": "核对控制总额",
            "mutual_aid.make_payments": "编制互助给付",
            "mutual_aid.paid": "互助给付到账",
            "mutual_aid.repaid": "收回互助金",
            "mutual_aid.write_off": "核销互助金",
            "mutual_aid.choose_headings": "对照医保列名",
            "mutual_aid.enter_code": "登记医保代码",
            "mutual_aid.confirm_code": "核对医保代码",
            "mutual_aid.withdraw_code": "撤回医保代码",
            "mutual_aid.state_day": "登记日对账",
            "mutual_aid.decide_difference": "处理日对账差异",
            "mutual_aid.compare_clearing": "核对一站式清算",
            "mutual_aid.decide_line": "处理清算差异",
            "mutual_aid.agree_clearing": "确认清算单",
            "mutual_aid.reopen_clearing": "重开清算单",
            "mutual_aid.transfer_clearing": "清算划款",
            "mutual_aid.claw_back": "向本人收回一站式多付",
            "mutual_aid.withdraw_rows": "撤回名单参保",
            "mutual_aid.claim": "申请互助金",
            "mutual_aid.appeal": "互助金申诉",
            "mutual_aid.publish_draw": "公布抽查号码",
            "mutual_aid.draw": "抽查",
            "mutual_aid.look": "第二人复核",
        }
    )
