"""The figures of rights against counts written by hand from the definitions of the trade."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.cases.actions import advance
from niangjia.core.figures.figure import Figure, all_figures
from niangjia.core.figures.survey import Survey, Window
from niangjia.work.rights.tests.factories import OPENED, new_dispute
from niangjia.work.rights.tests.hand_counts import AID_BY_HAND, tell_aid
from tests.world import World

pytestmark = pytest.mark.django_db
START, END = date(2018, 12, 19), date(2023, 12, 18)
MONEY = "c.line = 'rights' AND c.flow IN ('dispute', 'aid')"
DISPUTE = "c.line = 'rights' AND c.flow = 'dispute'"
PAPERS = f"FROM rights_settlement s JOIN cases_case c ON c.id = s.case_id WHERE {DISPUTE} AND s.effective_on BETWEEN %(start)s AND %(end)s"
BY_HAND = {
    "rights.mediated_disputes": f"SELECT count(DISTINCT s.case_id) {PAPERS} AND s.ground IN ('agreement', 'oral')",
    "rights.recovered_money": f"""SELECT sum(s.amount) FROM rights_settlement s JOIN cases_case c ON c.id = s.case_id
        WHERE {MONEY} AND s.replaced_on IS NULL AND s.effective_on BETWEEN %(start)s AND %(end)s""",
    "rights.received_money": f"""SELECT sum(r.amount) FROM rights_receipt r JOIN cases_case c ON c.id = r.case_id
        WHERE {MONEY} AND r.reversed_on IS NULL AND r."on" BETWEEN %(start)s AND %(end)s""",
    "rights.received_disputes": f"SELECT count(*) FROM cases_case c WHERE {DISPUTE} AND c.opened_on BETWEEN %(start)s AND %(end)s",
    "rights.open_disputes": f"""SELECT count(*) FROM cases_case c
        WHERE {DISPUTE} AND c.opened_on <= %(end)s AND (c.closed_on IS NULL OR c.closed_on > %(end)s)""",
    "rights.ended_mediations": f"""SELECT count(DISTINCT t.case_id) FROM cases_steptaken t JOIN cases_case c ON c.id = t.case_id
        WHERE {DISPUTE} AND t.step IN ('agree', 'oral', 'fail') AND t."on" BETWEEN %(start)s AND %(end)s""",
    "rights.overdue_clocks": f"""SELECT count(*) FROM cases_clock k JOIN cases_case c ON c.id = k.case_id
        WHERE {DISPUTE} AND k.due_on < %(end)s AND k.paused_on IS NULL AND k.term NOT IN
            ('judicial_confirmation.apply', 'sue.after_award', 'set_aside.employer', 'enforcement.apply', 'appeal.judgment') AND (k.settled_on IS NULL OR k.settled_on > %(end)s)""",
} | AID_BY_HAND


@pytest.fixture
def told() -> None:
    """Agreed and paid in part; settled by word; failed; agreed and replaced by an award; one late."""
    world = World()
    agree = {"amount": Decimal("900.00"), "plan": [(date(2023, 11, 20), Decimal("900.00"))]}
    ways = (
        (("accept", 8, {"mediated_by": "甲"}), ("agree", 10, agree), ("receive", 20, {"amount": Decimal("400.00"), "proof_note": "回单"})),
        (("accept", 8, {"mediated_by": "甲"}), ("oral", 9, {"amount": Decimal("70.00"), "proof_note": "收条"})),
        (("accept", 8, {"mediated_by": "甲"}), ("fail", 9, {"outcome": "4", "why": "不同意"}), ("drop", 10, {})),
        (
            ("accept", 8, {"mediated_by": "甲"}), ("agree", 10, agree), ("breach", 21, {}), ("arbitrate", 22, {"body_name": "委"}),
            ("arb_accept", 23, {"number": "1", "simplified": False}),
            ("award", 30, {"decided_on": date(2023, 11, 28), "served_on": date(2023, 11, 29), "result": "支持", "amount": Decimal("1000.00")}),
        ),
        (("accept", 8, {"mediated_by": "甲"}),),
    )  # fmt: skip
    for way in ways:
        case = new_dispute(world)
        for step, day, facts in way:
            advance(case, step, by=SYSTEM, on=date(2023, 11, day), **facts)
    tell_aid(world)


def counted() -> list[Figure]:
    return [figure for figure in all_figures("rights") if isinstance(figure, Figure)]


def test_every_counted_figure_has_a_count_by_hand() -> None:
    assert {figure.code for figure in counted()} == set(BY_HAND)


@pytest.mark.parametrize("code", sorted(BY_HAND))
def test_a_figure_is_what_a_hand_written_count_says(told: None, code: str) -> None:
    figure = next(figure for figure in counted() if figure.code == code)
    with elevated("test"), connection.cursor() as cursor:
        rows = figure.records(START, END)
        value = rows.aggregate(value=figure.measure())["value"]
        cursor.execute(BY_HAND[code], {"start": START, "end": END})
        assert value == cursor.fetchone()[0]
        assert value, "the district of the test has some of everything"


def test_the_sums_are_those_of_the_story(told: None) -> None:
    values = {}
    with elevated("test"):
        for figure in counted():
            values[figure.code] = figure.records(START, END).aggregate(value=figure.measure())["value"]
    assert values == {
        "rights.mediated_disputes": 4, "rights.recovered_money": Decimal("2000.00"), "rights.received_money": Decimal("470.00"),
        "rights.received_disputes": 9, "rights.open_disputes": 7, "rights.ended_mediations": 4, "rights.overdue_clocks": 2,
        "rights.legal_aid_cases": 2, "rights.aid_to_state": 1, "rights.aid_decisions": 4, "rights.aid_in_time": 3, "rights.consultations": 1, "rights.duty_times": 3,
        "rights.dismissals_answered": 1, "rights.supervision_letters": 1, "rights.accepted_disputes": 5, "rights.handled_disputes": 2,
        "rights.days_to_end": 7, "rights.days_to_end_median": 3.5, "rights.ended_disputes": 2,
    }  # fmt: skip


def test_the_middle_of_a_node_is_the_middle_of_all_its_cases_not_of_the_middles_of_towns() -> None:
    world = World()
    for org, days in ((world.here, (1, 2, 9)), (world.elsewhere, (30,))):
        for number in days:
            case = new_dispute(world, org=org)
            advance(case, "refer", by=SYSTEM, on=OPENED, to="监察", why="转办")
            advance(case, "taken_over", by=SYSTEM, on=OPENED + timedelta(days=number), number="")
    with elevated("test"):
        about = Survey(world.district, Window(END, START, END))
        figure = next(figure for figure in counted() if figure.code == "rights.days_to_end_median")
        assert about.value(figure, START, END) == Decimal("5.5")
        assert about.by_branch(figure, START, END) == {world.here.pk: Decimal(2), world.elsewhere.pk: Decimal(30)}
