"""Mutual-aid plans from the command line: `plan list`, and `plan explain`, one member's settlements reckoned without a database."""

import argparse
import json
from decimal import Decimal
from typing import Any

from niangjia.config.cli import Refusal
from niangjia.config.commands.ground import start_django
from niangjia.config.documents import document_in


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
