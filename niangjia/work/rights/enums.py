"""Code tables of labour disputes."""

from django.db import models


class Kind(models.TextChoices):
    """Kinds of disputes (争议类型)."""

    RELATION = "D01", "确认劳动关系"
    WAGES = "D02", "追索劳动报酬（欠薪）"
    OVERTIME = "D03", "加班费"
    SEVERANCE = "D04", "经济补偿"
    UNLAWFUL = "D05", "违法解除赔偿金"
    DOUBLE_WAGE = "D06", "未签书面合同二倍工资"
    INJURY = "D07", "工伤待遇"
    INSURANCE = "D08", "社会保险"
    LEAVE = "D09", "年休假、休息休假"
    WOMEN = "D10", "女职工、未成年工保护"
    COMPETITION = "D11", "竞业限制、保密、服务期"
    CHANGE = "D12", "变更合同、调岗降薪"
    PAPERS = "D13", "离职手续、档案、证明"
    DISPATCH = "D14", "劳务派遣、外包"
    COLLECTIVE = "D15", "集体合同"
    LAYOFF = "D16", "裁员"
    NEW_FORM = "D17", "新就业形态报酬、处罚、伤害"
    HEAT = "D18", "高温津贴、福利"
    DEPOSIT = "D19", "培训费、押金"
    PERSONNEL = "D20", "人事争议（事业单位）"
    OTHER = "D99", "其他"


MONEY_KINDS = (Kind.WAGES, Kind.OVERTIME)
"""Labour remuneration: the one-year limitation runs only from the end of the relation (调解仲裁法第二十七条第四款)."""


class Channel(models.TextChoices):
    """How a matter came (来源)."""

    PHONE = "phone", "手机求助"
    WINDOW = "window", "窗口"
    HOTLINE = "12351", "12351 热线"
    CITY_HOTLINE = "12345", "12345 工单"
    SOLVE_CODE = "solve", "浙江解纷码"
    CENTRE = "centre", "社会治理中心"
    COURT = "court", "法院委派"
    COURT_PLATFORM = "platform", "人民法院调解平台"
    ARREARS = "arrears", "根治欠薪平台"
    ARBITRATION = "arb", "仲裁委托"
    INSPECTION = "inspect", "劳动监察移送"
    PETITION = "petition", "信访"
    TALK = "talk", "职工说事转办"
    STATION = "station", "驿站"
    SPLIT = "split", "分案"
    LINE = "line", "其他业务转来"


class Path(models.TextChoices):
    """Which way a matter goes: a labour dispute, or what else it is (路径)."""

    LABOUR = "labour", "劳动争议"
    UNSURE = "unsure", "劳动关系要先确认"
    NEW_FORM_INJURY = "nef", "新就业形态职业伤害保障"
    SINGLE_INJURY = "single", "单险种工伤保险"
    PLATFORM = "platform", "平台扣罚、封号申诉"
    CIVIL = "civil", "民事索赔"
    AGENCY = "agency", "找经办机构（不是劳动争议）"


class Outcome(models.TextChoices):
    """How a dispute ended (结果)."""

    PERFORMED = "1", "达成协议已履行"
    AGREED = "2", "达成协议待履行"
    ORAL = "3", "口头和解"
    FAILED = "4", "调解不成"
    REFUSED = "5", "一方拒绝调解"
    WITHDRAWN = "6", "撤回"
    NOT_TAKEN = "7", "不属受理"
    REFERRED = "8", "转办"
    AWARDED = "9", "裁决、判决已履行"
    LOST = "10", "裁决、判决未支持"


SUCCESSES = (Outcome.PERFORMED, Outcome.AGREED, Outcome.ORAL)
"""Mediated with a result: what «调解纠纷» counts by default."""


class Ground(models.TextChoices):
    """By what workers obtained money (依据何种文书)."""

    AGREEMENT = "agreement", "调解协议"
    ORAL = "oral", "口头和解"
    ARBITRATION_MEDIATION = "arb_letter", "仲裁调解书"
    AWARD = "award", "仲裁裁决"
    JUDGMENT = "judgment", "法院判决"
    COURT_MEDIATION = "court_letter", "法院调解书"


