"""Every counted figure against a count written by hand from the definitions of the trade, on days before and after each change."""

import csv
import random
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from django.db import connection

from niangjia import seed
from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.figures import queries
from niangjia.core.figures.figure import Figure, all_figures, get
from niangjia.core.figures.survey import Window
from niangjia.core.figures.tests import factories as make
from niangjia.core.orgs.enums import Kind
from niangjia.core.orgs.models import Coverage, Employer, Term
from niangjia.core.people.models import Officer

pytestmark = pytest.mark.django_db

DAYS = (date(2019, 12, 31), date(2021, 3, 15), date(2022, 2, 28), date(2023, 12, 18))
START = date(2018, 12, 19)
TODAY = date(2023, 12, 18)

# Counted kinds: single, joint, organiser, village, park and industry; towns, zones, systems and the district are bodies above.
UNION = "kind IN (10, 11, 12, 20, 21, 22) AND founded_on <= %(day)s AND (ended_on IS NULL OR %(day)s < ended_on)"
SPAN = "lower(during) <= %(day)s AND (upper(during) IS NULL OR %(day)s < upper(during))"
NEW_FORM = "(form IN ('N01','N02','N03','N04','N10','N11','N12') OR (form IN ('N05','N06','N08') AND through_platform))"
DUE = "coalesce(term.extended_to, term.valid_to)"
TERMS = """SELECT count(*) FROM orgs_term AS term JOIN orgs_organisation AS org ON org.id = term.org_id
WHERE kind IN (10, 11, 12, 20, 21, 22) AND (org.ended_on IS NULL OR %(day)s < org.ended_on)
    AND (term.ended_on IS NULL OR %(day)s < term.ended_on) AND {due}"""
BY_HAND = {
    "organising.unions": f"SELECT count(*) FROM orgs_organisation WHERE {UNION}",
    "organising.members": f"SELECT count(DISTINCT person_id) FROM people_membership WHERE {SPAN} AND standing IN ('full', 'floating')",
    "organising.new_form_unions": f"SELECT count(*) FROM orgs_organisation WHERE {UNION} AND new_form_on <= %(day)s",
    "organising.new_form_members": f"""SELECT count(DISTINCT person_id) FROM people_membership
        WHERE {SPAN} AND standing IN ('full', 'floating') AND {NEW_FORM}""",
    "organising.new_economy_unions": f"SELECT count(*) FROM orgs_organisation WHERE {UNION} AND new_economy_on <= %(day)s",
    "organising.new_field_unions": f"SELECT count(*) FROM orgs_organisation WHERE {UNION} AND new_field_on <= %(day)s",
    "organising.retained": f"SELECT count(*) FROM people_membership WHERE {SPAN} AND standing = 'retained'",
    "organising.founded": """SELECT count(*) FROM orgs_organisation
        WHERE kind IN (10, 11, 12, 20, 21, 22) AND founded_on BETWEEN %(start)s AND %(day)s""",
    "organising.joined": """SELECT count(*) FROM people_membership WHERE lower(during) = joined_on AND join_way <> 7
        AND standing IN ('full', 'floating') AND joined_on BETWEEN %(start)s AND %(day)s""",
    "organising.left": """SELECT count(*) FROM people_membership WHERE upper(during) BETWEEN %(start)s AND %(day)s
        AND standing IN ('full', 'floating') AND end_reason IN ('withdrawn', 'deemed', 'expelled', 'deceased', 'closed', 'left')""",
    "organising.overdue_terms": TERMS.format(due=f"{DUE} < %(day)s"),
    "organising.terms_due": TERMS.format(due=f"%(day)s <= {DUE} AND {DUE} - interval '6 months' <= %(day)s"),
    "organising.covered_employers": """SELECT count(DISTINCT employer_id) FROM orgs_coverage AS cover
        JOIN orgs_organisation AS org ON org.id = union_id JOIN orgs_employer AS employer ON employer.id = employer_id
        WHERE cover.valid_from <= %(day)s AND (cover.valid_to IS NULL OR %(day)s < cover.valid_to)
        AND (org.ended_on IS NULL OR %(day)s < org.ended_on) AND (employer.ended_on IS NULL OR %(day)s < employer.ended_on)
        AND org.founded_on <= %(day)s""",
}
BY_HAND_TODAY = {
    "organising.legal_persons": f"SELECT count(*) FROM orgs_organisation WHERE {UNION} AND legal_status = 'registered'",
    "organising.staff": f"SELECT sum(staff_total) FROM orgs_organisation WHERE {UNION}",
    "organising.members_of_known_staff": f"""SELECT count(*) FROM people_membership JOIN orgs_organisation AS org ON org.id = union_id
        WHERE {SPAN} AND standing IN ('full', 'floating') AND staff_total IS NOT NULL AND kind IN (10, 11, 12, 20, 21, 22)""",
    "organising.empty_unions": f"""SELECT count(*) FROM orgs_organisation AS org WHERE {UNION} AND kind IN (10, 11, 12)
        AND NOT EXISTS (SELECT FROM people_membership WHERE union_id = org.id AND upper_inf(during))""",
    "organising.unions_without_staff": f"""SELECT count(*) FROM orgs_organisation
        WHERE {UNION} AND kind IN (10, 11, 12) AND staff_total IS NULL""",
    "organising.unions_without_chair": f"""SELECT count(*) FROM orgs_organisation AS org WHERE {UNION} AND kind <> 12
        AND NOT EXISTS (SELECT FROM people_officer WHERE org_id = org.id AND post = 'chair' AND valid_to IS NULL)""",
}


