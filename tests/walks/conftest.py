"""One site, one browser and one district for all walks; they end with the last walk of this folder."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from tests.walks.browsing import Reader, Readers, launched
from tests.walks.site import Site


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With `--dist loadgroup` all walks run in one process and share its site."""
    for item in items:
        if item.nodeid.startswith("tests/walks/"):
            item.add_marker("browser")
            item.add_marker(pytest.mark.xdist_group("walks"))


@pytest.fixture(scope="package")
def site(django_db_blocker: Any) -> Iterator[Site]:
    served = Site(django_db_blocker)
    try:
        served.start()
        yield served
    finally:
        served.stop()


@pytest.fixture(scope="package")
def all_readers(site: Site) -> Iterator[Readers]:
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield Readers(browser, site.url)
        browser.close()


@pytest.fixture
def readers(all_readers: Readers) -> Iterator[Readers]:
    """Windows for one walk; they are closed after it."""
    yield all_readers
    all_readers.close()


@pytest.fixture
def officer(readers: Readers) -> Reader:
    """The street officer who hands in rosters."""
    return readers.staff("minglou")
