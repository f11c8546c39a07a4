"""Kinds of local rates, and whether a figure was checked against its document."""

from django.db import models


class RateKind(models.TextChoices):
    """Which amount a locality sets (地方标准)."""

    MINIMUM_WAGE = "minimum_wage", "月最低工资"
    MINIMUM_HOURLY = "minimum_hourly", "非全日制小时最低工资"
    AVERAGE_MONTH = "average_month", "上年度职工月平均工资"
    AVERAGE_YEAR = "average_year", "全省上年度就业人员年平均工资"


class Checked(models.TextChoices):
    """Whether the document itself was read."""

    VERIFIED = "verified", "已核对原文"
    UNVERIFIED = "unverified", "待核"
