"""The one command: `niangjia …`. Each file of `commands/` brings its own words; `niangjia manage …` is Django's."""

import argparse
import os
import sys
from importlib import import_module
from types import ModuleType

from niangjia.config import demoday

DONE, REFUSED, WRONG_USAGE = 0, 1, 2
COMMANDS = ("ground", "serve", "register", "figures", "law", "plan", "settle", "demo", "keeping", "partner")
"""Modules of `commands/`; each has `add(subparsers)`, and sets `run=` on every parser it makes."""


class Refusal(Exception):
    """A command was refused for a reason its user can mend: Chinese first, English after."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command. Returns 0 done, 1 refused, 2 wrong usage."""
    arguments = sys.argv[1:] if arguments is None else arguments
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "niangjia.config.settings")
    demoday.take_up()
    if arguments[:1] == ["manage"]:
        return _manage(arguments[1:])
    parsed = _parser().parse_args(arguments)
    try:
        return int(parsed.run(parsed) or DONE)
    except Refusal as refusal:
        print(f"拒绝 refused: {refusal}", file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        print("已中断 interrupted", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="niangjia", description="娘家：工会工作平台 the platform of a trade union federation")
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for name in COMMANDS:
        _module(name).add(subparsers)
    subparsers.add_parser("manage", help="Django 自带命令 Django's own commands", add_help=False)
    return parser


def _module(name: str) -> ModuleType:
    return import_module(f"niangjia.config.commands.{name}")


def _manage(arguments: list[str]) -> int:
    from niangjia.config.commands.ground import start_django

    start_django()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["niangjia manage", *arguments])
    return DONE


if __name__ == "__main__":
    sys.exit(main())
