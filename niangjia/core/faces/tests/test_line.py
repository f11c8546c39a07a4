"""The menu: who may open what, where one is, and that every entry leads somewhere."""

import pytest
from django.apps import apps
from django.test import RequestFactory
from django.urls import path, reverse

from niangjia.core import line
from niangjia.core.line import CoreApp, Due, LineOfWork, NavItem

urlpatterns = [path(f"desk/{name}", lambda request: None, name=name) for name in ("inbox", "rights", "rights/ask", "secret")]


class Reader:
    def may(self, permission: str) -> bool:
        return permission == "rights.view"


def menu(monkeypatch: pytest.MonkeyPatch, address: str, *items: NavItem) -> list[line.Section]:
    core = type("Core", (CoreApp,), {"navigation": (NavItem("收件箱", "inbox", "inbox"),)})("core", line)
    rights = type("Rights", (LineOfWork,), {"navigation": items})("rights", line)
    monkeypatch.setattr(line, "parts", lambda: [core, rights])
    request = RequestFactory().get(address)
    request.actor = Reader()  # type: ignore[attr-defined]
    return line.navigation(request)


@pytest.mark.urls(__name__)
def test_entries_stand_in_groups_and_only_those_one_may_open(monkeypatch: pytest.MonkeyPatch) -> None:
    sections = menu(
        monkeypatch,
        "/desk/inbox",
        NavItem("维权服务", "scale", "rights", "rights.view", lambda request: Due(4, 1)),
        NavItem("密", "lock", "secret", "x"),
    )
    assert [(section.title, [item.title for item in section.items]) for section in sections] == [("", ["收件箱"]), ("业务", ["维权服务"])]
    assert sections[1].items[0].due == Due(4, 1)


@pytest.mark.urls(__name__)
def test_the_entry_whose_page_one_is_on_is_the_most_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    items = NavItem("维权服务", "scale", "rights"), NavItem("求助", "help", "rights/ask")
    sections = menu(monkeypatch, "/desk/rights/ask/3", *items)
    assert [item.title for section in sections for item in section.items if item.active] == ["求助"]


def test_nobody_has_no_menu() -> None:
    assert line.navigation(RequestFactory().get("/")) == []


def test_every_entry_leads_to_a_page_and_has_its_icon() -> None:
    from niangjia.core.faces.icons import icon

    for app in line.parts():
        for item in app.navigation:
            assert reverse(item.url_name)
            assert icon(item.icon)


def test_a_part_is_a_module_of_the_app_or_nothing() -> None:
    faces = apps.get_app_config("faces")
    assert line.part(faces, "clocks").__name__ == "niangjia.core.faces.clocks"  # type: ignore[union-attr]
    assert line.part(faces, "flow") is None
