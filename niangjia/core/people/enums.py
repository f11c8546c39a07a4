"""Code tables of persons and memberships (GB/T 2261, 3304, 4658, 4762, 6864; union practice where no standard exists)."""

from django.db import models
from django.utils.translation import gettext_noop as _


class Sex(models.IntegerChoices):
    """GB/T 2261.1."""

    UNKNOWN = 0, "未知"
    MALE = 1, "男"
    FEMALE = 2, "女"
    UNSTATED = 9, "未说明"


class IdType(models.IntegerChoices):
    """Kinds of identity document (证件类型)."""

    RESIDENT = 1, "居民身份证"
    PASSPORT = 2, "护照"
    HONGKONG = 3, "港澳居民来往内地通行证"
    TAIWAN = 4, "台湾居民来往大陆通行证"
    FOREIGNER = 5, "外国人永久居留身份证"
    OTHER = 9, "其他"


_PEOPLES = """
汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白
土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水 东乡 纳西 景颇
柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒
乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺
""".split()
ETHNIC = {number: f"{name}族" for number, name in enumerate(_PEOPLES, 1)} | {97: "其他", 98: "外国血统中国籍人士"}
"""GB/T 3304: number → name."""


class Political(models.IntegerChoices):
    """GB/T 4762 (政治面貌)."""

    PARTY = 1, "中共党员"
    PROBATIONARY = 2, "中共预备党员"
    LEAGUE = 3, "共青团员"
    MINGE = 4, "民革党员"
    MINMENG = 5, "民盟盟员"
    MINJIAN = 6, "民建会员"
    MINJIN = 7, "民进会员"
    NONGGONG = 8, "农工党党员"
    ZHIGONG = 9, "致公党党员"
    JIUSAN = 10, "九三学社社员"
    TAIMENG = 11, "台盟盟员"
    INDEPENDENT = 12, "无党派人士"
    MASSES = 13, "群众"


class Education(models.IntegerChoices):
    """GB/T 4658-2006 (学历)."""

    POSTGRADUATE = 10, "研究生"
    DOCTOR = 11, "博士研究生毕业"
    MASTER = 14, "硕士研究生毕业"
    BACHELOR = 20, "大学本科"
    BACHELOR_DONE = 21, "大学本科毕业"
    COLLEGE = 30, "大学专科"
    COLLEGE_DONE = 31, "大学专科毕业"
    VOCATIONAL = 40, "中等职业教育"
    SECONDARY_VOCATIONAL = 41, "中等专科毕业"
    VOCATIONAL_HIGH = 44, "职业高中毕业"
    TECHNICAL = 47, "技工学校毕业"
    HIGH = 60, "普通高中"
    HIGH_DONE = 61, "普通高中毕业"
    MIDDLE = 70, "初中"
    MIDDLE_DONE = 71, "初中毕业"
    PRIMARY = 80, "小学"
    PRIMARY_DONE = 81, "小学毕业"
    OTHER = 90, "其他"


class Household(models.IntegerChoices):
    """Kind of household registration (户籍类型)."""

    URBAN = 1, "城镇（非农业）"
    RURAL = 2, "农村（农业）"
    RESIDENT = 3, "居民户口"


class SkillLevel(models.IntegerChoices):
    """The «new eight levels» (职业技能等级, 人社部 2022); national certificates count downwards (五级 is the lowest)."""

    NONE = 0, "无"
    APPRENTICE = 1, "学徒工"
    JUNIOR = 2, "初级工（五级）"
    MIDDLE = 3, "中级工（四级）"
    SENIOR = 4, "高级工（三级）"
    TECHNICIAN = 5, "技师（二级）"
    SENIOR_TECHNICIAN = 6, "高级技师（一级）"
    SPECIAL = 7, "特级技师"
    CHIEF = 8, "首席技师"


class TitleLevel(models.IntegerChoices):
    """Professional title (专业技术职称)."""

    NONE = 0, "无"
    JUNIOR = 1, "初级"
    MIDDLE = 2, "中级"
    ASSOCIATE = 3, "副高级"
    SENIOR = 4, "正高级"