def by_hand(statement: str, day: date) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"day": day, "start": START})
        return cursor.fetchone()[0] or 0


def values(codes: list[str], day: date) -> dict[str, object]:
    about = queries.survey(SYSTEM, None, Window(day, START, day))
    return {code: queries.read(get(code), about).value for code in codes}


@pytest.fixture
def varied(db: None) -> None:
    """Unions of every kind that were founded, recognised and ended on many days; spans of every standing, form and end."""
    dice = random.Random(1925)
    district = make.district()
    towns = [make.town(district, name) for name in ("桃源街道", "竹溪镇")]
    unions = [_union(dice, dice.choice(towns)) for _ in range(40)]
    for home in unions:
        _term(dice, home)
        for _ in range(dice.randrange(6)):
            _span(dice, home)
    for number in range(25):
        _employer(dice, unions, number)


def _day(dice: random.Random, start: date = date(2016, 1, 1), days: int = 2800) -> date:
    return start + timedelta(dice.randrange(days))


def _union(dice: random.Random, above):
    founded = _day(dice, days=2400)
    ended = founded + timedelta(dice.randrange(30, 1500)) if dice.random() < 0.3 else None
    flags = {name: _day(dice, founded, 900) for name in ("new_form_on", "new_economy_on", "new_field_on") if dice.random() < 0.4}
    home = make.union(
        above, founded, dice.choice([*list(Kind)[:6], Kind.TOWN]), ended_on=ended, end_reason="dissolved" if ended else "",
        route=dice.choice(["SJ1", "SJ2", "SJ3", "SJ4", ""]), legal_status=dice.choice(["none", "registered"]),
        staff_total=dice.choice([None, 30, 400]), **flags,
    )  # fmt: skip
    if dice.random() < 0.5:
        with elevated("test: a chair"):
            Officer.objects.create(org=home, person=make.person(home), post="chair", elected_on=founded, valid_from=founded)
    return home


