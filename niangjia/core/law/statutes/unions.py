"""Founding unions, their terms and legal persons, and public notices (组织建设、公示). Much here is practice, and says so."""

from datetime import date

from niangjia.core.law.statutes.laws import RELIEF, RELIEF_2020_FROM, UNIONS, UNIONS_2021_FROM
from niangjia.core.law.term import OPEN, Article, Direction, Edition, Status, Term, Unit

PRACTICE = "不是法律规定：工作惯例，请以本区制度为准。"
KNOWN = "只据一般了解，未核对文件原文。"
DAYS, WORKING, MONTHS, YEARS = Unit.CALENDAR_DAYS, Unit.WORKING_DAYS, Unit.MONTHS, Unit.YEARS


def unread(amount: int, unit: Unit, note: str, *articles: Article, day: date = OPEN, before: bool = False) -> tuple[Edition, ...]:
    """A limit that was not read in a law."""
    direction = Direction.BEFORE if before else Direction.AFTER
    return (Edition(amount, unit, articles, day, status=Status.UNVERIFIED, note=note, direction=direction, rolls=unit is not MONTHS),)


def term_of_office(years: int, note: str) -> tuple[Edition, ...]:
    """A committee's term of office; it ends on its day, whatever day that is."""
    early = Edition(years, YEARS, (), OPEN, date(2021, 12, 31), Status.UNVERIFIED, "2021 年修正前的工会法条文未核对。", rolls=False)
    return (early, Edition(years, YEARS, (UNIONS.article(16),), UNIONS_2021_FROM, note=note, rolls=False))


FOUNDING = (
    Term("union.preparation_reply", "批复成立筹备组", "上级工会收到请示之日", "上级工会", unread(15, DAYS, PRACTICE)),
    Term(
        "union.result_reply",
        "批复选举结果",
        "上级工会收到选举结果报告之日",
        "上级工会",
        unread(15, DAYS, PRACTICE + "须报上级批准已核对（工会法第十二条）。"),
    ),
    Term("union.register_entry", "工会和会员实名录入", "批复之日", "新建工会", unread(30, DAYS, PRACTICE)),
)
LEGAL_PERSONS = (
    Term(
        "union.legal_person_apply",
        "申请工会法人登记",
        "工会成立之日",
        "新建工会",
        unread(60, DAYS, KNOWN + "办法的条号待核。"),
    ),
    Term("union.legal_person_review", "审查法人登记申请", "受理之日", "登记机关", unread(15, DAYS, KNOWN + "办法的条号待核。")),
    Term(
        "union.legal_person_change",
        "申请法人变更登记",
        "变更之日",
        "工会",
        unread(30, DAYS, KNOWN + "只在较早的广东规定里核对过 30 日。"),
    ),
)
TERMS_OF_OFFICE = (
    Term("union.term_three", "基层工会委员会任期（三年）", "选举之日", "基层工会", term_of_office(3, "基层工会每届三年或者五年。")),
    Term("union.term_five", "工会委员会任期（五年）", "选举之日", "工会", term_of_office(5, "各级地方总工会五年；基层工会三年或者五年。")),
    Term("union.reelection_remind", "换届提醒", "任期届满之日（往前数）", "工会", unread(6, MONTHS, PRACTICE, before=True)),
    Term("union.reelection_town", "换届提醒镇街", "任期届满之日（往前数）", "镇街总工会", unread(3, MONTHS, PRACTICE, before=True)),
    Term(
        "union.reelection_extension",
        "延期换届最长期限",
        "任期届满之日",
        "工会",
        unread(6, MONTHS, "六个月只部分核对（法人登记办法的地方指南），总工办发〔2020〕20号原条文待核。"),
    ),
    Term("union.chair_by_election", "补选主席", "主席出缺之日", "工会", unread(3, MONTHS, PRACTICE)),
)
PUBLICITY = (
    Term(
        "publicity.national_honours",
        "全国荣誉公示（每一级）",
        "公示开始之日",
        "推荐单位",
        unread(5, WORKING, KNOWN + "两审三公示，每次不少于 5 个工作日。"),
    ),
    Term(
        "publicity.city_honours",
        "市级荣誉、工匠公示",
        "公示开始之日",
        "推荐单位",
        unread(5, WORKING, "不是法律规定：2023 年宁波一次工匠公示为 11 月 30 日至 12 月 6 日，按其通知。"),
    ),
    Term(
        "publicity.minimum_living",
        "最低生活保障公示",
        "公示开始之日",
        "镇街",
        (
            Edition(
                7,
                DAYS,
                (RELIEF.article(11),),
                RELIEF_2020_FROM,
                note="在所在村、社区公示七日；按 2020 年修正文本，施行日按通过之日。",
            ),
        ),
    ),
    Term("publicity.hardship", "困难职工档案公示", "公示开始之日", "基层工会", unread(5, WORKING, PRACTICE + "浙江各地多为 3 至 7 日。")),
    Term("publicity.harmonious", "和谐企业公示", "公示开始之日", "三方机制", unread(5, WORKING, PRACTICE + "5 至 7 个工作日。")),
)
TERMS = FOUNDING + LEGAL_PERSONS + TERMS_OF_OFFICE + PUBLICITY