class EmploymentForm(models.TextChoices):
    """Form of employment (就业形态); N.. are the groups of new-form workers and the eight groups, STD the ordinary one."""

    STANDARD = "STD", "单位就业"
    TRUCKER = "N01", "货车司机"
    RIDE_HAILING = "N02", "网约车司机"
    COURIER = "N03", "快递员"
    RIDER = "N04", "外卖配送员"
    DOMESTIC = "N05", "家政服务员"
    NURSING_AIDE = "N06", "护工护理员"
    SHOP_GUIDE = "N07", "商场信息员（导购员）"
    ESTATE_AGENT = "N08", "房产中介员"
    GUARD = "N09", "保安员"
    HOST = "N10", "网络主播、互联网营销师"
    DESIGNATED_DRIVER = "N11", "代驾司机"
    OTHER_PLATFORM = "N12", "其他平台从业者"


NEW_FORM = ("N01", "N02", "N03", "N04", "N10", "N11", "N12")
"""Forms counted as new-form workers (新就业形态劳动者) whatever the employer."""
NEW_FORM_BY_PLATFORM = ("N05", "N06", "N08")
"""Counted as new-form workers only when they work through a platform."""
EIGHT_GROUPS = ("N01", "N03", "N04", "N05", "N06", "N07", "N08", "N09")
"""The eight groups (八大群体)."""


class EmploymentStatus(models.IntegerChoices):
    """Employment status (就业状况)."""

    AT_WORK = 1, "在岗"
    WAITING = 2, "待岗"
    UNEMPLOYED = 3, "失业"
    RETIRED = 4, "退休"
    VETERAN = 5, "离休"
    OTHER = 9, "其他"


class Relation(models.IntegerChoices):
    """Kind of working relation (用工关系, 人社部发〔2021〕56号)."""

    LABOUR = 1, "劳动关系"
    INCOMPLETE = 2, "不完全符合确立劳动关系"
    CIVIL = 3, "民事（自主）"
    DISPATCH = 4, "劳务派遣"
    OUTSOURCED = 5, "外包、加盟站点"


class Standing(models.TextChoices):
    """What a membership is while it lasts (会籍状态)."""

    FULL = "full", "在册"
    RETAINED = "retained", "保留会籍"
    FLOATING = "floating", "会籍挂靠"


COUNTED_STANDINGS = (Standing.FULL, Standing.FLOATING)
"""Standings that the figure «实名制会员» counts; retained membership is shown apart."""


class EndReason(models.TextChoices):
    """Why a membership span ended (会籍终止原因)."""

    TRANSFERRED = "transferred", _("转出")
    STANDING = "standing", _("会籍状态变更")
    FORM = "form", _("就业形态变更")
    WITHDRAWN = "withdrawn", _("退会")
    DEEMED = "deemed", _("自动退会")
    EXPELLED = "expelled", _("开除会籍")
    DECEASED = "deceased", _("去世")
    CLOSED = "closed", _("工会撤销")
    LEFT = "left", _("离开本区")


CONTINUES = (EndReason.TRANSFERRED, EndReason.STANDING, EndReason.FORM)
"""Ends after which another span must begin the same day: membership goes on."""


class JoinWay(models.IntegerChoices):
    """How somebody joined (入会方式)."""

    PAPER = 1, "本人书面"
    ORAL = 2, "口头（代填）"
    BATCH = 3, "单位批量"
    ONLINE = 4, "网上申请"
    SCAN = 5, "扫码入会"
    CEREMONY = 6, "集中入会"
    TRANSFER = 7, "转入"
    VISIT = 8, "上门发展"


class Post(models.TextChoices):
    """Posts in a union committee (工会职务)."""

    CHAIR = "chair", "主席"
    VICE_CHAIR = "vice_chair", "副主席"
    AUDIT_CHAIR = "audit_chair", "经审委主任"
    WOMEN_CHAIR = "women_chair", "女工委主任"
    COMMITTEE = "committee", "委员"
    ORGANISER = "organiser", "组织员"


LOOKED_AT = {"id_number": _("证件号"), "phone": _("手机"), "bank_account": _("银行账户"), "certificate": _("会员证明")}
"""What of a person may be looked at unmasked, as the trail names it."""

CORRECTABLE = {
    "name": _("姓名"),
    "id_number": _("证件号"),
    "phone": _("手机号"),
    "bank_account": _("银行卡"),
    "employer": _("工作单位"),
    "union": _("所属工会、入会日期"),
    "other": _("别的"),
}
"""Parts of the own record that a person may report as wrong."""
