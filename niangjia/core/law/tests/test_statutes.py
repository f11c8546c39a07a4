"""Every term against the statute table, written by hand from the laws and not from the code."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from niangjia.base.calendar import add_months
from niangjia.core.law.reckoning import due
from niangjia.core.law.term import OPEN, Direction, NotInForce, Status, Unit, UnknownTerm
from niangjia.core.law.terms import TERMS, by_theme, term
from niangjia.core.law.workdays import BUILT_IN

W, C, M, Y = "working_days", "calendar_days", "months", "years"
STATUTES = {  # code: amount, unit, (law, article) …
    "limitation.one_year": (1, Y, ("劳动争议调解仲裁法", 27)),
    "limitation.wages_after_end": (1, Y, ("劳动争议调解仲裁法", 27)),
    "mediation.end": (15, C, ("劳动争议调解仲裁法", 14), ("浙江省劳动人事争议调解仲裁条例", 10)),
    "payment_order.accept": (5, C, ("民事诉讼法", 226)),
    "payment_order.issue": (15, C, ("民事诉讼法", 227)),
    "payment_order.object": (15, C, ("民事诉讼法", 227)),
    "judicial_confirmation.apply": (30, C, ("民事诉讼法", 205), ("人民调解法", 33)),
    "judicial_confirmation.accept": (3, C, ("最高人民法院关于人民调解协议司法确认程序的若干规定", 4)),
    "judicial_confirmation.decide": (15, C, ("最高人民法院关于人民调解协议司法确认程序的若干规定", 5)),
    "judicial_confirmation.decide_extended": (15 + 10, C, ("最高人民法院关于人民调解协议司法确认程序的若干规定", 5)),
    "judicial_confirmation.special": (30, C, ("民事诉讼法", 187)),
    "arbitration.accept": (5, W, ("劳动争议调解仲裁法", 29), ("浙江省劳动人事争议调解仲裁条例", 21)),
    "arbitration.serve": (5, W, ("劳动争议调解仲裁法", 30)),
    "arbitration.answer": (10, W, ("劳动争议调解仲裁法", 30)),
    "arbitration.serve_answer": (5, W, ("劳动争议调解仲裁法", 30)),
    "arbitration.panel_notice": (5, W, ("劳动争议调解仲裁法", 32)),
    "arbitration.hearing_notice": (5, W, ("劳动争议调解仲裁法", 35)),
    "arbitration.postpone_request": (3, W, ("劳动争议调解仲裁法", 35)),
    "arbitration.award": (45, C, ("劳动争议调解仲裁法", 43)),
    "arbitration.award_extended": (45 + 15, C, ("劳动争议调解仲裁法", 43)),
    "arbitration.award_simplified_zhejiang": (30, C, ("浙江省劳动人事争议调解仲裁条例", 39)),
    "arbitration.announce_service": (30, C, ("浙江省劳动人事争议调解仲裁条例", 35)),
    "arbitration.announce_service_collective": (10, C, ("浙江省劳动人事争议调解仲裁条例", 41)),
    "sue.after_award": (15, C, ("劳动争议调解仲裁法", 48), ("劳动争议调解仲裁法", 50)),
    "set_aside.employer": (30, C, ("劳动争议调解仲裁法", 49)),
    "court.answer": (15, C, ("民事诉讼法", 128)),
    "court.simple": (3, M, ("民事诉讼法", 164)),
    "court.simple_extended": (3 + 1, M, ("民事诉讼法", 164)),
    "court.ordinary": (6, M, ("民事诉讼法", 152)),
    "court.ordinary_extended": (6 + 6, M, ("民事诉讼法", 152)),
    "court.small_claims": (2, M, ("民事诉讼法", 168)),
    "court.small_claims_extended": (2 + 1, M, ("民事诉讼法", 168)),
    "appeal.judgment": (15, C, ("民事诉讼法", 171)),
    "appeal.ruling": (10, C, ("民事诉讼法", 171)),
    "court.second_instance": (3, M, ("民事诉讼法", 183)),
    "enforcement.apply": (2, Y, ("民事诉讼法", 250)),
    "preservation.enforce": (3, M, ("最高人民法院关于审理劳动争议案件适用法律问题的解释（一）", 49)),
    "supervision.refuse": (5, W, ("浙江省工会劳动法律监督条例", 17)),
    "supervision.reply": (15, W, ("浙江省工会劳动法律监督条例", 22)),
    "legal_aid.decide": (7, C, ("法律援助法", 43)),
    "legal_aid.assign": (3, C, ("法律援助法", 43)),
    "legal_aid.review": (5, C, ("法律援助法", 49)),
    "legal_aid.report": (15, C, ("浙江省法律援助条例", 19)),
    "wage_talk.answer": (10, W, ("宁波市企业工资集体协商条例", 14), ("浙江省集体合同条例", 7)),
    "wage_talk.publish_representatives": (5, W, ("宁波市企业工资集体协商条例", 10)),
    "wage_talk.information": (7, C, ("宁波市企业工资集体协商条例", 17)),
    "wage_talk.finish": (30, W, ("宁波市企业工资集体协商条例", 16)),
    "wage_talk.pause": (60, C, ("宁波市企业工资集体协商条例", 19)),
    "wage_talk.congress": (15, W, ("宁波市企业工资集体协商条例", 20)),
    "wage_talk.revote": (5, W, ("浙江省集体合同条例", 24)),
    "wage_agreement.file": (10, C, ("宁波市企业工资集体协商条例", 34), ("浙江省集体合同条例", 34)),
    "wage_agreement.no_objection": (15, C, ("宁波市企业工资集体协商条例", 35), ("劳动合同法", 54), ("劳动法", 34)),
    "wage_agreement.publish": (5, W, ("宁波市企业工资集体协商条例", 35)),
    "wage_agreement.renew": (90, C, ("浙江省集体合同条例", 30), ("宁波市企业工资集体协商条例", 22)),
    "collective_dispute.coordinate": (30, C, ("浙江省集体合同条例", 39)),
    "collective_dispute.coordinate_extended": (30 + 15, C, ("浙江省集体合同条例", 39)),
    "publicity.minimum_living": (7, C, ("浙江省社会救助条例", 11)),
    "union.term_three": (3, Y, ("工会法", 16)),
    "union.term_five": (5, Y, ("工会法", 16)),
}
BACKWARDS = {"arbitration.hearing_notice", "arbitration.postpone_request", "wage_talk.information", "wage_agreement.renew"}
NOT_READ = {
    "talk.answer": (5, W), "mediation.review_apply": (15, C), "mediation.review_decide": (5, W), "union.legal_person_apply": (60, C),
    "union.legal_person_review": (15, C), "union.legal_person_change": (30, C), "union.reelection_extension": (6, M),
    "union.preparation_reply": (15, C), "publicity.national_honours": (5, W), "publicity.hardship": (5, W),
}  # fmt: skip
PROMISED = (
    "mediation.end arbitration.accept arbitration.serve arbitration.answer arbitration.award arbitration.award_extended "
    "arbitration.award_simplified_zhejiang sue.after_award set_aside.employer judicial_confirmation.apply legal_aid.decide legal_aid.assign "
    "limitation.one_year limitation.wages_after_end wage_talk.answer wage_talk.finish wage_talk.congress wage_agreement.file "
    "wage_agreement.no_objection wage_agreement.publish supervision.reply talk.answer appeal.judgment"
).split()
DAYS = st.dates(date(2024, 1, 2), date(2026, 6, 30))


@pytest.mark.parametrize("code", STATUTES)
def test_a_term_says_what_its_statute_says(code: str) -> None:
    amount, unit, *articles = STATUTES[code]
    edition = term(code).on(date(2025, 6, 2))
    assert (edition.amount, edition.unit.value, edition.status) == (amount, unit, Status.VERIFIED)
    assert {(one.law.title, one.number) for one in edition.articles} >= set(articles)
    assert (edition.direction is Direction.BEFORE) == (code in BACKWARDS)


@pytest.mark.parametrize("code", NOT_READ)
def test_what_was_not_read_in_a_law_says_so(code: str) -> None:
    edition = term(code).current
    assert (edition.amount, edition.unit.value, edition.status) == (*NOT_READ[code], Status.UNVERIFIED)
    assert edition.note, "what is known stands in the note"


@pytest.mark.parametrize("code", PROMISED)
def test_every_code_others_rely_on_exists_and_answers_in_the_term_of_the_demo(code: str) -> None:
    assert due(code, date(2023, 12, 18)).due_on > date(2023, 12, 18)


def _counted_by_hand(code: str, start: date) -> date:
    """The last day, day by day, without the code's own arithmetic."""
    amount, unit, *_ = STATUTES[code]
    step = timedelta(days=-1 if code in BACKWARDS else 1)
    if unit == W:
        on = start
        while amount:
            on += step
            if BUILT_IN.is_workday(on):
                amount -= 1
        return on
    on = start + step * amount if unit == C else add_months(start, amount * (12 if unit == Y else 1))
    while code not in BACKWARDS and not code.startswith("union.term") and not BUILT_IN.is_workday(on):
        on += timedelta(days=1)
    return on


