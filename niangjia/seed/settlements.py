"""Hospital stays of 2023 in the demo district: files of the health insurance, approved by themselves, paid through the bank, one taken back."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.people import actions as people
from niangjia.seed.accounts import WORKER_PHONE
from niangjia.seed.chance import Chance
from niangjia.seed.paying import accountant, pay
from niangjia.seed.progress import Bar
from niangjia.seed.totals import Totals
from niangjia.work.mutual_aid import actions, queries

WRONG_STAY_IN = 3
"""The file with the demo worker's stay that is taken back in the last one; the stay in the first file holds."""
BY_INTERFACE = 3
"""Stays that the bureau beside the demo tells of by a signed message."""
STAYS = 2_400
"""Stays told of at full scale."""
FILES = (*(date(2023, month, day) for month in (8, 9, 10, 11) for day in (10, 25)), date(2023, 12, 14))
"""Days on which a file came; the last one waits for its payment."""
HOSPITALS = (
    ("H33020300123", "鄞州示例第一医院"), ("H33020300456", "鄞州示例中医院"), ("H33020300789", "望江示例妇儿医院"),
)  # fmt: skip
HEADINGS = (
    "setl_id", "fixmedins_code", "fixmedins_name", "mdtrt_id", "certno", "med_type", "insutype", "psn_type", "setl_time", "begntime", "endtime",
    "medfee_sumamt", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt", "act_pay_dedc", "hifp_pay",
    "pool_prop_selfpay", "fund_pay_sumamt", "psn_part_amt", "acct_pay", "psn_cash_pay", "vali_flag", "refd_setl_flag",
)  # fmt: skip
CENT = Decimal("0.01")


def tell(*, seed: int, scale: float) -> int:
    """Tell of the stays, a file at a time; a file that was taken in before is not told again. Returns how many settlements came."""
    told = 0
    with elevated("seed: stays of the demo district"):
        plan = queries.plan_by("P1-2023")
        assert plan is not None
        known = queries.insured(plan, Totals(scale).at_scale(STAYS), first_phone=WORKER_PHONE)
        done = queries.files_so_far()
    with Bar("住院结算 stays", len(FILES)) as bar:
        for number, (persons, rows) in enumerate(files(Chance(seed + 83), seed, known)):
            if number >= done and rows:
                _tell_one(plan, persons, rows, FILES[number], is_paid=number < len(FILES) - 1)
                told += len(rows)
            bar.add()
    return told


def newest_patients() -> list[str]:
    """Identity numbers of a few members covered by the plan, of whom the insurance has told nothing yet."""
    with elevated("seed: stays of the demo district"):
        plan = queries.plan_by("P1-2023")
        return [person.id_number for person in queries.without_stay(plan, BY_INTERFACE)] if plan else []


def files(chance: Chance, seed: int, known: list[Any]) -> list[tuple[list[Any], list[dict[str, str]]]]:
    """For each file the persons in it and its rows. The first of the known stays twice; their second stay is taken back in the last file."""
    others, made = known[1:], []
    share = -(-len(others) // len(FILES)) if others else 0
    wrong = [stay(Chance(seed + 84), person, "R2", FILES[WRONG_STAY_IN]) for person in known[:1]]
    for number, on in enumerate(FILES):
        persons = others[number * share : (number + 1) * share]
        rows = [stay(chance, person, f"{number}-{at}", on) for at, person in enumerate(persons)]
        if number == 0:
            rows += [stay(Chance(seed + 85), person, "R1", on) for person in known[:1]]
        if number == WRONG_STAY_IN:
            rows += wrong
        if number == len(FILES) - 1:
            rows += [row | {"refd_setl_flag": "1"} for row in wrong]
        made.append(([*persons, *(known[:1] if number in (0, WRONG_STAY_IN) else [])], rows))
    return made


@transaction.atomic
def _tell_one(plan: Any, persons: list[Any], rows: list[dict[str, str]], on: date, *, is_paid: bool) -> None:
    lines = [",".join(HEADINGS), *(",".join(row[name] for name in HEADINGS) for row in rows)]
    with elevated("seed: stays of the demo district"):
        for person in persons:
            if not person.bank_account:
                people.change_details(person, bank_account=f"6217{person.pk:012d}", by=SYSTEM, on=on)
        actions.take_settlements(
            data="\n".join(lines).encode(), name=f"医保结算{on:%Y%m%d}.csv", said={"count": len(rows)}, by=SYSTEM, on=on
        )
        if is_paid:
            paid_on = on + timedelta(days=2)
            if batch := actions.make_payments(plan.pool, by=accountant(), on=paid_on).batch:
                pay(batch, paid_on)


def stay(chance: Chance, person: Any, number: str, on: date) -> dict[str, str]:
    """A stay whose amounts fulfil the identities of the national record."""
    code, hospital = chance.choice(HOSPITALS)
    left = on - timedelta(days=chance.randint(1, 5))
    days = chance.randint(2, 14)
    in_scope, share = _yuan(2_000 + 18_000 * chance.random() ** 2), Decimal(chance.choice(("0.8000", "0.8500", "0.9000")))
    deductible, own, first = Decimal(chance.choice((600, 800))), _yuan(chance.random() * 900), _yuan(chance.random() * 600)
    pooled = ((in_scope - deductible) * share).quantize(CENT)
    whole = in_scope + own + first
    borne = whole - pooled
    account = min(borne, _yuan(chance.random() * 500))
    said: dict[str, object] = {
        "setl_id": f"YB2023-{number}", "fixmedins_code": code, "fixmedins_name": hospital, "mdtrt_id": f"JZ2023-{number}",
        "certno": person.id_number, "med_type": "21", "insutype": "310", "psn_type": "1101", "setl_time": f"{left} 10:20:00",
        "begntime": left - timedelta(days=days), "endtime": left, "medfee_sumamt": whole, "fulamt_ownpay_amt": own,
        "overlmt_selfpay": Decimal("0.00"), "preselfpay_amt": first, "inscp_scp_amt": in_scope, "act_pay_dedc": deductible,
        "hifp_pay": pooled, "pool_prop_selfpay": share, "fund_pay_sumamt": pooled, "psn_part_amt": borne, "acct_pay": account,
        "psn_cash_pay": borne - account, "vali_flag": "1", "refd_setl_flag": "0",
    }  # fmt: skip
    return {name: str(value) for name, value in said.items()}


def _yuan(value: float) -> Decimal:
    return Decimal(value).quantize(CENT)