def _term(dice: random.Random, home) -> None:
    due = _day(dice, date(2019, 6, 1), 2000)
    elected_again = due + timedelta(dice.randrange(-60, 400)) if dice.random() < 0.4 else None
    with elevated("test: a term"):
        Term.objects.create(
            org=home, number=1, years=3, elected_on=due - timedelta(1096), valid_from=due - timedelta(1096), valid_to=due,
            extended_to=due + timedelta(90) if dice.random() < 0.3 else None, ended_on=elected_again,
        )  # fmt: skip


def _span(dice: random.Random, home) -> None:
    start = _day(dice)
    end = start + timedelta(dice.randrange(1, 900)) if dice.random() < 0.4 else None
    reason = dice.choice(["left", "withdrawn", "deceased", "transferred", "standing"]) if end else ""
    make.member(
        home, start, end, end_reason=reason,
        standing=dice.choice(["full", "full", "floating", "retained"]), join_way=dice.choice([1, 3, 7]),
        form=dice.choice(["STD", "N03", "N05", "N07"]), through_platform=dice.random() < 0.5,
        joined_on=start if dice.random() < 0.8 else start - timedelta(100),
    )  # fmt: skip


def _employer(dice: random.Random, unions, number: int) -> None:
    with elevated("test: a covered employer"):
        made = Employer.objects.create(
            name=f"单位{number}",
            name_key=f"单位{number}",
            nature=3,
            answering_org=unions[0],
            ended_on=_day(dice) if dice.random() < 0.2 else None,
        )
        for home in dice.sample(unions, dice.randrange(1, 4)):
            start = _day(dice)
            Coverage.objects.create(
                union=home, employer=made, valid_from=start, valid_to=start + timedelta(400) if dice.random() < 0.3 else None
            )


@pytest.mark.parametrize("day", DAYS)
def test_each_figure_is_what_the_count_by_hand_says(varied, day):
    with elevated("test: the count by hand"):
        expected = {code: by_hand(statement, day) for code, statement in BY_HAND.items()}
        assert values(list(BY_HAND), day) == expected
    assert sum(map(bool, expected.values())) >= len(expected) - 1, "a register in which nearly every figure has something to count"


def test_what_is_known_of_today_only_is_what_the_count_by_hand_says(varied):
    with elevated("test: the count by hand"):
        expected = {code: by_hand(statement, TODAY) for code, statement in BY_HAND_TODAY.items()}
        assert values(list(BY_HAND_TODAY), TODAY) == expected
    assert all(expected.values())


def test_shares_and_growth_follow_from_what_they_are_made_of(varied):
    with elevated("test: the count by hand"):
        day, eve = TODAY, START - timedelta(1)
        unions, members, new = (by_hand(BY_HAND[f"organising.{name}"], day) for name in ("unions", "members", "new_form_members"))
        found = values(["organising.net_growth", "organising.members_per_union", "organising.new_form_share"], day)
    assert found["organising.net_growth"] == members - by_hand_elevated("organising.members", eve)
    assert float(found["organising.members_per_union"]) == pytest.approx(members / unions)
    assert float(found["organising.new_form_share"]) == pytest.approx(new / members)


def by_hand_elevated(code: str, day: date) -> int:
    with elevated("test: the count by hand"):
        return by_hand(BY_HAND[code], day)


def test_no_counted_figure_is_without_its_count_by_hand():
    counted = {figure.code for figure in all_figures("organising") if isinstance(figure, Figure)}
    assert counted == BY_HAND.keys() | BY_HAND_TODAY.keys()


