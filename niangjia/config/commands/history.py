"""`niangjia import history FILE`: a sheet of years × towns × figures, entered with its documents."""

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from niangjia.config.cli import DONE, REFUSED, Refusal

if TYPE_CHECKING:
    from niangjia.core.access.actor import Actor
    from niangjia.core.figures.history import Checked

SHEET, TITLE = "history", "历史数据（年份×镇街×指标）"
COLUMNS = ("指标", "组织", "数值", "截至", "依据文件", "期间起", "文号", "页码")
SAID_AT_MOST = 20


def run(arguments: argparse.Namespace, by: "Actor") -> int:
    """Check the workbook and, with --apply, enter all of it; one fault and nothing is entered (exit status 1)."""
    from niangjia.base.scope import scoped
    from niangjia.base.unpacking import UnreadableFile
    from niangjia.core.figures import actions, history

    if not arguments.file.is_file():
        raise Refusal(f"没有这个文件：{arguments.file} (no such file)")
    try:
        with scoped(by.scope):
            checked = history.check(arguments.file.read_bytes(), by)
            applied = arguments.apply and not checked.faults
            if applied:
                actions.enter_many(values=checked.new, by=by)
    except UnreadableFile as error:
        raise Refusal(str(error)) from error
    if arguments.report and checked.faults:
        _write_report(checked, arguments.report)
    _say(checked, arguments.json, applied=applied)
    return REFUSED if arguments.apply and checked.faults else DONE


def _say(checked: "Checked", as_json: bool, *, applied: bool) -> None:
    if as_json:
        print(json.dumps(_as_json(checked), ensure_ascii=False))
        return
    print(f"{checked.rows} 个数：新增 {len(checked.new)}，相同 {checked.same}，退回 {len(checked.faults)}")
    for fault in checked.faults[:SAID_AT_MOST]:
        print(f"  {fault.sheet} 第 {fault.row} 行：{fault.message}")
    if checked.faults:
        print("有一处不对，一个数也不录；改好再来。 nothing is entered while a row is at fault", file=sys.stderr)
    elif applied:
        print("已录入，另一位同事签核后生效。 entered; a second person signs", file=sys.stderr)
    else:
        print("没有录入；确认后加 --apply。", file=sys.stderr)


def _as_json(checked: "Checked") -> dict[str, Any]:
    refusals = [
        {"sheet": fault.sheet, "row": fault.row, "column": "", "kind": "refused", "message": fault.message} for fault in checked.faults
    ]
    return {
        "rows": checked.rows, "new": len(checked.new), "same": checked.same, "changed": 0, "duplicates": 0, "refused": len(refusals),
        "refusals": refusals, "batch": None,
    }  # fmt: skip


def _write_report(checked: "Checked", out: Any) -> None:
    from niangjia.base.tables import xlsx_file

    rows = [(fault.sheet, fault.row, fault.message) for fault in checked.faults]
    with xlsx_file(["工作表", "行", "原因"], rows, "要改的行") as file:
        out.write_bytes(file.read())
