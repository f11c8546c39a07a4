"""Code tables of cases."""

from django.db import models


class Part(models.TextChoices):
    """In which part somebody stands in a case (当事人)."""

    APPLICANT = "applicant", "申请人"
    RESPONDENT = "respondent", "被申请人"
    THIRD = "third", "第三人"
    AGENT = "agent", "代理人"
    REPRESENTATIVE = "speaker", "推举代表"


class Duty(models.TextChoices):
    """What an account has to do with a case (承办分工)."""

    HOLDER = "holder", "承办"
    DEPUTY = "deputy", "代办"
    MEDIATOR = "mediator", "调解员"
    LAWYER = "lawyer", "律师"
    SUPERVISOR = "supervisor", "督办"
    NAMED = "named", "指定人员"
    PARTNER = "partner", "协作单位"


class ClockState(models.TextChoices):
    """How a clock stands (期限状态)."""

    RUNNING = "running", "在走"
    PAUSED = "paused", "中止"
    MET = "met", "已办"
    VOID = "void", "不再计算"


class Risk(models.TextChoices):
    """How much attention a case wants (风险等级)."""

    PLAIN = "plain", "一般"
    WATCH = "watch", "关注"
    HIGH = "high", "重大"
