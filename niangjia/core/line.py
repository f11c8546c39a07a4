"""What a part of the house says about itself: its place in the menu and the modules others may ask for.

A line of work (业务条线) is one folder below ``niangjia.work``; its ``apps.py`` is its whole declaration.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType, ModuleType
from typing import Protocol, cast

from django.apps import AppConfig, apps
from django.http import HttpRequest
from django.urls import reverse


class Reader(Protocol):
    """Whoever looks at a page; ``may`` says whether any of their grants carries the permission."""

    def may(self, permission: str) -> bool: ...


@dataclass(frozen=True)
class Due:
    """How much work waits behind a menu entry, and how much of it is late (逾期)."""

    number: int
    late: int = 0


@dataclass(frozen=True)
class NavItem:
    """One entry of the desk's menu as an app declares it.

    ``note`` says in a few words what it is for (worker's entries). ``icon`` is a name of @tabler/icons outline, ``permission`` a permission string or None for everybody at a desk,
    ``count`` a function of the request giving a ``Due`` (it should answer from one query a page, not one an entry).
    """

    title: str
    icon: str
    url_name: str
    permission: str | None = None
    count: Callable[[HttpRequest], Due | None] | None = None
    note: str = ""


@dataclass(frozen=True)
class NavLink:
    """One entry as the shell shows it."""

    title: str
    icon: str
    url: str
    due: Due | None
    active: bool


@dataclass(frozen=True)
class Section:
    """A group of entries; ``title`` is empty for the group on top."""

    title: str
    items: tuple[NavLink, ...]


class CoreApp(AppConfig):
    """An app of the shared core. Its entries stand on top of the menu, in ``order``; ``entries`` stand on the worker's first page.

    ``verbs`` says in Chinese what its trail events mean: "people.transfer" → 转会.
    """

    section = ""
    order = 0
    navigation: tuple[NavItem, ...] = ()
    entries: tuple[NavItem, ...] = ()
    verbs: Mapping[str, str] = MappingProxyType({})
    default = False

    def __init_subclass__(cls, **keywords: object) -> None:
        """Django takes the one class of an app's ``apps.py`` that is its default: the app's own, never this one imported there."""
        super().__init_subclass__(**keywords)
        cls.default = cls.__module__ != __name__


class LineOfWork(CoreApp):
    """A line of work (业务条线). ``summary`` says in one Chinese sentence what it does."""

    section = "业务"
    summary = ""


def parts() -> list[CoreApp]:
    """Every app of the house that declares itself, in menu order."""
    declared = [config for config in apps.get_app_configs() if isinstance(config, CoreApp)]
    return sorted(declared, key=lambda config: (config.section, config.order, config.label))


def lines() -> list[LineOfWork]:
    """The lines of work in menu order."""
    return [config for config in parts() if isinstance(config, LineOfWork)]


def verb_titles() -> dict[str, str]:
    """Every verb of the trail with its Chinese title, in menu order of the apps."""
    return {verb: title for config in parts() for verb, title in config.verbs.items()}


def verb_title(verb: str) -> str:
    """What a trail event means, in Chinese; the verb itself where no app declares it."""
    config = next((config for config in parts() if verb in config.verbs), None)
    return config.verbs[verb] if config else verb


def part(config: AppConfig, name: str) -> ModuleType | None:
    """The module ``name`` of an app ("figures", "flow", "imports", …) or None where it has none.

    This is the only dynamic import of the house. A module that exists but fails to import raises its own error.
    """
    dotted = f"{config.name}.{name}"
    return import_module(dotted) if find_spec(dotted) else None


def navigation(request: HttpRequest) -> list[Section]:
    """The menu for this reader: entries they may open, grouped, the one they are in marked active."""
    actor = cast("Reader | None", getattr(request, "actor", None))
    offered = [(config, item, reverse(item.url_name)) for config in parts() for item in config.navigation if _may_open(actor, item)]
    current = _current([url for _, _, url in offered], request.path)
    groups: dict[str, list[NavLink]] = {}
    for config, item, url in offered:
        due = item.count(request) if item.count else None
        groups.setdefault(config.section, []).append(NavLink(item.title, item.icon, url, due, url == current))
    return [Section(title, tuple(items)) for title, items in groups.items()]


def worker_entries() -> list[NavItem]:
    """What the lines offer on the worker's first page, in menu order."""
    return [item for config in parts() for item in config.entries]


def _may_open(actor: Reader | None, item: NavItem) -> bool:
    return actor is not None and (item.permission is None or actor.may(item.permission))


def _current(urls: list[str], path: str) -> str | None:
    """The entry whose address is the longest beginning of the page's path; a face's own front page holds only itself."""
    inside = [url for url in urls if path == url or (not _is_front(url) and path.startswith(url.rstrip("/") + "/"))]
    return max(inside, key=len, default=None)


def _is_front(url: str) -> bool:
    return url.strip("/").count("/") == 0
