"""Mutual-aid plans from the command line: `plan list`, `plan simulate`, and `plan explain`, one member's settlements without a database."""

import argparse
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from niangjia.config.cli import Refusal
from niangjia.config.commands.ground import start_django
from niangjia.config.documents import document_in

if TYPE_CHECKING:
    from niangjia.work.mutual_aid.plan.rule import Rule


def add(subparsers: Any) -> None:
    """`niangjia plan …`."""
    plan = subparsers.add_parser("plan", help="医疗互助计划 mutual-aid plans").add_subparsers(required=True, metavar="WHAT")
    explain = plan.add_parser("explain", help="一个人的结算逐笔说明 explain one member's settlements")
    explain.add_argument("file", metavar="FILE.json", help="- 为标准输入 standard input")
    explain.add_argument("--json", action="store_true", help="输出 JSON")
    explain.set_defaults(run=explain_one)
    listed = plan.add_parser("list", help="各年度的计划 the plans of every year")
    listed.add_argument("--json", action="store_true", help="输出 JSON")
    listed.set_defaults(run=list_plans)
    tried = plan.add_parser("simulate", help="改规则试算 what another rule would have granted; nothing is kept")
    tried.add_argument("plan", metavar="PLAN", help="P1-2023")
    tried.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="fee, first_stay, cap_stay, cap_year, band1.rate=0.85 …"
    )
    tried.add_argument("--enrolments", type=Decimal, default=Decimal(0), metavar="PERCENT", help="参保增长 growth of enrolments")
    tried.add_argument("--costs", type=Decimal, default=Decimal(0), metavar="PERCENT", help="费用增长 growth of costs")
    tried.add_argument("--json", action="store_true", help="输出 JSON")
    tried.set_defaults(run=simulate_one)


def list_plans(arguments: argparse.Namespace) -> None:
    """Every plan: its name, title, window, period, fee in yuan, who holds the pool, whether it is an example."""
    start_django()
    from niangjia.work.mutual_aid.queries import plans

    rows: list[dict[str, Any]] = [
        {
            "plan": plan.slug, "title": plan.title, "fee": number_of(plan.declared.fee), "window": [plan.window_from, plan.window_to],
            "period": [plan.effective_from, plan.effective_to], "mode": plan.mode, "pool_owner": plan.pool_owner, "version": plan.version,
            "example": plan.is_example,
        }
        for plan in plans()
    ]  # fmt: skip
    if arguments.json:
        print(json.dumps(rows, ensure_ascii=False, default=str))
        return
    for row in rows:
        mark = "　示例，待核" if row["example"] else ""
        print(
            f"{row['plan']}　{row['title']}　{row['fee']} 元/份　窗口 {row['window'][0]} 至 {row['window'][1]}　{row['pool_owner']}{mark}"
        )
    if not rows:
        print("还没有计划 no plans")


def simulate_one(arguments: argparse.Namespace) -> None:
    """What a plan's real settlements would have come to under a changed rule; groups of fewer than five persons are not told of."""
    start_django()
    from niangjia.base.scope import elevated
    from niangjia.core.orgs.queries import root
    from niangjia.work.mutual_aid.actions.replaying import replay
    from niangjia.work.mutual_aid.queries import plan_by

    with elevated("plan simulate: whoever has the machine reads its settlements"):
        found, district = plan_by(arguments.plan), root()
        if found is None or district is None:
            raise Refusal(f"没有这个计划：{arguments.plan} no such plan")
        rule, assumed = changed_rule(found.declared, arguments.set), {"enrolments": arguments.enrolments, "costs": arguments.costs}
        told = replay(found, rule, assumed, root=district)
    if arguments.json:
        print(json.dumps(told, ensure_ascii=False))
        return
    before, after, fund = Decimal(told["before"]), Decimal(told["after"]), told["fund"]
    print(f"{found}　{told['stays']:,} 笔结算　实际给付 {before:,.2f} 元　改了以后 {after:,.2f} 元　多给 {after - before:+,.2f} 元")
    for which, title in (("old", "照原来的规则"), ("new", "照改了的规则")):
        one = fund[which]
        print(f"下一年{title}：收 {Decimal(one['premiums']):,.2f} 元，付 {Decimal(one['payouts']):,.2f} 元，给付率 {one['ratio'] or '—'}%")


def changed_rule(rule: "Rule", said: list[str]) -> "Rule":
    """The rule with ``NAME=VALUE`` set, a band's part as ``band1.rate``. Raises Refusal where a name or value cannot be read."""
    from niangjia.work.mutual_aid.plan.rule import document_of, rule_of

    document = document_of(rule)
    for word in said:
        name, _, value = word.partition("=")
        try:
            if name.startswith("band") and "." in name:
                number, _, part = name.removeprefix("band").partition(".")
                where, name = document["bands"][int(number) - 1], part
            else:
                where = document
            if name not in where or isinstance(where[name], (list, dict)):
                raise KeyError(name)
            where[name] = value or None
        except (KeyError, IndexError, ValueError):
            raise Refusal(f"规则里没有能改的“{word}” nothing to set: {word}") from None
    try:
        made = rule_of(document)
        made.reckon({})
    except (ArithmeticError, TypeError, ValueError) as error:
        raise Refusal(f"看不懂改的值：{error} a value cannot be read") from error
    return made


def explain_one(arguments: argparse.Namespace) -> None:
    """Every record's state, what it grants, and the steps."""
    from niangjia.work.mutual_aid.plan.catalogue import SHIPPED
    from niangjia.work.mutual_aid.plan.member import explained
    from niangjia.work.mutual_aid.plan.record import BadRecord

    document = document_in(arguments.file)
    try:
        found = explained(document, SHIPPED)
    except BadRecord as error:
        raise Refusal(str(error)) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refusal(f"文件的内容不对：{error} the document is not as documented") from error
    if arguments.json:
        print(json.dumps(found, ensure_ascii=False, default=number_of))
        return
    for setl_id, one in found["records"].items():
        print(f"{setl_id}　{one['state']}　{one['benefit']:,.2f} 元")
        for number, step in enumerate(one["steps"], 1):
            print(f"  {number}. {step}")
    print(f"合计 {found['total_benefit']:,.2f} 元")


def number_of(value: Any) -> float | int:
    """Amounts as JSON numbers with their two decimals, as the other commands print them."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(type(value).__name__)