class Forum(models.TextChoices):
    """Where a dispute is heard (程序)."""

    ARBITRATION = "arb", "劳动仲裁"
    FIRST = "first", "一审"
    SECOND = "second", "二审"
    SET_ASIDE = "set_aside", "申请撤销裁决"
    CONFIRMATION = "confirm", "司法确认"
    REVIEW = "review", "仲裁审查确认"
    ENFORCEMENT = "enforce", "强制执行"


class HelperKind(models.TextChoices):
    """What somebody on the roster of helpers is (名册类别)."""

    FULL_TIME = "full", "专职调解员"
    PART_TIME = "part", "兼职调解员"
    INVITED = "invited", "特邀调解员"
    PEOPLES = "peoples", "人民调解员"
    ARBITRATOR = "arb", "仲裁员"
    ASSISTANT = "assist", "法官助理"
    LAWYER = "lawyer", "律师"


MEDIATORS = (HelperKind.FULL_TIME, HelperKind.PART_TIME, HelperKind.INVITED, HelperKind.PEOPLES)


class Language(models.TextChoices):
    """What somebody speaks besides writing (语言、方言)."""

    PUTONGHUA = "cmn", "普通话"
    NINGBO = "nb", "宁波话"
    SOUTHWEST = "sw", "西南官话（川渝云贵）"
    CENTRAL = "zy", "中原官话（豫皖苏北）"
    ENGLISH = "en", "英语"
    SIGN = "sign", "手语"


class TieSide(models.TextChoices):
    """How a helper or firm is tied to somebody (利害关系)."""

    ACTED_FOR = "for", "代理过对方单位"
    ADVISER = "adviser", "对方单位的法律顾问"
    AGAINST = "against", "代理过对方、和这位职工对立"
    KIN = "kin", "近亲属或者其他密切关系"


class AidForm(models.TextChoices):
    """In which form and stage legal aid is given (援助形式)."""

    ADVICE = "advice", "法律咨询"
    DRAFTING = "draft", "代拟文书"
    MEDIATION = "mediate", "劳动争议调解代理"
    ARBITRATION = "arb", "劳动仲裁代理"
    FIRST = "first", "一审代理"
    SECOND = "second", "二审代理"
    ENFORCEMENT = "enforce", "执行代理"


class Exempt(models.TextChoices):
    """Why an applicant's means are not looked into (免予核查)."""

    MIGRANT = "migrant", "进城务工人员追索劳动报酬或者工伤赔偿"
    RELIEF = "relief", "社会救助、司法救助或者优待抚恤对象"
    NO_INCOME = "none", "无固定生活来源的未成年人、老年人、残疾人等"
    COLLECTIVE = "collective", "十人以上集体劳动争议"


class Verdict(models.TextChoices):
    """What was decided about an application (决定)."""

    GRANTED = "granted", "给予援助"
    URGENT = "urgent", "先行援助"
    REFUSED = "refused", "不予援助"
    STATE = "state", "转国家法律援助机构"


class MandateState(models.TextChoices):
    """How a mandate stands (指派状态)."""

    OFFERED = "offered", "等律师接受"
    ACCEPTED = "accepted", "办理中"
    DECLINED = "declined", "没有接受"
    LAPSED = "lapsed", "到期没有答复"
    CHANGED = "changed", "已更换"
    ENDED = "ended", "已办完"


class AidResult(models.TextChoices):
    """What came of an aided matter (援助结果)."""

    WON = "won", "请求全部得到支持"
    PARTLY = "partly", "请求部分得到支持"
    SETTLED = "settled", "调解、和解结案"
    LOST = "lost", "请求没有得到支持"
    SERVED = "served", "咨询、代书完成"


class JointBasis(models.TextChoices):
    """On which ground the facts of a case may go to another body (个人信息保护法第二十三条)."""

    CONSENT = "consent", "本人单独同意"
    ENTRUSTED = "entrusted", "对方委派、委托调解"
    DUTY = "duty", "对方履行法定职责需要"


