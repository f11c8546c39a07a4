"""`niangjia settle` and `niangjia import settlements`: a file of settlements is matched, reckoned and, with --apply, kept."""

import argparse
import json
import sys
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from niangjia.config.cli import Refusal
from niangjia.config.commands.ground import account_of, start_django
from niangjia.config.commands.plan import number_of
from niangjia.config.documents import LARGEST_FILE

if TYPE_CHECKING:
    from niangjia.core.orgs.models import PartnerBody
    from niangjia.work.mutual_aid.actions.settling import Outcome

SHEET, TITLE = "settlements", "医保结算"


def add(subparsers: Any) -> None:
    """`niangjia settle FILE`."""
    parser = subparsers.add_parser("settle", help="医保结算：对人、计算，加 --apply 才写入 settlements: match, reckon, keep with --apply")
    parser.add_argument("file", metavar="FILE", type=Path, help="CSV（UTF-8 或 GB 18030）、XLSX、XLS，国标字段名或本地列名")
    add_options(parser)
    parser.add_argument("--apply", action="store_true", help="写入（不加则只试算）")
    parser.add_argument("--report", type=Path, metavar="OUT.csv", help="把退回的行连同原因写成 CSV 或 XLSX")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.add_argument("--as", dest="account", metavar="ACCOUNT", help="以哪个账号办理（默认系统账号）")
    parser.set_defaults(run=settle)


def add_options(parser: argparse.ArgumentParser) -> None:
    """What belongs to a file of settlements only."""
    parser.add_argument("--control", metavar="FILE.json", help="控制文件 control file: rows, sums, SHA-256, signature; or totals alone")
    parser.add_argument("--body", metavar="NAME", help="哪家医保：按它的列名对照读 the bureau whose headings are read")
    parser.add_argument("--plan", metavar="CODE", help="一站式清单的计划 the plan of a one-stop list: P2-2023")


def settle(arguments: argparse.Namespace) -> None:
    """Totals by state, control totals, refusals."""
    start_django()
    from django.core.exceptions import PermissionDenied, ValidationError

    data, named = _read(arguments.file), _named(arguments)
    try:
        outcome = _taken(arguments, data, named)
    except ValidationError as error:
        raise Refusal("；".join(error.messages)) from error
    except PermissionDenied as error:
        raise Refusal(str(error)) from error
    if arguments.report:
        _report(arguments.report, data, named["body"], outcome)
    print(json.dumps(document(outcome), ensure_ascii=False, default=number_of) if arguments.json else _words(outcome))


def _taken(arguments: argparse.Namespace, data: bytes, named: Mapping[str, Any]) -> "Outcome":
    """Through the same verb as the desk's page and the interface."""
    from niangjia.work.mutual_aid.actions import take_settlements, take_with_control

    control = _control(arguments.control) if arguments.control else None
    more = {"name": arguments.file.name, "apply": arguments.apply, "by": account_of(arguments.account), **named}
    return take_settlements(data=data, **more) if control is None else take_with_control(data=data, control=control, **more)


def _named(arguments: argparse.Namespace) -> dict[str, Any]:
    """The bureau and the plan that are named."""
    from niangjia.base.scope import elevated
    from niangjia.core.exchange.queries import body_named
    from niangjia.core.orgs.enums import PartnerKind
    from niangjia.work.mutual_aid.queries import plan_by

    with elevated("settle: a bureau and a plan by their names"):
        body = body_named(arguments.body, PartnerKind.HEALTH_INSURANCE) if arguments.body else None
        plan = plan_by(arguments.plan) if arguments.plan else None
    if arguments.body and body is None:
        raise Refusal(f"没有登记过“{arguments.body}”这家医保局 no such health insurance bureau")
    if arguments.plan and plan is None:
        raise Refusal(f"没有“{arguments.plan}”这个计划，写 P2-2023 这样的编号 no such plan")
    return {"body": body, "plan": plan}


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Refusal(f"读不到文件“{file}”：{error.strerror} cannot read the file") from error


def _control(name: str) -> bytes:
    return sys.stdin.buffer.read(LARGEST_FILE) if name == "-" else _read(Path(name))


def document(outcome: "Outcome") -> dict[str, Any]:
    """What became of a file: as every import tells it, and what only settlements have."""
    refused = len(outcome.refusals)
    told = (outcome.new, outcome.changed, outcome.duplicates)
    return {
        "rows": outcome.rows, "new": outcome.new, "same": max(outcome.rows - refused - sum(told), 0), "changed": outcome.changed,
        "duplicates": outcome.duplicates, "refused": refused, "batch": outcome.code or None,
        "refusals": [
            {"sheet": "", "row": one.row, "column": "", "kind": "refused", "message": one.reason, "reason": one.reason} for one in outcome.refusals
        ],
        "file": outcome.code, "applied": outcome.applied, "known": outcome.known, "states": dict(outcome.states),
        "control": {"count": outcome.rows, **outcome.totals}, "total_benefit": outcome.benefit,
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


def _report(path: Path, data: bytes, body: "PartnerBody | None", outcome: "Outcome") -> None:
    """The refused rows as they stand in the file, each with its reason."""
    from niangjia.base.tables import csv_file, xlsx_file
    from niangjia.work.mutual_aid.actions import marked_rows

    headings, rows = marked_rows(data, outcome.refusals, body)
    with xlsx_file(headings, rows, "退回的行") if path.suffix.casefold() == ".xlsx" else csv_file(headings, rows) as made:
        path.write_bytes(made.read())
