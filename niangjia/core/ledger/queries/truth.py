"""Whether what the ledger says of itself is true: recomputed from the rows."""

from django.db import connection
from django.db.models import Count

from niangjia.core.ledger.models import Entry
from niangjia.core.trail.queries import Check


def checks() -> list[Check]:
    """Whether every entry balances and the tallies say what the legs say; call it elevated."""
    counts = {name: _number(query) for name, query in _ASKED.items()}
    entries = Entry.objects.aggregate(n=Count("pk"))["n"]
    return [
        Check("ledger.balance", counts["balance"] == 0, f"{entries} 张凭证逐张核对借贷，{counts['balance']} 张不平"),
        Check("ledger.tally", counts["tally"] == 0, f"科目汇总与分录逐条重算，{counts['tally']} 格不符"),
        Check("ledger.budget", counts["budget"] == 0, f"支出、承诺与审定的预算逐项核对，{counts['budget']} 项超出"),
        Check("ledger.commitment", counts["commitment"] == 0, f"承诺与用它的凭证逐笔核对，{counts['commitment']} 笔不符"),
        Check("ledger.match", counts["match"] == 0, f"银行流水与账上勾对逐组核对，{counts['match']} 组不等"),
        Check("ledger.statement", counts["statement"] == 0, f"银行流水的期末余额逐份重算，{counts['statement']} 份不符"),
    ]


def _number(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])


_UNBALANCED = """SELECT count(*) FROM (
    SELECT entry.id FROM ledger_entry AS entry LEFT JOIN ledger_leg AS leg ON leg.entry_id = entry.id
    GROUP BY entry.id HAVING coalesce(sum(leg.amount), 1) <> 0 OR count(leg.id) < 2 OR bool_or(leg.fund_id <> entry.fund_id OR leg."on" <> entry."on")
) AS wrong"""
_ASTRAY = """SELECT count(*) FROM (
    SELECT 1 FROM (
        SELECT fund_id, account_id, earmark_id, month, debit, credit, legs FROM ledger_tally
        UNION ALL
        SELECT fund_id, account_id, earmark_id, date_trunc('month', "on")::date, -greatest(amount, 0), -greatest(-amount, 0), -1 FROM ledger_leg
    ) AS cells GROUP BY fund_id, account_id, earmark_id, month HAVING sum(debit) <> 0 OR sum(credit) <> 0 OR sum(legs) <> 0
) AS astray"""
# A year whose budget holds: what was spent and promised stays within it. Spending before a fund wanted budgets is not asked about.
_OVERSPENT = """SELECT count(*) FROM (SELECT DISTINCT fund_id, year FROM ledger_budget WHERE state = 'approved') AS held
    JOIN ledger_fund AS fund ON fund.id = held.fund_id AND fund.is_budgeted
    CROSS JOIN LATERAL ledger_budget_use(held.fund_id, held.year, ledger_budget_in_force(held.fund_id, held.year)) AS used WHERE used.amount < used.committed + used.spent"""
_PROMISED = """SELECT count(*) FROM ledger_commitment AS one CROSS JOIN LATERAL (SELECT ledger_commitment_used(one.id) AS sum) AS used
    WHERE used.sum < 0 OR used.sum > one.amount OR (one.state = 'open' AND used.sum = one.amount) OR (one.state = 'spent' AND used.sum < one.amount)"""
_UNMATCHED = """SELECT count(*) FROM ledger_bankmatch AS one WHERE
    (SELECT coalesce(sum(amount), 0) FROM ledger_bankline WHERE match_id = one.id) <> (SELECT coalesce(sum(leg.amount), 0)
        FROM ledger_matchedleg AS held JOIN ledger_leg AS leg ON leg.id = held.leg_id WHERE held.match_id = one.id)
    OR NOT EXISTS (SELECT FROM ledger_bankline WHERE match_id = one.id)"""
_UNTRUE = """SELECT count(*) FROM ledger_bankstatement AS one WHERE one.closing <>
    (SELECT opening FROM ledger_bankstatement WHERE fund_id = one.fund_id ORDER BY start, id LIMIT 1)
    + (SELECT coalesce(sum(amount), 0) FROM ledger_bankline WHERE fund_id = one.fund_id AND "on" <= one."end")"""
_ASKED = {
    "balance": _UNBALANCED, "tally": _ASTRAY, "budget": _OVERSPENT, "commitment": _PROMISED, "match": _UNMATCHED, "statement": _UNTRUE,
}  # fmt: skip