@given(st.sampled_from(sorted(STATUTES)), DAYS)
def test_every_clock_ends_where_counting_by_hand_ends(code: str, start: date) -> None:
    unit = STATUTES[code][1]
    if unit in (M, Y):
        start = start.replace(year=2024)  # so that the end lies in a published year
    found = due(code, start)
    if found.due_on.year > 2026:
        assert found.provisional or code.startswith("union.term")
        return
    assert found.due_on == _counted_by_hand(code, start)
    assert not found.provisional


@given(st.sampled_from(sorted(TERMS)), DAYS)
def test_a_clock_runs_away_from_its_start_and_never_ends_on_a_day_off(code: str, start: date) -> None:
    found = due(code, start)
    if found.edition.direction is Direction.BEFORE:
        assert found.due_on < start
    else:
        assert found.due_on > start
        assert found.due_on >= found.plain_on
        if found.edition.rolls:
            assert BUILT_IN.is_workday(found.due_on)
    assert found.steps


@given(st.sampled_from(sorted(TERMS)), DAYS)
def test_a_later_start_never_ends_earlier(code: str, start: date) -> None:
    assert due(code, start).due_on <= due(code, start + timedelta(days=1)).due_on


def test_before_its_law_a_term_is_refused() -> None:
    with pytest.raises(NotInForce, match="2008-05-01"):
        due("arbitration.accept", date(2008, 4, 30))
    with pytest.raises(NotInForce):
        due("arbitration.award_simplified_zhejiang", date(2015, 12, 31))
    with pytest.raises(UnknownTerm):
        due("arbitration.nothing", date(2024, 1, 2))


