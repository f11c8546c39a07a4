"""Limitation, mediation and arbitration of labour disputes (劳动争议)."""

from datetime import date

from niangjia.core.law.statutes.laws import (
    ARBITRATION,
    ARBITRATION_FROM,
    CONFIRMATION,
    CONFIRMATION_FROM,
    LABOUR_CASES,
    LABOUR_CASES_FROM,
    ZHEJIANG_ARBITRATION,
    ZHEJIANG_ARBITRATION_FROM,
)
from niangjia.core.law.term import Article, Direction, Edition, Status, Term, Unit

ON_WORKING_DAYS = "“日”按工作日计，依劳动人事争议仲裁办案规则（2017）的通行读法，条号待核；天数已核对。"
NOT_COUNTED = (ZHEJIANG_ARBITRATION.article(36),)
DAY_BEFORE_ZHEJIANG = date(2015, 12, 31)


def working(amount: int, *articles: Article, before: bool = False) -> tuple[Edition, ...]:
    """A term of arbitration in working days, the same since 2008."""
    direction = Direction.BEFORE if before else Direction.AFTER
    return (Edition(amount, Unit.WORKING_DAYS, articles, ARBITRATION_FROM, note=ON_WORKING_DAYS, direction=direction),)


def calendar(amount: int, *articles: Article, since: date = ARBITRATION_FROM, note: str = "") -> tuple[Edition, ...]:
    """A term in calendar days."""
    return (Edition(amount, Unit.CALENDAR_DAYS, articles, since, note=note),)


def award(amount: int) -> tuple[Edition, ...]:
    """The time for an award; in Zhejiang since 2016 some periods are not counted."""
    article = (ARBITRATION.article(43, 1),)
    return (
        Edition(amount, Unit.CALENDAR_DAYS, article, ARBITRATION_FROM, DAY_BEFORE_ZHEJIANG),
        Edition(
            amount,
            Unit.CALENDAR_DAYS,
            article,
            ZHEJIANG_ARBITRATION_FROM,
            pause_articles=NOT_COUNTED,
            note="委托调查取证、庭外和解、公告送达、等待工伤认定或鉴定意见的期间不计入（浙江调解仲裁条例第三十六条）。",
        ),
    )


