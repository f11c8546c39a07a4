"""The law from the command line: `law terms`, `law due`, `law limitation`, and the rights calculator `calc …`.

Terms and calculators need no database. Where a register stands, its entered holidays and settings are read; where none does, none is made.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from niangjia.config.cli import Refusal
from niangjia.config.documents import document_in

if TYPE_CHECKING:
    from niangjia.core.law.workdays import Calendar


def add(subparsers: Any) -> None:
    """`niangjia law …` and `niangjia calc …`."""
    law = subparsers.add_parser("law", help="法定期限、仲裁时效 statutory terms and limitation").add_subparsers(
        required=True, metavar="WHAT"
    )
    parser = law.add_parser("terms", help="全部期限和条文 every term with its article")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--unverified", action="store_true", help="只列待核的 only those not yet checked")
    parser.add_argument("--markdown", action="store_true", help="docs/law.md 的内容 the text of docs/law.md")
    parser.set_defaults(run=show_terms)
    parser = law.add_parser("due", help="算到期日 the last day of a term")
    parser.add_argument("term", metavar="TERM", help="期限代码，见 niangjia law terms")
    parser.add_argument("--from", dest="start", type=_day, required=True, metavar="D", help="起算的那一天 the day of the start event")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=show_due)
    _of_file(law, "limitation", "仲裁时效 the limitation of arbitration", show_limitation)
    calc = subparsers.add_parser("calc", help="维权计算器 the rights calculator").add_subparsers(required=True, metavar="WHAT")
    _of_file(calc, "severance", "经济补偿、代通知金、赔偿金、二倍工资 severance and double wage", show_severance)
    _of_file(calc, "overtime", "加班费 overtime pay", show_overtime)
    _of_file(calc, "annual-leave", "未休年休假 annual leave not taken", show_leave)
    _of_file(calc, "notice-pay", "代通知金 pay in lieu of notice", show_notice)


def _of_file(subparsers: Any, name: str, words: str, run: Callable[[argparse.Namespace], None]) -> None:
    parser = subparsers.add_parser(name, help=words)
    parser.add_argument("file", metavar="FILE.json", help="- 是标准输入 - is standard input")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def show_terms(arguments: argparse.Namespace) -> None:
    """List every term by theme."""
    from niangjia.core.law.document import as_markdown
    from niangjia.core.law.terms import by_theme

    if arguments.markdown:
        print(as_markdown(), end="")
        return
    found = [
        (theme, one)
        for theme, terms in by_theme().items()
        for one in terms
        if not arguments.unverified or one.current.status.value == "unverified"
    ]
    if arguments.json:
        print(json.dumps({"terms": [_term(theme, one) for theme, one in found]}, ensure_ascii=False))
        return
    for theme, one in found:
        mark = " " if one.current.status.value == "verified" else "?"
        print(f"{mark} {one.code}\t{one.current.length}\t{theme}：{one.title}\t{one.current.article or '条文待核'}")


def _term(theme: str, one: Any) -> dict[str, Any]:
    from niangjia.core.law.reckoning import article_as_json
    from niangjia.core.law.term import OPEN

    def edition(this: Any) -> dict[str, Any]:
        return {
            "valid_from": None if this.valid_from == OPEN else this.valid_from.isoformat(),
            "valid_to": this.valid_to.isoformat() if this.valid_to else None,
            "days": this.amount, "unit": this.unit.value, "direction": this.direction.value, "rolls": this.rolls,
            "article": this.article, "articles": [article_as_json(article) for article in this.articles],
            "status": this.status.value, "note": this.note,
        }  # fmt: skip

    head = {"term": one.code, "theme": theme, "title": one.title, "starts_with": one.starts_with, "for_whom": one.for_whom}
    now = edition(one.current)
    now.pop("valid_to")
    return head | now | {"extended_by": one.extended_by or None, "editions": [edition(this) for this in one.editions]}


def show_due(arguments: argparse.Namespace) -> None:
    """The last day of one term."""
    from niangjia.core.law.reckoning import BadPeriod, due
    from niangjia.core.law.term import NotInForce, UnknownTerm

    try:
        found = due(arguments.term, arguments.start, _calendar())
    except (UnknownTerm, NotInForce, BadPeriod) as error:
        raise Refusal(error.args[0]) from error
    if arguments.json:
        print(json.dumps(found.as_json(), ensure_ascii=False))
        return
    print(f"{found.term.title}：{found.due_on.isoformat()}（{found.edition.length}，{found.article or '条文待核'}）")
    _print_steps(found.steps)


def show_limitation(arguments: argparse.Namespace) -> None:
    """The limitation of one claim."""
    from niangjia.base.calendar import today
    from niangjia.core.law.limitation import limitation, read
    from niangjia.core.law.reckoning import BadPeriod

    document = document_in(arguments.file)
    try:
        found = limitation(**read(document), calendar=_calendar())
    except BadPeriod as error:
        raise Refusal(str(error)) from error
    if arguments.json:
        print(json.dumps(found.as_json(today()), ensure_ascii=False))
        return
    print(f"最后一日：{found.last_day.isoformat() if found.last_day else '现在没有'}")
    _print_steps(found.steps)


def show_severance(arguments: argparse.Namespace) -> None:
    """Severance, notice pay, 2N, double wage."""
    from niangjia.work.rights.calculator import severance

    _show(arguments, lambda said: severance.reckon(severance.read(said), _calendar()))


def show_overtime(arguments: argparse.Namespace) -> None:
    """Overtime pay."""
    from niangjia.work.rights.calculator import overtime

    _show(arguments, lambda said: overtime.overtime(overtime.read(said)))


def show_leave(arguments: argparse.Namespace) -> None:
    """Annual leave."""
    from niangjia.work.rights.calculator import leave

    _show(arguments, lambda said: leave.annual_leave(leave.read(said)))


def show_notice(arguments: argparse.Namespace) -> None:
    """Pay in lieu of notice."""
    from niangjia.work.rights.calculator import notice

    _show(arguments, lambda said: notice.notice_pay(**notice.read(said)))


def _show(arguments: argparse.Namespace, reckon: Callable[[Any], Any]) -> None:
    from niangjia.work.rights.calculator.sheet import BadFacts

    document = document_in(arguments.file)
    try:
        found = reckon(document)
    except BadFacts as error:
        raise Refusal(str(error)) from error
    if arguments.json:
        print(json.dumps(found.as_json(), ensure_ascii=False))
        return
    _print_steps(found.sheet.steps)


def _print_steps(steps: Any) -> None:
    for number, step in enumerate(steps, 1):
        print(f"{number}. {step}")


def _calendar() -> "Calendar":
    """The register's calendar where a register stands, else the library alone; a register that does not answer is said."""
    from niangjia.base.database import Embedded, home, is_embedded
    from niangjia.core.law.workdays import BUILT_IN

    if is_embedded() and not Embedded(home()).data.exists():
        return BUILT_IN if _weekends_roll() else BUILT_IN.without_weekends_rolling()
    from niangjia.config.commands.ground import start_django

    start_django()
    from django.db import Error

    from niangjia.core.law.queries import calendar

    try:
        return calendar()
    except Error:
        print("没有读到登记里录入的放假安排，只按内置的算 entered holidays could not be read", file=sys.stderr)
        return BUILT_IN if _weekends_roll() else BUILT_IN.without_weekends_rolling()


def _weekends_roll() -> bool:
    """The setting, read without Django: settings would make keys in a home that has none."""
    return os.environ.get("NIANGJIA_WEEKENDS_ROLL", "1").strip().lower() in {"1", "true", "yes", "on"}


def _day(text: str) -> date:
    from niangjia.base.calendar import parse_date

    if found := parse_date(text):
        return found
    raise argparse.ArgumentTypeError(f"“{text}”不是日期，请写成 2023-12-18 not a date")
