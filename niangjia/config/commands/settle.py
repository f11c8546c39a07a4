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

if TYPE_CHECKING:
    from niangjia.core.access.actor import Actor
    from niangjia.core.orgs.models import PartnerBody
    from niangjia.work.mutual_aid.actions.settling import Outcome
    from niangjia.work.mutual_aid.models import Plan

SHEET, TITLE = "settlements", "医保结算（国标字段名）"
"""The sheet as `niangjia import` names it."""


def add(subparsers: Any) -> None:
    """`niangjia settle FILE.csv`."""
    parser = subparsers.add_parser("settle", help="医保结算：对人、计算，加 --apply 才写入 settlements: match, reckon, keep with --apply")
    parser.add_argument("file", metavar="FILE.csv", type=Path, help="UTF-8 或 GB 18030，国标字段名或本地列名")
    parser.add_argument(
        "--control", metavar="FILE.json", type=Path, help="控制文件，签名的连签名一起核 control totals: count, medfee, fund, cash, benefit"
    )
    parser.add_argument("--body", metavar="NAME", help="哪家医保：按它自己的列名认列 the bureau, whose own headings are read")
    parser.add_argument("--plan", metavar="CODE", help="一站式清单属于哪个计划，如 P2-2023 the plan whose one-stop payments these are")
    parser.add_argument("--apply", action="store_true", help="写入（不加则只试算）")
    parser.add_argument("--report", type=Path, metavar="OUT.csv", help="把退回的行连同原因写成 CSV")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.set_defaults(run=settle)


def settle(arguments: argparse.Namespace) -> None:
    """Totals by state, control totals, refusals."""
    start_django()
    from niangjia.core.access.actor import SYSTEM

    outcome = _taken(arguments, SYSTEM, control=arguments.control, body=_bureau(arguments.body), plan=_plan(arguments.plan))
    if arguments.report:
        _report(arguments.report, outcome)
    print(json.dumps(_document(outcome), ensure_ascii=False, default=number_of) if arguments.json else _words(outcome))


def import_settlements(arguments: argparse.Namespace, by: "Actor") -> None:
    """`niangjia import settlements FILE`: the same through the same door, told as every import is."""
    outcome = _taken(arguments, by)
    if arguments.report:
        _report(arguments.report, outcome)
    refusals = [{"sheet": SHEET, "row": one.row, "column": "", "kind": "not_readable", "message": one.reason} for one in outcome.refusals]
    same = outcome.rows - outcome.new - outcome.changed - outcome.duplicates - len(refusals)
    said = {
        "rows": outcome.rows, "new": outcome.new, "same": max(0, same), "changed": outcome.changed, "duplicates": outcome.duplicates,
        "refused": len(refusals), "refusals": refusals, "batch": outcome.code,
    }  # fmt: skip
    print(json.dumps(said, ensure_ascii=False) if arguments.json else _words(outcome))


def columns() -> list[str]:
    """The headings a file of settlements may have."""
    from niangjia.work.mutual_aid.intake import HEADINGS

    return list(HEADINGS)


def _taken(arguments: argparse.Namespace, by: "Actor", *, control: Path | None = None, **more: Any) -> "Outcome":
    from django.core.exceptions import ValidationError

    from niangjia.work.mutual_aid.actions import take_settlements

    try:
        data, said = arguments.file.read_bytes(), control.read_bytes() if control else b""
    except OSError as error:
        raise Refusal(f"读不到文件：{error.strerror} cannot read the file") from error
    try:
        return take_settlements(data=data, name=arguments.file.name, apply=arguments.apply, control=said, by=by, **more)
    except ValidationError as error:
        raise Refusal("；".join(error.messages)) from error


def _bureau(name: str | None) -> "PartnerBody | None":
    from niangjia.base.scope import elevated
    from niangjia.core.exchange.queries import body_named
    from niangjia.core.orgs.enums import PartnerKind

    with elevated("command: the operator names the bureau"):
        found = body_named(name, PartnerKind.HEALTH_INSURANCE) if name else None
    if name and found is None:
        raise Refusal(f"没有登记叫“{name}”的医保局 (no such bureau)")
    return found


def _plan(code: str | None) -> "Plan | None":
    from niangjia.work.mutual_aid.queries import plan_by

    found = plan_by(code) if code else None
    if code and found is None:
        raise Refusal(f"没有“{code}”这个计划 (no such plan)")
    return found


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
