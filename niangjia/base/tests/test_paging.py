from datetime import UTC, datetime

import pytest
from django.contrib.sessions.models import Session
from django.test import RequestFactory

from niangjia.base import paging
from niangjia.base.paging import Page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "COUNTED", 50)


def page(rows: int, asked: str = "") -> Page:
    last = datetime(2023, 12, 18, tzinfo=UTC)
    Session.objects.bulk_create(Session(session_key=f"page{number:03d}", session_data="", expire_date=last) for number in range(rows))
    queryset = Session.objects.filter(session_key__startswith="page").order_by("session_key")
    return Page.of(RequestFactory().get("/", {"page": asked} if asked else {}), queryset)


def test_an_empty_list_is_one_empty_page():
    nothing = page(0)
    assert (nothing.rows, nothing.total, nothing.first_row, nothing.last_row) == ([], "0", 0, 0)
    assert (nothing.number, nothing.last_number, nothing.has_next, nothing.has_previous) == (1, 1, False, False)


def test_the_middle_page_knows_its_neighbours():
    middle = page(45, "2")
    assert [session.session_key for session in middle][:: len(middle) - 1] == ["page020", "page039"]
    assert (middle.first_row, middle.last_row, middle.total, middle.last_number) == (21, 40, "45", 3)
    assert (middle.has_previous, middle.has_next) == (True, True)


@pytest.mark.parametrize("asked", ["0", "-1", "x", "1.5", "99999999999999", "²"])
def test_what_is_no_page_number_is_the_first_page(asked: str):
    assert page(30, asked).number == 1


def test_a_number_beyond_the_end_is_the_last_page():
    assert (page(45, "9").number, len(page(0, "9"))) == (3, 5)


def test_more_rows_than_are_counted_say_so_and_can_still_be_leafed_through():
    beyond = page(70, "4")
    assert (beyond.total, beyond.is_longer, beyond.last_number) == ("50+", True, 3)
    assert (beyond.number, len(beyond), beyond.has_next) == (4, 10, False)


def test_one_row_and_three_rows_cost_the_same(django_assert_num_queries):
    for rows in (1, 3):
        with django_assert_num_queries(2):
            shown = page(rows)
            assert shown.total == str(rows)
        Session.objects.all().delete()
