"""The component pages in a real browser: accessible, within the screen, and as tall as the wall."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import RequestFactory

from niangjia.core.access.actor import Actor
from niangjia.core.faces import views
from niangjia.core.faces.context import LARGE, TEXT_SIZE_COOKIE

HOST = "http://faces.test"
PAGES = {
    "/desk/components": views.components,
    "/desk/help": views.help_page,
    "/m/components": views.worker_components,
    "/board/components": views.board_components,
}
WIDTHS = (360, 768, 1440, 1920)
SPILL = """() => [...document.querySelectorAll('main *')].filter(node => node.getBoundingClientRect().right > innerWidth + 1
    && !node.closest('.scroll, .tabs, .seg, .chips--views, details:not([open]) .pop')).map(node => node.outerHTML.slice(0, 120))"""
AXE = """() => axe.run(document, {resultTypes: ['violations']})
    .then(found => found.violations.map(one => [one.id, one.nodes.map(node => node.html)]))"""
SMALLEST = """() => Math.min(...[...document.querySelectorAll('main *')]
    .filter(node => !node.childElementCount && node.textContent.trim() && node.checkVisibility() && !node.closest('svg, .hide'))
    .map(node => parseFloat(getComputedStyle(node).fontSize)))"""


NOBODY = Actor("user:1", "林静", "鄞州区总工会 · 权益保障部", grant_id=1)


def page_html(path: str, query: str = "", *, large: bool = False) -> str:
    request = RequestFactory().get(path + (f"?{query}" if query else ""))
    request.actor = NOBODY  # type: ignore[attr-defined]
    if large:
        request.COOKIES[TEXT_SIZE_COOKIE] = LARGE
    return PAGES[path].__wrapped__(request).content.decode()  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    chromium = shutil.which("chromium")
    if not chromium:
        pytest.skip("no chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield running
        running.close()


def opened(browser: Any, path: str, width: int, query: str = "", *, large: bool = False) -> Any:
    """The page, served from the test itself: no server, no database."""

    def answer(route: Any) -> None:
        asked = urlsplit(route.request.url).path
        if asked in PAGES:
            route.fulfill(body=page_html(asked, query, large=large), content_type="text/html; charset=utf-8")
        elif found := finders.find(asked.removeprefix(settings.STATIC_URL)):
            route.fulfill(path=found)
        else:
            route.fulfill(status=404)

    page = browser.new_page(viewport={"width": width, "height": 1080 if width == 1920 else 800})
    page.route("**/*", answer)
    page.goto(HOST + path)
    return page


@pytest.mark.browser
@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("large", [False, True])
def test_nothing_reaches_over_the_edge_of_the_screen(browser: Any, path: str, width: int, large: bool) -> None:
    page = opened(browser, path, width, large=large)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(SPILL) == []
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize(("path", "query"), [*((path, "") for path in PAGES), ("/board/components", "wall=1")])
@pytest.mark.parametrize("width", [360, 1440])
def test_axe_finds_nothing_to_mend(browser: Any, path: str, query: str, width: int) -> None:
    page = opened(browser, path, width, query)
    page.evaluate((Path(settings.NODE_MODULES) / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
    assert page.evaluate(AXE) == []
    page.close()


@pytest.mark.browser
def test_the_wall_needs_no_scrolling(browser: Any) -> None:
    page = opened(browser, "/board/components", 1920, "wall=1")
    assert page.evaluate("document.documentElement.scrollHeight") <= 1080
    assert page.evaluate(SMALLEST) >= 14
    page.close()


@pytest.mark.browser
def test_the_menu_of_a_narrow_desk_opens_without_a_script(browser: Any) -> None:
    page = opened(browser, "/desk/components", 360)
    assert not page.locator("#nav").is_visible()
    page.locator("#navtoggle").press("Space")
    page.locator("#nav").wait_for(state="visible")
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
def test_an_open_menu_stays_within_the_screen(browser: Any, width: int) -> None:
    page = opened(browser, "/desk/components", width)
    for summary in page.locator("main details.menu > summary").all():
        summary.click()
        box = page.locator("details[open] > .pop").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        page.keyboard.press("Escape")
    page.close()


@pytest.mark.browser
def test_slash_finds_and_picking_names_the_number(browser: Any) -> None:
    page = opened(browser, "/desk/components", 1440)
    page.locator("main").press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.locator("#inbox [data-pick]").nth(0).check()
    page.locator("#inbox [data-pick]").nth(1).check()
    assert page.locator("#inbox .btn--primary").inner_text() == "批准 2 件"
    page.close()


@pytest.mark.browser
def test_money_is_echoed_in_chinese_capitals(browser: Any) -> None:
    page = opened(browser, "/m/components", 390)
    said = {
        "22600": "贰万贰仟陆佰元整",
        "10000005.06": "壹仟万零伍元零陆分",
        "1010": "壹仟零壹拾元整",
        "0.5": "伍角整",
        "100000000": "壹亿元整",
    }
    for typed, echoed in said.items():
        page.locator("#id_owed").fill(typed)
        assert page.locator("output.echo").inner_text() == echoed
    page.close()


@pytest.mark.browser
def test_large_text_is_a_quarter_larger_and_keeps_every_sentence(browser: Any) -> None:
    plain, large = opened(browser, "/m/components", 360), opened(browser, "/m/components", 360, large=True)
    size = "parseFloat(getComputedStyle(document.body).fontSize)"
    assert large.evaluate(size) >= 1.2 * plain.evaluate(size)
    assert large.locator("main").inner_text().replace("\n", "") == plain.locator("main").inner_text().replace("\n", "")
    plain.close()
    large.close()


def test_a_page_has_landmarks_a_language_and_no_inline_script() -> None:
    for path in PAGES:
        html = page_html(path)
        assert 'lang="zh-Hans"' in html
        assert 'href="#main"' in html
        assert html.count('id="main"') == 1
        assert "<script>" not in html
        assert " onclick" not in html


def test_the_page_for_a_fault_needs_nothing_and_gives_a_number() -> None:
    response = views.fault(RequestFactory().get("/desk/"))
    assert response.status_code == 500
    assert "编号 <b>E-" in response.content.decode()


def test_large_text_is_remembered_and_leads_back_to_this_site_only() -> None:
    ask = RequestFactory()
    stay = views.text_size.__wrapped__(ask.post("/text-size", {"size": LARGE, "next": "/m/cases?page=2"}))  # type: ignore[attr-defined]
    assert (stay.url, stay.cookies[TEXT_SIZE_COOKIE].value) == ("/m/cases?page=2", LARGE)
    away = views.text_size.__wrapped__(ask.post("/text-size", {"size": "", "next": "https://elsewhere.example/"}))  # type: ignore[attr-defined]
    assert (away.url, away.cookies[TEXT_SIZE_COOKIE].value) == ("/", "")
