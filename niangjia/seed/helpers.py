"""The roster of the demo district: some thirty made-up lawyers, mediators and others, with what a stage is paid."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from niangjia.base.scope import elevated
from niangjia.core.access import queries as access
from niangjia.core.access.actor import SYSTEM
from niangjia.core.ledger import actions as ledger
from niangjia.core.ledger.enums import Source
from niangjia.core.orgs import queries as orgs
from niangjia.seed.chance import Chance
from niangjia.seed.names import FEMALE, MALE, named
from niangjia.seed.totals import TERM_BEGAN
from niangjia.work.rights import actions
from niangjia.work.rights.enums import AidForm, HelperKind, Kind, Language, TieSide
from niangjia.work.rights.helping import on_roster
from niangjia.work.rights.roster_forms import town_choices

FIRMS = (
    "浙江潮起岸律师事务所", "浙江云帆渡律师事务所", "浙江清桥里律师事务所", "浙江石榴堂律师事务所", "浙江望溪亭律师事务所",
    "浙江海曦洲律师事务所", "浙江松间月律师事务所", "浙江东篱畔律师事务所",
)  # fmt: skip
OTHERS = (
    (HelperKind.PEOPLES, "区社会治理中心人民调解委员会", 4), (HelperKind.FULL_TIME, "区总工会劳动争议调解室", 3),
    (HelperKind.PART_TIME, "区总工会劳动争议调解室", 3), (HelperKind.INVITED, "区人民法院特邀调解名册", 2),
    (HelperKind.ARBITRATOR, "区劳动人事争议仲裁院", 2), (HelperKind.ASSISTANT, "区人民法院", 2),
)  # fmt: skip
LAWYERS = 18
WITH_ACCOUNTS = (("lvshi", "江叙白"), ("lvshi2", "苏闻笛"))
"""The demo's accounts of lawyers, with their names."""
RATES = {
    AidForm.ADVICE: 100, AidForm.DRAFTING: 200, AidForm.MEDIATION: 600, AidForm.ARBITRATION: 1200, AidForm.FIRST: 1500, AidForm.SECOND: 1500,
    AidForm.ENFORCEMENT: 600,
}  # fmt: skip
ILLUSTRATIVE = "演示用的示意数额，不是任何地方的标准；实际按本区文件录入，待核"
FUND = "WQZX"
"""The books from which lawyers are paid."""
FIELDS = (Kind.WAGES, Kind.OVERTIME, Kind.SEVERANCE, Kind.UNLAWFUL, Kind.INJURY, Kind.DOUBLE_WAGE, Kind.INSURANCE, Kind.NEW_FORM)


def enter(seed: int) -> None:
    """Put everybody on the roster, once."""
    with elevated("seed: the roster of the demo district"):
        if on_roster(TERM_BEGAN).exists():
            return
        root = orgs.root()
        assert root is not None
        towns = [pk for pk, _ in town_choices()]
        for number, facts in enumerate(_planned(Chance(seed + 57), towns)):
            helper = actions.enlist(org=root, by=SYSTEM, **facts)
            if number == 2:  # one whose firm may not act against everybody
                actions.declare_tie(
                    helper, side=TieSide.ADVISER, employer_name="迅帆配送", source="本人申报", since=date(2021, 3, 1), by=SYSTEM
                )
        fund = ledger.open_fund(
            code=FUND,
            title="维权专项资金",
            org=root,
            source=Source.FEES,
            purpose="法律援助补贴",
            by=SYSTEM,
            on=TERM_BEGAN,
            is_budgeted=False,
        )
        for form, amount in RATES.items():
            actions.set_fee_rate(form=form, amount=Decimal(amount), valid_from=TERM_BEGAN, source=ILLUSTRATIVE, by=SYSTEM, fund=fund)


def _planned(chance: Chance, towns: list[int]) -> list[dict[str, Any]]:
    bodies = [(HelperKind.LAWYER, FIRMS[number % len(FIRMS)]) for number in range(LAWYERS)]
    bodies += [(kind, body) for kind, body, number in OTHERS for _ in range(number)]
    sexes = pl.Series([FEMALE if chance.random() < 0.45 else MALE for _ in bodies], dtype=pl.Int64)
    names = list(named(chance, sexes)["name"])
    rows = []
    for number, (kind, body) in enumerate(bodies):
        is_lawyer = kind == HelperKind.LAWYER
        account, name = WITH_ACCOUNTS[number] if number < len(WITH_ACCOUNTS) else ("", names[number])
        rows.append(
            {
                "name": name, "kind": kind, "firm": body, "licence": f"133022019{chance.randint(10_000_000, 99_999_999)}" if is_lawyer else "",
                "account": access.accounts(SYSTEM).filter(username=account).first() if account else None,
                "fields": sorted(chance.sample(FIELDS, 3)), "towns": sorted(chance.sample(towns, min(len(towns), 4))),
                "languages": [Language.PUTONGHUA, *chance.sample([Language.NINGBO, Language.SOUTHWEST, Language.CENTRAL, Language.ENGLISH], 1)],
                "capacity": 6 if is_lawyer else 10, "valid_from": TERM_BEGAN,
                "bank": "示例银行鄞州支行" if is_lawyer else "", "account_number": f"3315019{number:012d}" if is_lawyer else "",
            }
        )  # fmt: skip
    return rows