WITHIN_A_YEAR = "风险提示：时效由用人单位提出抗辩，不影响受理。"
LIMITATION = (
    Term(
        "limitation.one_year",
        "申请仲裁的时效",
        "知道或者应当知道权利被侵害之日",
        "职工、用人单位",
        (Edition(1, Unit.YEARS, (ARBITRATION.article(27, 1),), ARBITRATION_FROM, note=WITHIN_A_YEAR + "中断、中止用时效计算器。"),),
    ),
    Term(
        "limitation.wages_after_end",
        "劳动报酬申请仲裁的时效（离职后）",
        "劳动关系终止之日",
        "职工",
        (Edition(1, Unit.YEARS, (ARBITRATION.article(27, 4),), ARBITRATION_FROM, note=WITHIN_A_YEAR + "在职期间不受一年限制。"),),
    ),
)
MEDIATING = (
    Term(
        "mediation.end",
        "调解期限",
        "调解组织收到调解申请之日",
        "调解组织",
        (
            Edition(
                15,
                Unit.CALENDAR_DAYS,
                (ARBITRATION.article(14, 3),),
                ARBITRATION_FROM,
                DAY_BEFORE_ZHEJIANG,
                note="期满未达成协议的，可以申请仲裁。",
            ),
            Edition(
                15,
                Unit.CALENDAR_DAYS,
                (ARBITRATION.article(14, 3), ZHEJIANG_ARBITRATION.article(10, 2)),
                ZHEJIANG_ARBITRATION_FROM,
                note="期满未达成协议的，可以申请仲裁；双方都同意的可以延期。",
            ),
        ),
    ),
    Term(
        "mediation.review_apply",
        "申请仲裁审查确认调解协议",
        "调解协议生效之日",
        "双方共同",
        (
            Edition(
                15,
                Unit.CALENDAR_DAYS,
                (),
                ZHEJIANG_ARBITRATION_FROM,
                status=Status.UNVERIFIED,
                note="可以申请仲裁审查确认的权利已核对（浙江调解仲裁条例第十一条）；15 日这个天数和条文待核。",
            ),
        ),
    ),
    Term(
        "mediation.review_decide",
        "仲裁审查确认的决定",
        "仲裁机构收到申请之日",
        "仲裁机构",
        (
            Edition(
                5,
                Unit.WORKING_DAYS,
                (),
                ZHEJIANG_ARBITRATION_FROM,
                status=Status.UNVERIFIED,
                note="5 日这个天数、是否按工作日以及条文均待核。",
            ),
        ),
    ),
    Term(
        "judicial_confirmation.accept",
        "司法确认是否受理",
        "法院收到司法确认申请之日",
        "法院",
        calendar(3, CONFIRMATION.article(4), since=CONFIRMATION_FROM, note="规定的施行日按公布后的通行记载，待核；天数已核对。"),
    ),
    Term(
        "judicial_confirmation.decide",
        "司法确认的决定（2011 年规定）",
        "法院受理司法确认申请之日",
        "法院",
        calendar(
            15, CONFIRMATION.article(5), since=CONFIRMATION_FROM, note="民事诉讼法的特别程序另有 30 日，见 judicial_confirmation.special。"
        ),
        extended_by="judicial_confirmation.decide_extended",
    ),
    Term(
        "judicial_confirmation.decide_extended",
        "司法确认的决定（院长批准延长 10 日后）",
        "法院受理司法确认申请之日",
        "法院",
        calendar(25, CONFIRMATION.article(5), since=CONFIRMATION_FROM, note="15 日，经本院院长批准可以延长 10 日。"),
    ),
)
ARBITRATING = (
    Term(
        "arbitration.accept",
        "仲裁受理决定",
        "仲裁委员会收到仲裁申请之日",
        "仲裁委员会",
        (
            Edition(5, Unit.WORKING_DAYS, (ARBITRATION.article(29),), ARBITRATION_FROM, DAY_BEFORE_ZHEJIANG, note=ON_WORKING_DAYS),
            Edition(
                5,
                Unit.WORKING_DAYS,
                (ARBITRATION.article(29), ZHEJIANG_ARBITRATION.article(21)),
                ZHEJIANG_ARBITRATION_FROM,
                note=ON_WORKING_DAYS + "逾期不作决定的，申请人可以起诉。",
            ),
        ),
    ),
    Term("arbitration.serve", "申请书副本送达被申请人", "仲裁委员会受理之日", "仲裁委员会", working(5, ARBITRATION.article(30, 1))),
    Term("arbitration.answer", "提交答辩书", "被申请人收到申请书副本之日", "被申请人", working(10, ARBITRATION.article(30, 2))),
    Term(
        "arbitration.serve_answer", "答辩书副本送达申请人", "仲裁委员会收到答辩书之日", "仲裁委员会", working(5, ARBITRATION.article(30, 2))
    ),
    Term("arbitration.panel_notice", "通知仲裁庭组成", "仲裁委员会受理之日", "仲裁委员会", working(5, ARBITRATION.article(32))),
    Term(
        "arbitration.hearing_notice", "通知开庭日期、地点", "开庭之日（往前数）", "仲裁庭", working(5, ARBITRATION.article(35), before=True)
    ),
    Term("arbitration.postpone_request", "请求延期开庭", "开庭之日（往前数）", "双方", working(3, ARBITRATION.article(35), before=True)),
    Term("arbitration.award", "仲裁裁决", "仲裁委员会受理之日", "仲裁庭", award(45), extended_by="arbitration.award_extended"),
    Term("arbitration.award_extended", "仲裁裁决（批准延长 15 日后）", "仲裁委员会受理之日", "仲裁庭", award(60)),
    Term(
        "arbitration.award_simplified_zhejiang",
        "仲裁结案（浙江简易程序）",
        "仲裁委员会受理之日",
        "仲裁庭",
        (
            Edition(
                30,
                Unit.CALENDAR_DAYS,
                (ZHEJIANG_ARBITRATION.article(39, 2),),
                ZHEJIANG_ARBITRATION_FROM,
                note="转为普通程序的，仍从受理仲裁申请之日起算。",
                pause_articles=NOT_COUNTED,
            ),
        ),
    ),
    Term(
        "arbitration.announce_service",
        "公告送达用人单位视为送达",
        "发出公告之日",
        "仲裁委员会",
        calendar(30, ZHEJIANG_ARBITRATION.article(35, 2), since=ZHEJIANG_ARBITRATION_FROM),
    ),
    Term(
        "arbitration.announce_service_collective",
        "公告送达视为送达（集体争议）",
        "公告之日",
        "仲裁委员会",
        calendar(10, ZHEJIANG_ARBITRATION.article(41, 1), since=ZHEJIANG_ARBITRATION_FROM),
    ),
)
AFTER_AWARD = (
    Term(
        "sue.after_award",
        "不服仲裁裁决起诉",
        "收到仲裁裁决书之日",
        "职工；非终局裁决双方都可以",
        calendar(15, ARBITRATION.article(48), ARBITRATION.article(50), note="终局裁决只有职工可以起诉；非终局裁决期满不起诉即生效。"),
    ),
    Term(
        "sue.after_set_aside",
        "终局裁决被撤销后起诉",
        "收到撤销裁定书之日",
        "双方",
        calendar(15, ARBITRATION.article(49, 3)),
    ),
    Term(
        "set_aside.employer",
        "用人单位申请撤销终局裁决",
        "收到仲裁裁决书之日",
        "用人单位",
        calendar(30, ARBITRATION.article(49, 1), note="向仲裁委员会所在地的中级人民法院提出。"),
    ),
    Term(
        "set_aside.after_dismissal",
        "职工起诉被驳回或撤诉后，用人单位申请撤销",
        "收到裁定书之日",
        "用人单位",
        calendar(30, LABOUR_CASES.article(21, 2), since=LABOUR_CASES_FROM),
    ),
)
TERMS = LIMITATION + MEDIATING + ARBITRATING + AFTER_AWARD
