"""A street's messy roster, from the file to the register and back: the first of the three ways through the house."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from niangjia.base.calendar import today
from niangjia.core.access.models import User
from niangjia.core.people.queries import active_members
from tests.walks.browsing import Reader, Readers
from tests.walks.rosters import FIRST_ROW, GOOD, NEW_JOB, Known, Roster, messy
from tests.walks.site import Site

A_JOB = 90.0
"""Seconds within which the background worker has done a job; alone it takes one or two."""


@pytest.fixture
def roster(site: Site) -> Roster:
    with site.inside():
        union = User.objects.get(username="qishou").grants.get().org
        spans = active_members(union, today()).filter(joined_on__lt=date(2023, 1, 1)).select_related("person").order_by("-id")[:4]
        known = [Known(span.person.name, span.person.id_number, span.person.phone) for span in spans]
    return messy(union.name, known)


def test_a_messy_roster_comes_into_the_register_under_two_pairs_of_eyes_and_out_again(
    officer: Reader, readers: Readers, roster: Roster, tmp_path: Path
) -> None:
    file = tmp_path / "冬季集中入会.xlsx"
    file.write_bytes(roster.data)
    code = _hand_in(officer, file)
    _the_preview_tells_new_changed_and_doubtful_rows_apart(officer, roster)
    _the_refused_rows_come_back_marked(officer, roster, tmp_path)
    _an_almost_known_union_is_settled_with_one_click(officer, roster)
    officer.page.locator("form[action$='/submit'] button").click()
    officer.sees("正在等第二个人批准")
    _a_second_person_approves(readers, code)
    officer.page.reload()
    officer.sees("俞建军")
    _the_persons_page_names_the_batch_and_the_row(officer, roster, code)
    _the_same_file_leads_to_the_earlier_batch(officer, file, code)
    _it_is_taken_back(officer, roster, code)
    assert officer.faults == []


def _hand_in(officer: Reader, file: Path) -> str:
    officer.open("/desk/imports/")
    officer.follow("导入名册")
    officer.page.get_by_label("是什么表").select_option(label="会员花名册")
    officer.page.locator("input[type=file]").set_input_files(file)
    officer.press("交来检查")
    expect(officer.page).to_have_url(re.compile(r"/desk/imports/[^/]*\d[^/]*/$"))
    return officer.path.split("/")[-2]


def _counts(officer: Reader) -> Callable[[str], int]:
    figures = officer.page.get_by_role("main").inner_text()

    def count(word: str) -> int:
        found = re.search(rf"{word}\s+([\d,]+)", figures)
        assert found, f"{word} is not counted"
        return int(found[1].replace(",", ""))

    return count


def _the_preview_tells_new_changed_and_doubtful_rows_apart(officer: Reader, roster: Roster) -> None:
    officer.sees("应用这一批", A_JOB)
    count = _counts(officer)
    assert count("新增") == GOOD + 1, "one of the two doubled rows is new"
    assert (count("相同"), count("变更")) == (1, roster.changed)
    expect(officer.page.get_by_text("表头在第 4 行")).to_be_attached()
    officer.page.locator("main a[href*='show=changed']").first.click()
    expect(officer.page.get_by_role("row").filter(has_text=f"→ {NEW_JOB}")).to_have_count(roster.changed)
    expect(officer.page.locator("td.chg", has=officer.page.locator("s"))).to_contain_text("137****0077")
    officer.page.locator("main a[href*='show=refused']").first.click()
    for reason in ("校验", "11 位", "姓名", "找不到这家工会"):
        officer.sees(reason)


def _the_refused_rows_come_back_marked(officer: Reader, roster: Roster, folder: Path) -> None:
    with officer.page.expect_download() as download:
        officer.page.locator("form[action$='/refused.xlsx'] button").click()
    kept = folder / "要改的行.xlsx"
    download.value.save_as(kept)
    sheet = openpyxl.load_workbook(kept).active
    headings = {cell.value: cell.column for cell in sheet[1]}
    assert {"员工姓名", "居民身份证号码", "原因", "原来的位置"} <= set(headings), "the sender's own headings, and why"
    rows = list(sheet.iter_rows(min_row=2))
    assert len(rows) == roster.refused + roster.doubled + 1, "the almost known union is among them"
    for row in rows:
        assert row[headings["原因"] - 1].value
        assert re.search(r"花名册 第 \d+ 行", str(row[headings["原来的位置"] - 1].value))
        assert any(cell.fill.fill_type == "solid" for cell in row), "the faulty cell is coloured"
    wrong = next(row for row in rows if str(row[headings["员工姓名"] - 1].value).endswith("错证"))
    marked = [cell.column for cell in wrong if cell.fill.fill_type == "solid"]
    assert marked == [headings["居民身份证号码"]]


def _an_almost_known_union_is_settled_with_one_click(officer: Reader, roster: Roster) -> None:
    doubt = officer.page.locator("div", has=officer.page.get_by_text(roster.near_union, exact=True)).last
    expect(doubt).to_contain_text("1 行")
    officer.page.get_by_role("button", name="就是它").first.click()
    expect(officer.page.get_by_role("button", name=re.compile(f"应用 {GOOD + 2 + roster.changed} 行，送审"))).to_be_visible(
        timeout=A_JOB * 1000
    )


def _a_second_person_approves(readers: Readers, code: str) -> None:
    second = readers.staff("zuzhi2")
    second.open("/desk/")
    second.page.locator(f"main a[href='/desk/imports/{code}/']").first.click()
    second.page.locator("form[action$='/approve'] button").click()
    expect(second.page.get_by_role("main")).to_contain_text("写进登记。", timeout=A_JOB * 1000)
    expect(second.page.get_by_role("progressbar")).to_have_count(0, timeout=A_JOB * 1000)
    assert second.faults == []


def _the_persons_page_names_the_batch_and_the_row(officer: Reader, roster: Roster, code: str) -> None:
    officer.page.get_by_role("searchbox").fill(roster.first)
    officer.page.keyboard.press("Enter")
    officer.page.wait_for_url("**/desk/people/*/")
    expect(officer.page.get_by_role("heading", level=1)).to_have_text(roster.first)
    officer.sees("会员，在册")
    told = officer.page.get_by_role("row").filter(has_text=code)
    expect(told.first).to_contain_text(f"第 {FIRST_ROW} 行")
    expect(told.first.get_by_role("link", name=code)).to_have_attribute("href", f"/desk/imports/{code}/")


def _the_same_file_leads_to_the_earlier_batch(officer: Reader, file: Path, code: str) -> None:
    assert _hand_in(officer, file) == code
    officer.sees("同一份文件已经交过")


def _it_is_taken_back(officer: Reader, roster: Roster, code: str) -> None:
    officer.follow("撤销这一批")
    officer.sees("变更的恢复旧值")
    officer.press("撤销这一批")
    officer.sees("已经撤销", A_JOB)
    officer.page.get_by_role("searchbox").fill(roster.first)
    officer.page.keyboard.press("Enter")
    officer.page.wait_for_url(re.compile("/desk/(search|people/)"))
    expect(officer.page.get_by_role("main")).not_to_contain_text("会员，在册")
