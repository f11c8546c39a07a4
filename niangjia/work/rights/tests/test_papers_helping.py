"""The papers of legal aid, advice, dismissal notices and supervision: each says what its case knows."""

from datetime import date
from typing import Any

import pytest

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.cases.models import Case
from niangjia.core.papers.paper import Paper, dumped
from niangjia.core.papers.queries import drafted, makable
from niangjia.work.rights import actions
from niangjia.work.rights.papers.helping import KINDS
from niangjia.work.rights.tests.helpers import new_aid, new_lawyer, new_notice, to_the_letter, walk
from tests.world import World

pytestmark = pytest.mark.django_db
ON = date(2023, 12, 18)
GRANT: dict[str, Any] = {"forms_of_aid": ["arb"], "reason": "追索劳动报酬", "means": "月收入低"}


def made(case: Case, name: str, **facts: Any) -> str:
    """The paper as it would be, as one text; it must be on offer."""
    with elevated("test"):
        case.refresh_from_db()
        kind = next(one for one in makable(SYSTEM, case) if one.name == name)
        paper: Paper = drafted(case, kind, by=SYSTEM, on=ON, facts=facts)
        return dumped(paper)


def test_letters_of_legal_aid() -> None:
    world = World()
    case = walk(new_aid(world), ("grant", "11-15", GRANT), ("assign", "11-16", {"helper": new_lawyer(world)}))
    text = made(case, "aid-assignment")
    assert all(
        words in text for words in ("史可为", "浙江三江口律师事务所", "何静川", "迅帆配送", "2023年11月20日", "不得向受援人收取任何费用")
    )
    walk(case, ("accept", "11-17", {"scope": "一般代理"}), ("finish", "11-20", {"result": "won"}), ("report", "11-21", {"remark": "无"}))
    assert "请求全部得到支持" in made(case, "aid-report")
    sent = walk(new_aid(world), ("refer", "11-15", {"body": "区法律援助中心", "reason": "符合国家援助"}))
    text = made(sent, "aid-to-state")
    assert all(words in text for words in ("区法律援助中心", "回　执", "符合国家援助"))


@pytest.mark.parametrize("way", ["aid", "dispute"])
def test_the_record_of_advice_goes_with_the_case(way: str) -> None:
    world = World()
    row = actions.take_in(
        org=world.here, kind="D02", said=actions.Said("可以调解", 15, way), by=SYSTEM, person=world.person, question="少发工资", employer_name="迅帆配送",
    )  # fmt: skip
    case = actions.go_on_as_aid(row, by=SYSTEM) if way == "aid" else actions.go_on_as_dispute(row, by=SYSTEM)
    text = made(case, "aid-advice" if way == "aid" else "rights-advice")
    assert all(words in text for words in (row.code, "少发工资", "可以调解", "15 分钟"))


def test_the_unions_opinion_on_a_dismissal() -> None:
    world = World()
    facts = {"says": "object", "breaks": "劳动合同法第四十二条", "opinion": "在医疗期内，不能解除"}
    text = made(walk(new_notice(world), ("answer", "12-06", facts)), "dismissal-opinion")
    assert all(words in text for words in ("何静川", "在医疗期内", "劳动合同法第四十二条", "书面通知我会"))


def test_the_letters_of_supervision() -> None:
    world = World()
    case = to_the_letter(world)
    text = made(case, "watch-opinion")
    assert all(words in text for words in ("JD-1、JD-2", "没有发加班费", "劳动法第四十四条", "十五个工作日"))
    walk(case, ("reply", "12-12", {"corrected": False, "words": "没有钱"}), ("propose", "12-13", {"to": "区人社局", "number": "1号"}))
    text = made(case, "watch-proposal")
    assert all(words in text for words in ("区人社局", "没有钱", "补发"))
    hint = next(kind for kind in KINDS if kind.name == "watch-hint")
    with elevated("test"):
        assert "按时发工资" in dumped(drafted(case, hint, by=SYSTEM, on=ON, facts={"hint": "请按时发工资"}))
