"""States and stages of a dispute, in the words of officers and of the worker."""

from django.utils.translation import gettext_noop as _

from niangjia.core.cases.steps import Stage, State

STAGES = (
    Stage("ask", _("求助")),
    Stage("mediate", _("调解")),
    Stage("arbitrate", _("仲裁")),
    Stage("court", _("诉讼")),
    Stage("perform", _("履行")),
    Stage("end", _("办结")),
)

STATES = (
    State("registered", "已登记", "ask", _("我们收到了"), _("工会会打电话给你，先问清情况")),
    State("accepted", "已受理", "mediate", _("受理了，准备调解"), _("会约你和单位一起谈")),
    State("mediating", "调解中", "mediate", _("正在调解"), _("谈成了签协议；谈不成，可以申请仲裁，不收费")),
    State("agreed", "已达成协议", "perform", _("谈成了，等单位付钱"), _("可以一起去法院确认，单位不付就能强制执行")),
    State("confirming", "确认审查中", "perform", _("正在确认协议"), _("确认以后，单位不付可以强制执行")),
    State("performing", "履行中", "perform", _("等单位按时付钱"), _("每到一笔，告诉我们一声")),
    State("breached", "逾期未付", "perform", _("单位没有按时付"), _("工会帮你申请强制执行或仲裁")),
    State("enforcing", "强制执行中", "perform", _("法院正在执行"), _("有财产线索就告诉我们")),
    State("referred", "已转办，等答复", "ask", _("转给管这件事的部门了"), _("他们收下了，或者退回来了，都会告诉你")),
    State("failed", "调解不成", "mediate", _("没谈成"), _("可以申请仲裁，记住时效的最后一天")),
    State("filed", "已申请仲裁", "arbitrate", _("仲裁申请交上去了"), _("五个工作日内会答复受不受理")),
    State("arbitrating", "仲裁中", "arbitrate", _("正在仲裁"), _("开庭前会通知你，带好证据原件")),
    State("awarded", "已裁决", "arbitrate", _("裁决下来了"), _("不服的，收到后十五天内可以起诉")),
    State("setting_aside", "撤销审查中", "court", _("单位申请撤销裁决"), _("等中级法院的裁定")),
    State("first", "一审中", "court", _("法院正在审"), _("开庭前会通知你")),
    State("judged", "一审已判", "court", _("判决下来了"), _("不服的，收到后十五天内可以上诉")),
    State("second", "二审中", "court", _("二审正在审"), _("这一次判了就生效")),
    State("performed", "已履行", "end", _("钱到手了，办结"), final=True),
    State("oral", "口头和解", "end", _("当场谈好、付清，办结"), final=True),
    State("dropped", "调解不成办结", "end", _("没谈成，这件先结了"), _("时效以内还可以申请仲裁"), final=True),
    State("withdrawn", "已撤回", "end", _("你撤回了"), _("以后还可以再来"), final=True),
    State("handed_over", "转办办结", "end", _("管这件事的部门接过去了"), final=True),
    State("refused", "不予受理", "end", _("这件事不归我们管"), _("下面写着可以找谁"), final=True),
    State("lost", "未获支持", "end", _("没有得到支持"), final=True),
)