def test_the_article_is_that_of_the_start_day() -> None:
    assert "第二百零一条" in due("judicial_confirmation.apply", date(2023, 12, 31)).article
    assert "第二百零五条" in due("judicial_confirmation.apply", date(2024, 1, 1)).article
    assert due("mediation.end", date(2015, 12, 31)).article == "劳动争议调解仲裁法第十四条第三款"
    old, new = due("legal_aid.decide", date(2021, 12, 31)), due("legal_aid.decide", date(2022, 1, 1))
    assert (old.unit, old.status, new.unit, new.status) == (Unit.WORKING_DAYS, Status.UNVERIFIED, Unit.CALENDAR_DAYS, Status.VERIFIED)


def test_editions_follow_one_another_without_overlap() -> None:
    for one in TERMS.values():
        for earlier, later in zip(one.editions, one.editions[1:], strict=False):
            assert earlier.valid_to is not None and earlier.valid_to + timedelta(days=1) == later.valid_from, one.code
        assert one.current.valid_to is None, one.code
        for edition in one.editions:
            assert edition.articles or edition.status is Status.UNVERIFIED, one.code
            assert edition.note or edition.status is Status.VERIFIED, one.code
            assert edition.valid_from != OPEN or edition.status is Status.UNVERIFIED, one.code


def test_every_term_stands_below_one_heading_and_its_extension_exists() -> None:
    assert sorted(one.code for terms in by_theme().values() for one in terms) == sorted(TERMS)
    for one in TERMS.values():
        if one.extended_by:
            assert term(one.extended_by).current.amount > one.current.amount
