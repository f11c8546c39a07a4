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