FOUR_ROUTES = {"SJ1": "企业单建", "SJ2": "行业联建", "SJ3": "龙头领建", "SJ4": "区域共建"}
SPLITS_BY_HAND = {
    ("organising.unions", "route"): f"SELECT route, count(*) FROM orgs_organisation WHERE {UNION} GROUP BY route",
    ("organising.unions", "kind"): f"SELECT kind, count(*) FROM orgs_organisation WHERE {UNION} GROUP BY kind",
    ("organising.founded", "route"): """SELECT route, count(*) FROM orgs_organisation
        WHERE kind IN (10, 11, 12, 20, 21, 22) AND founded_on BETWEEN %(start)s AND %(day)s GROUP BY route""",
    ("organising.members", "form"): f"""SELECT form, count(*) FROM people_membership
        WHERE {SPAN} AND standing IN ('full', 'floating') GROUP BY form""",
    ("organising.joined", "way"): """SELECT join_way, count(*) FROM people_membership WHERE lower(during) = joined_on AND join_way <> 7
        AND standing IN ('full', 'floating') AND joined_on BETWEEN %(start)s AND %(day)s GROUP BY join_way""",
    ("organising.left", "reason"): """SELECT end_reason, count(*) FROM people_membership WHERE upper(during) BETWEEN %(start)s AND %(day)s
        AND standing IN ('full', 'floating') AND end_reason IN ('withdrawn', 'deemed', 'expelled', 'deceased', 'closed', 'left')
        GROUP BY end_reason""",
}


def rows_by_hand(statement: str, day: date) -> dict[object, int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"day": day, "start": START})
        return dict(cursor.fetchall())


@pytest.mark.parametrize("day", DAYS)
def test_each_split_is_what_the_count_by_hand_says(varied, day):
    with elevated("test: the count by hand"):
        about = queries.survey(SYSTEM, None, Window(day, START, day))
        for (code, split), statement in SPLITS_BY_HAND.items():
            expected = rows_by_hand(statement, day)
            found = queries.by_split(get(code), split, about)
            assert {value: number for value, _, number in found} == expected, (code, split)
            if split == "route":
                assert {value: label for value, label, _ in found if value} == {key: FOUR_ROUTES[key] for key in expected if key}


def test_each_month_is_what_the_count_by_hand_says(varied):
    ends = [date(2022, month + 1, 1) - timedelta(1) if month < 12 else date(2022, 12, 31) for month in range(1, 13)]
    states = ("unions", "members", "new_form_unions", "new_form_members", "retained", "overdue_terms", "covered_employers")
    with elevated("test: the count by hand"):
        about = queries.survey(SYSTEM, None, Window(TODAY, START, TODAY))
        for code in (f"organising.{name}" for name in states):
            assert queries.by_month(get(code), about, 2022) == [by_hand(BY_HAND[code], end) for end in ends], code
        for code in (f"organising.{name}" for name in ("founded", "joined", "left")):
            before = [by_hand(BY_HAND[code], end) for end in (date(2021, 12, 31), *ends)]
            assert queries.by_month(get(code), about, 2022) == [b - a for a, b in pairwise(before)], code


def test_rates_of_legal_persons_and_joining_follow_from_what_they_are_made_of(varied):
    with elevated("test: the count by hand"):
        unions = by_hand(BY_HAND["organising.unions"], TODAY)
        legal, staff, members = (
            by_hand(BY_HAND_TODAY[f"organising.{name}"], TODAY) for name in ("legal_persons", "staff", "members_of_known_staff")
        )
        found = values(["organising.legal_person_share", "organising.joining_rate"], TODAY)
    assert float(found["organising.legal_person_share"]) == pytest.approx(legal / unions)
    assert float(found["organising.joining_rate"]) == pytest.approx(members / staff)


def test_every_published_figure_of_this_line_is_declared():
    with (Path(seed.__file__).parent / "data" / "figures.csv").open(encoding="utf-8") as file:
        published = {row["key"]: row for row in csv.DictReader(file) if row["line"] == "organising"}
    declared = {figure.code: figure for figure in all_figures("organising")}
    assert published.keys() <= declared.keys()
    assert {key: declared[key].unit for key in published} == {key: row["unit"] for key, row in published.items()}


def test_labels_name_the_four_routes_and_the_three_news(db):
    with elevated("test"):
        make.district()
    found = values(["organising.routes", "organising.three_new"], TODAY)
    assert found == {"organising.routes": 4, "organising.three_new": 3}
