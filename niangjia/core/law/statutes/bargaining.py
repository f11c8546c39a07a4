"""Wage talks and collective contracts in Ningbo and Zhejiang (集体协商)."""

from niangjia.core.law.statutes.laws import (
    COLLECTIVE_CONTRACT,
    COLLECTIVE_CONTRACT_FROM,
    LABOUR,
    LABOUR_CONTRACT,
    WAGE_TALKS,
    WAGE_TALKS_FROM,
)
from niangjia.core.law.term import Article, Direction, Edition, Term, Unit

DAYS, WORKING = Unit.CALENDAR_DAYS, Unit.WORKING_DAYS
MOST_PAUSED = 60


def ningbo(amount: int, unit: Unit, *articles: Article, before: bool = False, note: str = "") -> tuple[Edition, ...]:
    """A term of wage talks since the Ningbo regulation."""
    direction = Direction.BEFORE if before else Direction.AFTER
    return (Edition(amount, unit, articles, WAGE_TALKS_FROM, note=note, direction=direction),)


def zhejiang(amount: int, unit: Unit, *articles: Article, note: str = "") -> tuple[Edition, ...]:
    """A term of collective contracts since the Zhejiang regulation."""
    return (Edition(amount, unit, articles, COLLECTIVE_CONTRACT_FROM, note=note),)


TALKS = (
    Term(
        "wage_talk.answer",
        "书面答复协商要求",
        "收到书面协商要求之日",
        "被要求的一方",
        ningbo(10, WORKING, WAGE_TALKS.article(14), COLLECTIVE_CONTRACT.article(7), note="不得拒绝，并商定协商的时间和内容。"),
    ),
    Term(
        "wage_talk.publish_representatives",
        "公布协商代表",
        "协商代表产生之日",
        "双方",
        ningbo(5, WORKING, WAGE_TALKS.article(10)),
    ),
    Term(
        "wage_talk.information",
        "提供协商方案和资料",
        "举行协商会议之日（往前数）",
        "双方",
        ningbo(
            7,
            DAYS,
            WAGE_TALKS.article(17, 1),
            COLLECTIVE_CONTRACT.article(16, 2),
            before=True,
            note="企业方的资料含上年度营业收入、净利润、工资总额、平均工资。",
        ),
    ),
    Term(
        "wage_talk.finish",
        "完成协商",
        "协商会议开始之日",
        "双方",
        (
            Edition(
                30,
                WORKING,
                (WAGE_TALKS.article(16, 2),),
                WAGE_TALKS_FROM,
                note="商定中止的期间不计，累计不超过 60 日（第十九条）。",
                pause_articles=(WAGE_TALKS.article(19),),
                pause_days=MOST_PAUSED,
            ),
        ),
    ),
    Term(
        "wage_talk.pause", "中止协商最长期限", "中止协商之日", "双方", ningbo(MOST_PAUSED, DAYS, WAGE_TALKS.article(19), note="累计计算。")
    ),
    Term(
        "wage_talk.congress",
        "草案提交职工代表大会或者职工大会",
        "形成工资集体协议草案之日",
        "双方",
        ningbo(15, WORKING, WAGE_TALKS.article(20, 1), COLLECTIVE_CONTRACT.article(24, 1)),
    ),
    Term(
        "wage_talk.revote",
        "重新协商一致后再次提交表决",
        "重新协商达成一致之日",
        "双方",
        zhejiang(5, WORKING, COLLECTIVE_CONTRACT.article(24, 3)),
    ),
)
AGREEMENTS = (
    Term(
        "wage_agreement.file",
        "报送工资集体协议",
        "协议签订或者变更之日",
        "企业",
        ningbo(10, DAYS, WAGE_TALKS.article(34, 1), COLLECTIVE_CONTRACT.article(34), note="企业工会应当督促按时报送。"),
    ),
    Term(
        "wage_agreement.no_objection",
        "审查期满无异议即生效",
        "人力社保部门收到协议文本之日",
        "人力社保部门",
        ningbo(15, DAYS, WAGE_TALKS.article(35, 1), LABOUR_CONTRACT.article(54, 1), LABOUR.article(34)),
    ),
    Term(
        "wage_agreement.publish",
        "向全体职工公布",
        "协议生效之日",
        "企业",
        ningbo(5, WORKING, WAGE_TALKS.article(35, 2), COLLECTIVE_CONTRACT.article(35), note="职工方将文本报上一级工会备案。"),
    ),
    Term(
        "wage_agreement.renew",
        "可以提出续订要求的第一天",
        "协议期满之日（往前数）",
        "双方",
        ningbo(90, DAYS, WAGE_TALKS.article(22, 2), COLLECTIVE_CONTRACT.article(30, 3), before=True, note="从这一天到期满之日都可以提出。"),
    ),
)
COLLECTIVE = (
    Term(
        "collective_contract.file_ending",
        "解除集体合同备案",
        "解除集体合同之日",
        "用人单位",
        zhejiang(5, WORKING, COLLECTIVE_CONTRACT.article(33)),
    ),
    Term(
        "collective_dispute.coordinate",
        "协调处理签订争议",
        "人力社保部门受理之日",
        "人力社保部门",
        zhejiang(30, DAYS, COLLECTIVE_CONTRACT.article(39, 2)),
        extended_by="collective_dispute.coordinate_extended",
    ),
    Term(
        "collective_dispute.coordinate_extended",
        "协调处理签订争议（延长 15 日后）",
        "人力社保部门受理之日",
        "人力社保部门",
        zhejiang(45, DAYS, COLLECTIVE_CONTRACT.article(39, 2), note="应当书面说明延期理由。"),
    ),
)
TERMS = TALKS + AGREEMENTS + COLLECTIVE
