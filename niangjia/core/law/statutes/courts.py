"""Courts: confirmation of agreements, payment orders, instances, enforcement (法院).

The Civil Procedure Law was read in its texts of 2021 and 2023; what an earlier text said is known of, its article numbers are not.
"""

from collections.abc import Sequence
from datetime import date

from niangjia.core.law.statutes.laws import (
    CIVIL_PROCEDURE,
    CIVIL_PROCEDURE_2012_FROM,
    CIVIL_PROCEDURE_2021_FROM,
    CIVIL_PROCEDURE_2023_FROM,
    LABOUR_CASES,
    LABOUR_CASES_FROM,
    MEDIATION,
    MEDIATION_FROM,
)
from niangjia.core.law.term import Article, Edition, Status, Term, Unit

DAY_BEFORE_2021_TEXT = date(2021, 12, 31)
DAY_BEFORE_2023_TEXT = date(2023, 12, 31)
OLD_NUMBERS = "2022 年以前的民事诉讼法条号未核对原文。"
IN_FORCE_KNOWN = "修正文本的施行日按公布决定的通行记载。"


def procedure(amount: int, unit: Unit, of_2021: int, of_2023: int, *, earlier: int | None = None, note: str = "") -> tuple[Edition, ...]:
    """A term of the Civil Procedure Law: its articles of the 2021 and the 2023 text; ``earlier`` the amount before 2022 where known."""
    old = (
        (
            Edition(
                earlier,
                unit,
                (),
                CIVIL_PROCEDURE_2012_FROM,
                DAY_BEFORE_2021_TEXT,
                Status.UNVERIFIED,
                OLD_NUMBERS,
            ),
        )
        if earlier
        else ()
    )
    said = f"{note}{IN_FORCE_KNOWN}"
    return (
        *old,
        Edition(amount, unit, _in(of_2021), CIVIL_PROCEDURE_2021_FROM, DAY_BEFORE_2023_TEXT, note=said),
        Edition(amount, unit, _in(of_2023), CIVIL_PROCEDURE_2023_FROM, note=said),
    )


def _in(number: int) -> tuple[Article, ...]:
    return (CIVIL_PROCEDURE.article(number),)


def _confirming() -> Sequence[Edition]:
    days, mediation = Unit.CALENDAR_DAYS, MEDIATION.article(33)
    return (
        Edition(30, days, (mediation,), MEDIATION_FROM, DAY_BEFORE_2021_TEXT, note=OLD_NUMBERS),
        Edition(30, days, (CIVIL_PROCEDURE.article(201), mediation), CIVIL_PROCEDURE_2021_FROM, DAY_BEFORE_2023_TEXT, note=IN_FORCE_KNOWN),
        Edition(30, days, (CIVIL_PROCEDURE.article(205), mediation), CIVIL_PROCEDURE_2023_FROM, note=IN_FORCE_KNOWN),
    )


DAYS, MONTHS, YEARS = Unit.CALENDAR_DAYS, Unit.MONTHS, Unit.YEARS
CONFIRMING = (
    Term("judicial_confirmation.apply", "共同申请司法确认", "调解协议生效之日", "双方共同", tuple(_confirming())),
    Term(
        "judicial_confirmation.special",
        "司法确认审结（特别程序）",
        "法院立案之日",
        "法院",
        procedure(30, DAYS, 187, 187, earlier=30, note="有特殊情况需要延长的，由院长批准。"),
    ),
    Term("payment_order.accept", "支付令是否受理", "法院收到申请之日", "法院", procedure(5, DAYS, 222, 226, earlier=5)),
    Term("payment_order.issue", "发出支付令", "法院受理之日", "法院", procedure(15, DAYS, 223, 227, earlier=15)),
    Term("payment_order.object", "清偿或者提出异议", "债务人收到支付令之日", "用人单位", procedure(15, DAYS, 223, 227, earlier=15)),
)
FIRST_INSTANCE = (
    Term("court.answer", "一审答辩", "被告收到起诉状副本之日", "被告", procedure(15, DAYS, 128, 128, earlier=15)),
    Term(
        "court.simple",
        "简易程序审结",
        "法院立案之日",
        "法院",
        procedure(3, MONTHS, 164, 164, earlier=3),
        extended_by="court.simple_extended",
    ),
    Term("court.simple_extended", "简易程序审结（延长 1 个月后）", "法院立案之日", "法院", procedure(4, MONTHS, 164, 164)),
    Term(
        "court.ordinary",
        "普通程序审结",
        "法院立案之日",
        "法院",
        procedure(6, MONTHS, 152, 152, earlier=6),
        extended_by="court.ordinary_extended",
    ),
    Term(
        "court.ordinary_extended",
        "普通程序审结（延长 6 个月后）",
        "法院立案之日",
        "法院",
        procedure(12, MONTHS, 152, 152, earlier=12, note="还需要延长的，报请上级人民法院批准。"),
    ),
    Term(
        "court.small_claims",
        "小额诉讼审结",
        "法院立案之日",
        "法院",
        procedure(2, MONTHS, 168, 168, note="标的额在全省上年度就业人员年平均工资 50% 以下，一审终审（第一百六十五条）。"),
        extended_by="court.small_claims_extended",
    ),
    Term("court.small_claims_extended", "小额诉讼审结（延长 1 个月后）", "法院立案之日", "法院", procedure(3, MONTHS, 168, 168)),
)
AFTER_JUDGMENT = (
    Term("appeal.judgment", "对判决上诉", "判决书送达之日", "双方", procedure(15, DAYS, 171, 171, earlier=15)),
    Term("appeal.ruling", "对裁定上诉", "裁定书送达之日", "双方", procedure(10, DAYS, 171, 171, earlier=10)),
    Term(
        "court.second_instance",
        "二审审结",
        "第二审立案之日",
        "法院",
        procedure(3, MONTHS, 183, 183, earlier=3, note="有特殊情况需要延长的，由院长批准。"),
    ),
    Term(
        "enforcement.apply",
        "申请执行",
        "法律文书规定的履行期间最后一日；没有规定的，文书生效之日",
        "权利人",
        procedure(2, YEARS, 246, 250, earlier=2, note="中止、中断适用诉讼时效的规定。"),
    ),
    Term(
        "preservation.enforce",
        "保全后申请强制执行",
        "裁决书或者裁判文书生效之日",
        "职工",
        (
            Edition(
                3,
                MONTHS,
                (LABOUR_CASES.article(49, 2),),
                LABOUR_CASES_FROM,
                note="逾期不申请的，法院解除保全措施。",
            ),
        ),
    ),
)
TERMS = CONFIRMING + FIRST_INSTANCE + AFTER_JUDGMENT
