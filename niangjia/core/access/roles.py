"""Every role on one page: its Chinese title, what it is for, and its permissions as plain words «<app>.<verb>»."""

from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

PERMISSIONS = {
    "orgs.view": _("看工会组织"),
    "orgs.change": _("办建会、变更、换届登记"),
    "orgs.move": _("调整隶属、合并、撤销"),
    "people.view": _("看会员（号码遮住）"),
    "people.change": _("改会员资料、办会籍"),
    "people.unmask": _("看完整号码（写明理由，本人可见）"),
    "people.merge": _("合并重复的人"),
    "people.export": _("导出名单"),
    "cases.view": _("看案件"),
    "cases.work": _("办案件：记一笔、申请改期限"),
    "cases.manage": _("交办、并案、密办、审定改期限"),
    "cases.export": _("导出案件清单"),
    "papers.scan": _("归档扫描件"),
    "papers.head": _("定发文代字"),
    "rights.view": _("看劳动争议"),
    "rights.register": _("登记劳动争议"),
    "rights.mediate": _("办理劳动争议"),
    "rights.joint": _("看联合办理队列、签收、交接"),
    "rights.aid": _("审批法律援助、排值班"),
    "rights.sealed": _("办本人要求保密的劳动争议"),
    "rights.aid_work": _("办理法律援助（律师本人，或替没有账号的律师登记）"),
    "rights.lawyer": _("用律师工作台"),
    "rights.supervise": _("办理工会劳动法律监督"),
    "rights.sign": _("签发工会劳动法律监督意见书、建议书"),
    "rights.dismissals": _("看单位解除劳动合同的通知"),
    "rights.dismiss": _("研究、答复单位解除劳动合同的通知"),
    "exchange.view": _("看往来件"),
    "exchange.work": _("登记来函、重发、看往来件全文"),
    "exchange.manage": _("登记往来单位和对方公钥"),
    "mutual_aid.view": _("看医疗互助"),
    "mutual_aid.enrol": _("办医疗互助参保"),
    "mutual_aid.settlements": _("看互助给付（住院结算）"),
    "mutual_aid.review": _("核定互助给付、办申诉"),
    "mutual_aid.plan": _("管互助计划"),
    "mutual_aid.publish": _("发布互助计划（起草的人以外）"),
    "mutual_aid.simulate": _("试算互助规则"),
    "mutual_aid.simulate_towns": _("看试算里各镇街谁多谁少"),
    "mutual_aid.fund": _("看互助资金总账"),
    "mutual_aid.write_off": _("批准核销互助金"),
    "mutual_aid.import": _("接收医保结算"),
    "ledger.view": _("看账"),
    "ledger.post": _("记账、冲销、登记承诺、银行对账"),
    "ledger.close": _("结账"),
    "ledger.manage": _("建账、设科目、编预算"),
    "ledger.audit": _("审计账务：疑点、全部流水"),
    "ledger.make": _("编制付款批次"),
    "ledger.check": _("复核付款批次"),
    "ledger.approve": _("批准付款批次、审定预算"),
    "imports.view": _("看导入批次"),
    "imports.submit": _("导入名册"),
    "imports.approve": _("批准导入"),
    "figures.view": _("看数据"),
    "figures.enter": _("录入历史数据"),
    "figures.compare": _("看镇街对比"),
    "board.view": _("看领导看板"),
    "law.view": _("看法定期限、工作日、地方标准"),
    "law.enter": _("录入放假安排、地方标准"),
    "trail.view": _("看留痕"),
    "trail.names": _("看留痕里的姓名"),
    "notices.outbox": _("看发件箱"),
    "access.view": _("看账号与岗位"),
    "access.grant": _("授权、收回授权"),
    "operations.view": _("看系统运行情况"),
}

_READ = frozenset({"orgs.view", "people.view", "figures.view", "law.view"})
_CASES = frozenset({"cases.view", "cases.work", "cases.manage", "papers.scan"})
_MUTUAL_AID = frozenset({"mutual_aid.view", "mutual_aid.enrol"})
_RIGHTS = frozenset({"rights.view", "rights.register", "rights.mediate", "rights.joint"})
_AID = frozenset({"rights.aid", "rights.aid_work"})
_WATCH = frozenset({"rights.supervise", "rights.dismissals", "rights.dismiss"})
_EXCHANGE = frozenset({"exchange.view", "exchange.work"})
_LOCAL = _READ | _CASES | _MUTUAL_AID | {"orgs.change", "people.change", "people.unmask", "people.export", "imports.view", "imports.submit"}

