"""Commands of the register: `import` brings sheets in, `ids check` looks at identity numbers and credit codes."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from niangjia.config.cli import DONE, REFUSED, WRONG_USAGE, Refusal
from niangjia.config.commands import history, settle
from niangjia.config.commands.ground import account_of, start_django

if TYPE_CHECKING:
    from niangjia.core.imports.models import Batch
    from niangjia.core.orgs.models import Organisation

MOST_REFUSALS = 10_000
"""Refusals listed one by one; the report has them all."""


def add(subparsers: Any) -> None:
    """`niangjia import …` and `niangjia ids check …`."""
    parser = subparsers.add_parser("import", help="导入名册：检查、预览，加 --apply 才写入 check a sheet, apply it with --apply")
    parser.add_argument("sheet", nargs="?", metavar="SHEET", help="表的种类，见 --list")
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help=".xlsx、.xls 或 .csv")
    parser.add_argument("--org", metavar="CODE", help="归属的工会编码（默认区总工会）；是基层工会时，表里可以没有工会这一列")
    parser.add_argument("--apply", action="store_true", help="写入登记（不加则只检查）")
    parser.add_argument("--report", type=Path, metavar="OUT.xlsx", help="把退回的行连同原因写成工作簿")
    parser.add_argument("--json", action="store_true")
    settle.add_options(parser.add_argument_group("只用于 for settlements only"))
    parser.add_argument("--list", action="store_true", help="列出可以导入的表")
    parser.add_argument("--as", dest="account", metavar="ACCOUNT", help="以哪个账号办理（默认系统账号）")
    parser.set_defaults(run=run_import)
    ids = subparsers.add_parser("ids", help="核对号码 check numbers").add_subparsers(required=True, metavar="check")
    check = ids.add_parser("check", help="身份证号、统一社会信用代码 identity numbers and credit codes")
    check.add_argument("values", nargs="+", metavar="VALUE")
    check.add_argument("--json", action="store_true")
    check.set_defaults(run=check_ids)


def run_import(arguments: argparse.Namespace) -> int:
    """Check a file and, with --apply, bring it in. 1 when the file is refused; refused rows alone are no refusal."""
    start_django()
    if arguments.list:
        return _list_sheets(arguments.json)
    if not arguments.sheet or not arguments.file:
        print("用法 usage: niangjia import SHEET FILE；有哪些表见 niangjia import --list", file=sys.stderr)
        return WRONG_USAGE
    from django.core.exceptions import PermissionDenied, ValidationError

    try:
        if arguments.sheet == history.SHEET:
            return history.run(arguments, account_of(arguments.account))
        if arguments.sheet == settle.SHEET:
            return _settle(arguments)
        return _import(arguments)
    except ValidationError as error:
        raise Refusal("；".join(error.messages)) from error
    except PermissionDenied as error:
        raise Refusal(str(error)) from error


def _settle(arguments: argparse.Namespace) -> int:
    settle.settle(arguments)
    if not arguments.apply:
        print("没有写入；确认后加 --apply。", file=sys.stderr)
    return DONE


def _import(arguments: argparse.Namespace) -> int:
    from niangjia.core.imports import actions
    from niangjia.core.imports.enums import State

    if not arguments.file.is_file():
        raise Refusal(f"没有这个文件：{arguments.file} (no such file)")
    org, by = _organisation(arguments.org), account_of(arguments.account)
    with arguments.file.open("rb") as file:
        received = actions.receive(sheet=arguments.sheet, data=file, name=arguments.file.name, org=org, by=by, queue=False)
    if received.again:
        print(f"同一份文件已经是批次 {received.batch.code}，不再另立一批 (same bytes as an earlier batch)", file=sys.stderr)
    batch = _work(received.batch)
    if batch.state == State.REFUSED:
        raise Refusal(batch.message)
    before = batch.state
    if arguments.apply and batch.state == State.CHECKED and batch.new + batch.changed:
        actions.submit(batch=batch, by=by, queue=False)
        batch = _work(batch)
    if arguments.report:
        _write_report(batch, arguments.report)
    _say(batch, arguments, settled=before == State.APPLIED)
    return REFUSED if batch.state == State.FAILED else DONE


def _work(batch: "Batch") -> "Batch":
    """Do here what a job would do, and read the batch again."""
    from niangjia.base.scope import elevated
    from niangjia.core.imports.actions import work_on
    from niangjia.core.imports.models import Batch

    if not work_on(code=batch.code):
        raise Refusal(f"批次 {batch.code} 正由另一个进程处理，请稍后再试 (another process works on it)")
    with elevated("command: the operator reads the batch just worked on"):
        return Batch.objects.select_related("org", "file").get(pk=batch.pk)


def _say(batch: "Batch", arguments: argparse.Namespace, *, settled: bool) -> None:
    from niangjia.base.scope import elevated
    from niangjia.core.imports.report import summary

    with elevated("command: the operator reads the rows of the batch just worked on"):
        said = summary(batch, settled=settled, most=MOST_REFUSALS)
    if arguments.json:
        print(json.dumps(said, ensure_ascii=False))
        return
    print(f"批次 {said['batch']}（{batch.get_state_display()}）：{said['rows']} 行")
    print(f"新增 {said['new']}，相同 {said['same']}，变更 {said['changed']}，重复 {said['duplicates']}，退回 {said['refused']}")
    for refusal in said["refusals"][:20]:
        print(f"  {refusal['sheet']} 第 {refusal['row']} 行 {refusal['column']}：{refusal['message']}")
    if len(said["refusals"]) > 20:
        print("  …… 其余见 --report 写出的工作簿")
    if batch.state == "checked" and not arguments.apply:
        print("没有写入登记；确认后加 --apply。", file=sys.stderr)
    if batch.state == "waiting":
        print("行数超过上限，已送另一位同事批准，批准后自动应用。", file=sys.stderr)


def _list_sheets(as_json: bool) -> int:
    from niangjia.core.imports.sheets import sheets
    from niangjia.work.mutual_aid.intake import HEADINGS

    listed = [
        {"sheet": sheet.code, "title": sheet.title, "columns": [column.title for column in sheet.columns]} for sheet in sheets().values()
    ]
    listed.append({"sheet": settle.SHEET, "title": settle.TITLE, "columns": [words[0] for words in HEADINGS.values()]})
    listed.append({"sheet": history.SHEET, "title": history.TITLE, "columns": list(history.COLUMNS)})
    if as_json:
        print(json.dumps({"sheets": listed}, ensure_ascii=False))
    else:
        for sheet in listed:
            print(f"{sheet['sheet']}\t{sheet['title']}\t{'、'.join(sheet['columns'])}")
    return DONE


def _write_report(batch: "Batch", out: Path) -> None:
    from niangjia.base.scope import elevated
    from niangjia.core.imports.report import marked_workbook

    with elevated("command: the operator takes the refused rows"), marked_workbook(batch) as file, out.open("wb") as target:
        while portion := file.read(1 << 20):
            target.write(portion)


def _organisation(code: str | None) -> "Organisation":
    from niangjia.base.scope import elevated
    from niangjia.core.orgs.models import Organisation

    with elevated("command: the operator names the organisation by its code"):
        found = Organisation.objects.filter(code=code).first() if code else Organisation.objects.filter(parent=None).first()
    if found is None:
        raise Refusal(
            f"没有编码为 {code} 的工会 (no such organisation)" if code else "还没有建立区总工会，请先建会或运行演示 (no federation yet)"
        )
    return found


def check_ids(arguments: argparse.Namespace) -> int:
    """Say of each value whether it is a valid identity number or credit code. Needs no database; 1 when one of them is not."""
    checked = [_checked(value) for value in arguments.values]
    if arguments.json:
        print(json.dumps(checked, ensure_ascii=False))
    else:
        for found in checked:
            print(f"{found['value']}\t{found['kind']}\t{'有效 valid' if found['valid'] else '无效 invalid'}\t{found['reason']}")
    return DONE


def _checked(value: str) -> dict[str, Any]:
    """A credit code has 18 characters with letters among them (or starts with 9); everything else is read as an identity number."""
    from niangjia.base.chinese import check_id_number, check_uscc, clean_text

    text = clean_text(value).upper().replace(" ", "")
    if any(sign.isalpha() for sign in text[:17]) or (len(text) == 18 and text.startswith("9") and not check_id_number(text).valid):
        code, reason = check_uscc(text)
        return {"value": value, "kind": "uscc", "valid": code is not None, "reason": reason}
    number = check_id_number(text)
    return {"value": value, "kind": "id", "valid": number.valid, "reason": number.reason or number.warning}
