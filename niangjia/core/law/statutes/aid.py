"""Legal aid, union supervision, dismissal and contracts, and answers promised to workers (法律援助、工会监督)."""

from datetime import date

from niangjia.core.law.statutes.laws import (
    LABOUR_CONTRACT,
    LABOUR_CONTRACT_FROM,
    LEGAL_AID,
    LEGAL_AID_FROM,
    SUPERVISION,
    SUPERVISION_FROM,
    ZHEJIANG_LEGAL_AID,
    ZHEJIANG_LEGAL_AID_FROM,
)
from niangjia.core.law.term import OPEN, Article, Edition, Status, Term, Unit

DAYS, WORKING = Unit.CALENDAR_DAYS, Unit.WORKING_DAYS


def since(day: date, amount: int, unit: Unit, article: Article, note: str = "") -> tuple[Edition, ...]:
    """One edition, read in the law."""
    return (Edition(amount, unit, (article,), day, note=note),)


AID = (
    Term(
        "legal_aid.decide",
        "法律援助审查决定",
        "法律援助机构收到申请之日",
        "法律援助机构",
        (
            Edition(
                7,
                WORKING,
                (ZHEJIANG_LEGAL_AID.article(17),),
                ZHEJIANG_LEGAL_AID_FROM,
                date(2021, 12, 31),
                Status.UNVERIFIED,
                "7 个工作日已核对 2016 年修正文本；该文本的施行日未核，按修正通过之日起算。",
            ),
            Edition(7, DAYS, (LEGAL_AID.article(43, 1),), LEGAL_AID_FROM, note="与浙江省条例的 7 个工作日不一致，以法律为准。"),
        ),
    ),
    Term(
        "legal_aid.assign", "指派法律援助人员", "决定给予援助之日", "法律援助机构", since(LEGAL_AID_FROM, 3, DAYS, LEGAL_AID.article(43, 1))
    ),
    Term(
        "legal_aid.review",
        "司法行政部门审查异议",
        "收到异议之日",
        "司法行政部门",
        since(LEGAL_AID_FROM, 5, DAYS, LEGAL_AID.article(49, 2)),
    ),
    Term(
        "legal_aid.report",
        "提交结案报告",
        "法律援助事项办结之日",
        "法律援助人员",
        since(ZHEJIANG_LEGAL_AID_FROM, 15, DAYS, ZHEJIANG_LEGAL_AID.article(19), "法律援助法第五十条要求及时报告；条例的 15 日仍可参照。"),
    ),
)
SUPERVISING = (
    Term(
        "supervision.refuse",
        "书面告知不予受理投诉",
        "工会劳动法律监督委员会接到投诉之日",
        "工会劳动法律监督委员会",
        since(SUPERVISION_FROM, 5, WORKING, SUPERVISION.article(17, 2)),
    ),
    Term(
        "supervision.reply",
        "用人单位书面答复意见书",
        "用人单位收到工会劳动法律监督意见书之日",
        "用人单位",
        since(SUPERVISION_FROM, 15, WORKING, SUPERVISION.article(22), "未按期答复的，地方总工会可以发建议书（第二十三条）。"),
    ),
)
CONTRACT = (
    Term(
        "contract.sign",
        "订立书面劳动合同",
        "用工之日",
        "用人单位",
        since(LABOUR_CONTRACT_FROM, 1, Unit.MONTHS, LABOUR_CONTRACT.article(82, 1), "超过一个月不满一年未订立的，每月支付二倍工资。"),
    ),
    Term(
        "dismissal.notice",
        "提前通知解除（用人单位）",
        "书面通知职工之日",
        "用人单位",
        since(
            LABOUR_CONTRACT_FROM,
            30,
            DAYS,
            LABOUR_CONTRACT.article(40),
            "不提前通知的，额外支付一个月工资；解除前先通知工会（第四十三条）。",
        ),
    ),
    Term(
        "dismissal.layoff_explain",
        "裁员前向工会或者全体职工说明",
        "说明情况之日",
        "用人单位",
        since(LABOUR_CONTRACT_FROM, 30, DAYS, LABOUR_CONTRACT.article(41, 1)),
    ),
    Term(
        "resignation.notice",
        "提前通知解除（职工）",
        "书面通知用人单位之日",
        "职工",
        since(LABOUR_CONTRACT_FROM, 30, DAYS, LABOUR_CONTRACT.article(37)),
    ),
    Term(
        "resignation.notice_probation",
        "试用期内提前通知解除（职工）",
        "通知用人单位之日",
        "职工",
        since(LABOUR_CONTRACT_FROM, 3, DAYS, LABOUR_CONTRACT.article(37)),
    ),
    Term(
        "employment.transfer_papers",
        "办理档案和社会保险关系转移",
        "解除或者终止劳动合同之日",
        "用人单位",
        since(LABOUR_CONTRACT_FROM, 15, DAYS, LABOUR_CONTRACT.article(50, 1)),
    ),
)
TALKS = (
    Term(
        "talk.answer",
        "职工说事答复",
        "收到事项之日",
        "企业工会",
        (
            Edition(
                5,
                WORKING,
                (),
                OPEN,
                status=Status.UNVERIFIED,
                note="不是法律：宁海等地职工说事的做法，当场或者 5 个工作日内答复，见于报道；本区的天数请以本区制度为准。",
            ),
        ),
    ),
)
TERMS = AID + SUPERVISING + CONTRACT + TALKS