_BOOKS = frozenset({"ledger.view", "ledger.post", "ledger.close", "ledger.manage", "ledger.make"})
_LEADING = _READ | {
    "mutual_aid.view",
    "mutual_aid.fund",
    "ledger.view",
    "rights.view",
    "rights.sign",
    "rights.dismissals",
    "cases.view",
    "cases.manage",
    "board.view",
    "figures.compare",
    "imports.view",
    "imports.approve",
    "exchange.view",
}


@dataclass(frozen=True)
class Role:
    """A role: what its holder may do within the subtree of the organisation it was granted for."""

    key: str
    title: str
    purpose: str
    permissions: frozenset[str]
    face: str = "desk"
    named_only: bool = False
    """Reads only cases that name the account, nothing of the subtree: accounts of other bodies."""


ROLES = {
    role.key: role
    for role in (
        Role("district_leader", "区总领导", "看全区，批重要事项", _LEADING | {"trail.view", "ledger.approve", "mutual_aid.publish", "mutual_aid.simulate", "mutual_aid.simulate_towns", "ledger.audit", "mutual_aid.write_off"}, "board"),
        Role("leader_office", "办公室（代领导办理）", "代领导看板、批办，留痕记两个人", _LEADING, "board"),
        Role(
            "dept_officer", "组织部干部", "管全区组建、会员、数据",
            _LOCAL | _LEADING | {"papers.head", "orgs.move", "people.merge", "figures.enter", "law.enter", *_RIGHTS, *_EXCHANGE, "exchange.manage", *_AID, *_WATCH, "trail.view", "notices.outbox", "cases.export"},
        ),
        Role("service_centre", "职工服务中心", "接待、查询、服务", _READ | _CASES | _RIGHTS | _EXCHANGE | _AID | _WATCH | _MUTUAL_AID | {"people.unmask", "people.change", "mutual_aid.review", "mutual_aid.plan", "mutual_aid.publish", "mutual_aid.simulate", "mutual_aid.fund", "mutual_aid.import", "ledger.view", "ledger.make", "mutual_aid.settlements"}),
        Role(
            "town_officer", "镇街工会干部", "管本镇街的工会和会员",
            _LOCAL | _RIGHTS | _EXCHANGE | _WATCH | {"papers.head", "orgs.move", "imports.approve", "people.merge", "board.view"},
        ),
        Role("federation_officer", "行业、区域联合会干部", "管本联合会的工会和会员", _LOCAL),
        Role("worker_organiser", "职业化工会工作者", "跑面上的组建和入会", _READ | {"cases.view", "cases.work", "people.change", "orgs.change", "imports.view", "imports.submit"}),
        Role("grassroots_chair", "基层工会主席", "管自己这家工会", _LOCAL - {"people.unmask", "cases.manage", "papers.scan"} | {"rights.dismissals", "rights.dismiss"}),
        Role("accountant", "财务会计", "记账、编制付款、结账", _BOOKS | {"orgs.view", "figures.view", "mutual_aid.view", "mutual_aid.fund", "cases.view"}),
        Role("cashier_checker", "财务复核", "复核付款批次，不记账", frozenset({"ledger.view", "ledger.check", "orgs.view", "figures.view"})),
        Role("mediator", "调解员", "办交给自己的调解", frozenset({"rights.mediate", "cases.view", "cases.work", "law.view"})),
        Role("confidant", "密办专员", "办骚扰、怕报复这类只让专人看的案件", frozenset({"rights.sealed", "rights.mediate", "cases.view", "cases.work", "cases.manage", "law.view"})),
        Role("lawyer", "值班律师", "接待咨询，办交给自己的援助", frozenset({"rights.lawyer", "rights.aid_work", "cases.view", "cases.work", "law.view"})),
        Role("auditor", "经审、监督", "只读，看留痕和姓名", _READ | {"ledger.view", "mutual_aid.view", "mutual_aid.fund", "rights.view", "rights.dismissals", "cases.view", "exchange.view", "trail.view", "trail.names", "board.view", "figures.compare", "ledger.audit", "mutual_aid.settlements"}),
        Role("partner", "协作单位人员", "仲裁员、法官助理、治理中心：只看交给本单位的案件", frozenset({"rights.joint", "cases.view"}), named_only=True),
        Role("sysadmin", "系统管理员", "管运行，不看业务数据", frozenset({"operations.view", "notices.outbox"})),
        Role("secadmin", "安全管理员", "管账号与授权，不看业务数据", frozenset({"access.view", "access.grant"})),
        Role("auditadmin", "审计管理员", "看账号和留痕，不办业务", frozenset({"access.view", "trail.view", "trail.names"})),
    )
}  # fmt: skip


def choices() -> list[tuple[str, str]]:
    """Every role as a form offers it; a function, so that a new role needs no migration."""
    return [(role.key, role.title) for role in ROLES.values()]
