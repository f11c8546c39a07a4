"""What tests/test_house.py looks at: the source files, models, addresses and templates of the house."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ROOT / "niangjia"
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Source:
    """One Python file: its dotted name, text and syntax tree."""

    module: str
    text: str
    tree: ast.Module

    def is_in(self, *parts: str) -> bool:
        """Whether one of these words is a part of the dotted name."""
        return bool(set(parts) & set(self.module.split(".")))

    def definitions(self) -> Iterator[Definition]:
        return (node for node in ast.walk(self.tree) if isinstance(node, Definition))

    def calls(self) -> Iterator[ast.Call]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))

    def imports(self) -> Iterator[str]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom):
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            elif isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)


def sources(folder: Path = HOUSE) -> list[Source]:
    """Every Python file below ``folder``."""
    return [_source(file) for file in sorted(folder.rglob("*.py"))]


def _source(file: Path) -> Source:
    text = file.read_text()
    module = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    return Source(module, text, ast.parse(text))


def lines_of(node: Definition) -> int:
    """How many lines a function or class takes."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def models() -> list[type[Model]]:
    """The models that are ours."""
    return [model for model in apps.get_models() if model.__module__.startswith("niangjia.")]


def templates() -> dict[str, Path]:
    """Our templates: name as the loader knows it, and the file."""
    found = (file for folder in HOUSE.rglob("templates") for file in folder.rglob("*") if file.is_file())
    return {file.as_posix().rpartition("/templates/")[2]: file for file in found}


@dataclass(frozen=True)
class Address:
    """One URL: its full name, route, the arguments it takes and the view's declaration."""

    name: str
    route: str
    callback: Any

    @property
    def arguments(self) -> list[str]:
        return re.findall(r"<(?:\w+:)?(\w+)>", self.route)

    @property
    def page(self) -> Any:
        return getattr(self.callback, "page", None)

    @property
    def view(self) -> str:
        return f"{self.callback.__module__}.{getattr(self.callback, '__qualname__', '')}"


def addresses() -> list[Address]:
    """Every URL of the house."""
    return list(_below(get_resolver().url_patterns, "", ""))


def _below(patterns: list[Any], namespace: str, route: str) -> Iterator[Address]:
    for pattern in patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _below(pattern.url_patterns, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace, here)
        elif isinstance(pattern, URLPattern):
            yield Address(namespace + (pattern.name or ""), here, pattern.callback)


def factory_of(address: Address, argument: str) -> Any:
    """The function (world) -> value that an app's tests/ids.py registers in IDS for an argument of its addresses.

    The key is the argument's name, or "<name of the address>:<argument>" where one app gives a name two meanings; None if there is none.
    """
    ids: dict[str, Any] = {}
    owner = getattr(address.callback, "__module__", "").partition(".views")[0]
    of_api = address.route.removeprefix("api/v1/").partition("/")[0]
    for label in {address.name.partition(":")[0], owner.rpartition(".")[2], of_api} & {config.label for config in apps.get_app_configs()}:
        module = f"{apps.get_app_config(label).name}.tests.ids"
        if find_spec(module.removesuffix(".ids")) and find_spec(module):
            ids |= import_module(module).IDS
    return ids.get(f"{address.name.rpartition(':')[2]}:{argument}") or ids.get(argument)


class word:  # noqa: N801 (reads as a function where it is used)
    """A value that names no row, such as a verb: nothing to be kept from a stranger."""

    names_a_row = False

    def __init__(self, value: str | int) -> None:
        self.value = value

    def __call__(self, world: object) -> str | int:
        return self.value
