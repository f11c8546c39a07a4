"""The smallest district, built by the verbs: the checks of the house hold, and twice the same seed gives the same register."""

from pathlib import Path
from typing import Any

import pytest

from niangjia.base.scope import elevated
from niangjia.base.sealing import ensure_keys
from niangjia.core.home.queries import all_checks
from niangjia.core.orgs import queries as orgs
from niangjia.core.people import queries as people
from niangjia.core.people.models import Person
from niangjia.seed.build import District
from niangjia.seed.tests import sense
from niangjia.seed.totals import DEMO_DAY

SCALE = 0.002


@pytest.mark.parametrize("time", ["first", "second"])
def test_the_smallest_district_stands_whole_and_is_the_same_each_time(
    time: str, own_database: str, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path, django_db_blocker: Any
) -> None:
    monkeypatch.setenv("NIANGJIA_TODAY", DEMO_DAY.isoformat())
    settings.DEMO_ACCOUNTS = tmp_path / "accounts.json"
    ensure_keys()
    with django_db_blocker.unblock():
        District(7, SCALE).build(lambda: None)
        assert [check for check in all_checks() if not check.ok] == []
        with elevated("test"):
            members = people.members_on(DEMO_DAY)
            assert orgs.unions_on(DEMO_DAY).count() == 8
            assert (members.count(), members.filter(is_new_form=True).count()) == (1012, 110)
            if time == "first":
                looked, faults = sense.astray(seed=19)
                assert faults == []
                assert looked > 100, "twenty rows of every figure, as far as the smallest district has them"
            eldest = Person.objects.order_by("code").values_list("code", "name", "home_org__code")[:3]
            register_seen.append(list(eldest))
    assert register_seen.count(register_seen[0]) == len(register_seen)


register_seen: list[list[tuple[str, str, str]]] = []
"""The first persons of each building, in this process."""
