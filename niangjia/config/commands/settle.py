"""`niangjia settle`: a file of the health insurance's settlements is matched, reckoned and, with --apply, kept."""

import argparse
import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from niangjia.config.cli import Refusal
from niangjia.config.commands.ground import start_django
from niangjia.config.commands.plan import number_of
from niangjia.config.documents import document_in

if TYPE_CHECKING:
    from niangjia.work.mutual_aid.actions.settling import Outcome


def add(subparsers: Any) -> None:
    """`niangjia settle FILE.csv`."""
    parser = subparsers.add_parser("settle", help="医保结算：对人、计算，加 --apply 才写入 settlements: match, reckon, keep with --apply")
    parser.add_argument("file", metavar="FILE.csv", type=Path, help="UTF-8 或 GB 18030，国标字段名或本地列名")
    parser.add_argument("--control", metavar="FILE.json", help="控制总额 control totals: count, medfee, fund, cash, benefit")
    parser.add_argument("--apply", action="store_true", help="写入（不加则只试算）")
    parser.add_argument("--report", type=Path, metavar="OUT.csv", help="把退回的行连同原因写成 CSV")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.set_defaults(run=settle)


def settle(arguments: argparse.Namespace) -> None:
    """Totals by state, control totals, refusals."""
    try:
        data = arguments.file.read_bytes()
    except OSError as error:
        raise Refusal(f"读不到文件：{error.strerror} cannot read the file") from error
    said = document_in(arguments.control) if arguments.control else None
    start_django()
    from django.core.exceptions import ValidationError

    from niangjia.core.access.actor import SYSTEM
    from niangjia.work.mutual_aid.actions import take_settlements

    try:
        outcome = take_settlements(data=data, name=arguments.file.name, said=said, apply=arguments.apply, by=SYSTEM)
    except ValidationError as error:
        raise Refusal("；".join(error.messages)) from error
    if arguments.report:
        _report(arguments.report, outcome)
    print(json.dumps(_document(outcome), ensure_ascii=False, default=number_of) if arguments.json else _words(outcome))


def _document(outcome: "Outcome") -> dict[str, Any]:
    return {
        "file": outcome.code, "applied": outcome.applied, "known": outcome.known, "rows": outcome.rows, "states": dict(outcome.states),
        "control": {"count": outcome.rows, **outcome.totals}, "total_benefit": outcome.benefit,
        "refusals": [{"row": refusal.row, "reason": refusal.reason} for refusal in outcome.refusals],
    }  # fmt: skip


def _words(outcome: "Outcome") -> str:
    from niangjia.work.mutual_aid.enums import SettlementState

    head = "以前收过这个文件" if outcome.known else "已写入" if outcome.applied else "试算，没有写入（加 --apply 写入）"
    totals = {"medfee": "总费用", "fund": "基金支付", "cash": "个人现金", "benefit": "互助一站式支付"}
    lines = [
        f"{head}　{outcome.code}",
        f"文件 {outcome.rows} 行，" + "，".join(f"{totals[name]} {_yuan(sum_)}" for name, sum_ in outcome.totals.items()),
    ]
    lines += [f"  {SettlementState(state).label}　{count} 笔" for state, count in outcome.states.items()]
    lines.append(f"核定互助金 {_yuan(outcome.benefit)}")
    lines += [f"退回第 {refusal.row} 行：{refusal.reason}" for refusal in outcome.refusals[:50]]
    if len(outcome.refusals) > 50:
        lines.append(f"……共退回 {len(outcome.refusals)} 行，用 --report 写成文件")
    return "\n".join(lines)


def _yuan(amount: Decimal) -> str:
    return f"{amount:,.2f} 元"


def _report(path: Path, outcome: "Outcome") -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["行号", "退回原因"])
        writer.writerows((refusal.row, refusal.reason) for refusal in outcome.refusals)
