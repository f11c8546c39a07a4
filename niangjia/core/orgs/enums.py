"""Code tables of organisations (domain: kinds, founding routes, legal status, natures of employers)."""

from django.db import models


class Kind(models.IntegerChoices):
    """Kind of union organisation (组织类型)."""

    SINGLE = 10, "单独基层工会"
    JOINT = 11, "联合基层工会"
    ORGANISER = 12, "组织员"
    VILLAGE = 20, "村（社区）工会联合会"
    PARK = 21, "园区（楼宇）工会联合会"
    INDUSTRY = 22, "行业工会联合会"
    TOWN = 30, "镇（街道）总工会"
    ZONE = 31, "开发区工会"
    SYSTEM = 40, "区产业（系统）工会"
    DISTRICT = 50, "区总工会"
    CITY = 60, "市总工会"


GRASSROOTS = (Kind.SINGLE, Kind.JOINT, Kind.ORGANISER)
COUNTED_AS_UNION = (*GRASSROOTS, Kind.VILLAGE, Kind.PARK, Kind.INDUSTRY)
"""Kinds that the figure «实名制工会» counts; district, town and system federations are bodies above, not counted."""

ROOTS = (Kind.DISTRICT, Kind.CITY)
"""Whose platform it may be: a district's own, or a city's with its districts below it, as the owner of a mutual-aid pool has."""


class Route(models.TextChoices):
    """Founding route (四建)."""

    SINGLE = "SJ1", "企业单建"
    TRADE = "SJ2", "行业联建"
    LEAD = "SJ3", "龙头领建"
    AREA = "SJ4", "区域共建"


class LegalStatus(models.TextChoices):
    """Legal-person status of a union (法人状态)."""

    NONE = "none", "未登记"
    APPLIED = "applied", "已申请"
    REGISTERED = "registered", "已登记"
    EXPIRED = "expired", "证书过期"


class EndReason(models.TextChoices):
    """Why an organisation ended."""

    DISSOLVED = "dissolved", "撤销"
    MERGED = "merged", "合并"


class DuesMode(models.TextChoices):
    """How the 2 % is paid (经费收缴方式)."""

    TAX = "tax", "税务代收"
    SELF = "self", "自收"
    BUDGET = "budget", "财政划拨"


class Nature(models.IntegerChoices):
    """Nature of an employer for unions (单位性质); 非公 = 3+4+5+9+10."""

    STATE = 1, "国有及控股企业"
    COLLECTIVE = 2, "集体企业"
    PRIVATE = 3, "非公企业（私营）"
    HONGKONG = 4, "港澳台资企业"
    FOREIGN = 5, "外资企业"
    INSTITUTION = 6, "事业单位"
    ORGAN = 7, "机关"
    SOCIETY = 8, "社会组织"
    SELF_EMPLOYED = 9, "个体经济组织"
    PLATFORM = 10, "平台合作企业（站点）"
    OTHER = 99, "其他"


class Scale(models.IntegerChoices):
    """Size of an employer (统计上大中小微型企业划分办法 2017)."""

    LARGE = 1, "大型"
    MEDIUM = 2, "中型"
    SMALL = 3, "小型"
    MICRO = 4, "微型"


class Industry(models.TextChoices):
    """Sections of GB/T 4754-2017."""

    A = "A", "农、林、牧、渔业"
    B = "B", "采矿业"
    C = "C", "制造业"
    D = "D", "电力、热力、燃气及水生产和供应业"
    E = "E", "建筑业"
    F = "F", "批发和零售业"
    G = "G", "交通运输、仓储和邮政业"
    H = "H", "住宿和餐饮业"
    I = "I", "信息传输、软件和信息技术服务业"  # noqa: E741
    J = "J", "金融业"
    K = "K", "房地产业"
    L = "L", "租赁和商务服务业"
    M = "M", "科学研究和技术服务业"
    N = "N", "水利、环境和公共设施管理业"
    O = "O", "居民服务、修理和其他服务业"  # noqa: E741
    P = "P", "教育"
    Q = "Q", "卫生和社会工作"
    R = "R", "文化、体育和娱乐业"
    S = "S", "公共管理、社会保障和社会组织"
    T = "T", "国际组织"


class PartnerKind(models.TextChoices):
    """Kinds of partner bodies (合作单位)."""

    GOVERNANCE_CENTRE = "governance_centre", "社会治理中心"
    LABOUR_BUREAU = "labour_bureau", "人力资源和社会保障局"
    ARBITRATION = "arbitration", "劳动人事争议仲裁委员会"
    INSPECTION = "inspection", "劳动保障监察"
    COURT = "court", "人民法院"
    LEGAL_AID = "legal_aid", "法律援助中心"
    HOTLINE = "hotline", "12345 政务热线"
    ARREARS = "arrears", "根治欠薪平台"
    PETITION = "petition", "信访局"
    HEALTH_INSURANCE = "health_insurance", "医疗保障局"
    CIVIL_AFFAIRS = "civil_affairs", "民政局"
    TAX = "tax", "税务局"
    BANK = "bank", "银行"
    HOSPITAL = "hospital", "医院"
    HOST = "host", "驿站承办单位"
    OTHER = "other", "其他"