class JointWhy(models.TextChoices):
    """Why a case is on the list of a joint meeting (上会理由)."""

    OVERDUE = "overdue", "期限已过"
    LONG = "long", "办了 60 天以上"
    COLLECTIVE = "collective", "集体争议"
    AGAIN = "again", "办结后又来"
    PICKED = "picked", "人工提请"


class DutyState(models.TextChoices):
    """How a time on duty stands (值班状态)."""

    PLANNED = "planned", "已排"
    CANCELLED = "off", "取消"


class AskedBy(models.TextChoices):
    """Whose side asks for advice (咨询方)."""

    WORKER = "worker", "职工"
    UNION = "union", "工会"
    EMPLOYER = "employer", "用人单位"


class AskedHow(models.TextChoices):
    """How somebody came to a consultation (咨询方式)."""

    BOOKED = "booked", "手机预约"
    WINDOW = "window", "到窗口"
    CALL = "call", "电话"
    ONLINE = "online", "网上"


class ConsultationState(models.TextChoices):
    """How a consultation stands (咨询状态)."""

    BOOKED = "booked", "已预约"
    HELD = "held", "已接待"
    CANCELLED = "off", "已取消"
    MISSED = "missed", "没有来"


class NextStep(models.TextChoices):
    """What follows a consultation (下一步)."""

    NOTHING = "none", "解答清楚，不用再办"
    SELF = "self", "自己去协商、投诉"
    DISPUTE = "dispute", "转劳动争议调解"
    AID = "aid", "转法律援助"
    ELSEWHERE = "other", "告诉他该找哪个部门"


class DismissGround(models.TextChoices):
    """On which ground an employer means to end a contract (解除理由)."""

    PROBATION = "39-1", "试用期不符合录用条件（第三十九条）"
    RULES = "39-2", "严重违反规章制度（第三十九条）"
    NEGLECT = "39-3", "严重失职、营私舞弊（第三十九条）"
    FAULT = "39", "其他过失（第三十九条）"
    ILLNESS = "40-1", "医疗期满不能工作（第四十条）"
    INCOMPETENT = "40-2", "不能胜任工作（第四十条）"
    CHANGED = "40-3", "客观情况重大变化（第四十条）"
    LAYOFF = "41", "裁员（第四十一条）"
    OTHER = "other", "其他"


class UnionSays(models.TextChoices):
    """What the union answers (工会意见)."""

    AGREE = "agree", "没有异议"
    OBJECT = "object", "有异议：违反法律、规章或者合同"
    CORRECT = "correct", "要求纠正"


class Handled(models.TextChoices):
    """What the employer did after the union's answer (单位处理结果)."""

    WITHDRAWN = "withdrawn", "撤回，不解除了"
    CHANGED = "changed", "改变了处理"
    WENT_AHEAD = "ahead", "仍然解除，书面说明了理由"


class WatchTopic(models.TextChoices):
    """What union supervision is about (监督事项)."""

    CONTRACT = "contract", "劳动合同"
    WAGES = "wages", "工资支付"
    HOURS = "hours", "工时、休息休假"
    INSURANCE = "insurance", "社会保险"
    SAFETY = "safety", "劳动安全卫生"
    WOMEN = "women", "女职工、未成年工保护"
    AGREEMENT = "agreement", "集体合同"
    DEMOCRACY = "democracy", "民主管理"
    UNION = "union", "工会权利"
    OTHER = "other", "其他"


class WatchRefusal(models.TextChoices):
    """Why a complaint is not taken (不予受理的理由)."""

    OUTSIDE = "outside", "不属于工会劳动法律监督的范围"
    AGENCY = "agency", "劳动保障监察机构已经受理"
    FORUM = "forum", "已经申请仲裁或者起诉"


class WatchPost(models.TextChoices):
    """Who watches in a union (监督员)."""

    CHAIR = "chair", "监督委员会主任"
    MEMBER = "member", "监督委员会委员"
    SINGLE = "single", "监督员"
