"""What a lived-in district has besides its members: accounts, looks at numbers, double records, batches in every state, entered history."""

from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
from django.db import transaction

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM, Actor
from niangjia.core.figures import actions as figures
from niangjia.core.imports import actions as imports
from niangjia.core.imports.queries import batches
from niangjia.core.orgs import actions as orgs
from niangjia.core.orgs import queries
from niangjia.core.orgs.enums import GRASSROOTS, Kind, PartnerKind
from niangjia.core.people import actions as people
from niangjia.core.people import queries as people_queries
from niangjia.seed import accounts, law, register, rosters
from niangjia.seed.chance import Chance
from niangjia.seed.district import STOCK, Union
from niangjia.seed.persons import sealed
from niangjia.seed.totals import DEMO_DAY, TERM_BEGAN
from niangjia.seed.unions import DISTRICT

if TYPE_CHECKING:
    from niangjia.seed.build import District

REASONS = ("核对转账户名", "办理疗休养登记", "补发会员卡", "核实住院慰问对象", "电话回访服务情况")
PARTNERS = {
    "鄞州区社会治理中心": PartnerKind.GOVERNANCE_CENTRE,
    "鄞州区人力资源和社会保障局": PartnerKind.LABOUR_BUREAU,
    "鄞州区人民法院": PartnerKind.COURT,
    "鄞州区劳动人事争议仲裁委员会": PartnerKind.ARBITRATION,
}
MEMBERS_BEFORE = {2014: 352_000, 2015: 368_000, 2016: 383_000, 2017: 399_000, 2018: 413_600}
UNIONS_BEFORE = {2014: 2_870, 2015: 2_960, 2016: 3_050, 2017: 3_130, 2018: 3_204}
NEW_FORM_BEFORE = {2017: 800, 2018: 1_900}
RANKS = (
    ("organising.city_rank_new_form", 1, "全市新就业形态劳动者入会情况通报"),
    ("mutual_aid.city_first_enrolment_years", 5, "全市职工医疗互助工作情况通报"),
    ("mutual_aid.city_first_growth_years", 5, "全市职工医疗互助工作情况通报"),
)
"""Places that only the city's notices tell: figure, value, title of the notice."""
LOOKS = 30
LONG_NAME, RARE_NAME = "阿卜杜热合曼·买买提依明·阿卜杜克里木·艾尼瓦尔江", "沈𬱖"
"""Names that registers break on: twenty-five characters with dots between them, and a character outside the first plane."""
UYGHUR = 5
DOUBLED_ON = date(2023, 11, 6)


def close(district: "District") -> None:
    """Call it last: it needs the members and the unions."""
    riders = _riders(district)
    places = {top.short: district.top_ids[at] for at, top in enumerate(district.tops)}
    places |= {"district": district.top_ids[DISTRICT], "riders": district.ids[riders.index], "federation": _federation(district)}
    with transaction.atomic():
        actors = accounts.open_accounts(places)
    with elevated("seed: partners and looks of the demo district"), transaction.atomic():
        root = queries.by_id(district.top_ids[DISTRICT])
        for name, kind in PARTNERS.items():
            orgs.add_partner(name=name, kind=kind, answering_org=root, by=SYSTEM)
    accounts.publish([*accounts.demo_accounts(), accounts.open_worker(places["riders"])])
    _look(places["riders"], (actors["minglou"], actors["fuwu"]))
    _names(places["riders"])
    _double(district, places)
    _history(district, actors["zuzhi"], actors["zuzhi2"])
    with transaction.atomic():
        law.enter_rates()
    _batches(district, actors)


def _riders(district: "District") -> Union:
    """The riders' union the demo shows: the first new-form union that has members."""
    return next(union for union in district.unions if union.new_form and union.kind in GRASSROOTS)


def _federation(district: "District") -> int:
    """An industry federation, one of the new form if there is one."""
    found = [union for union in district.unions if union.kind == Kind.INDUSTRY]
    return district.ids[next((union for union in found if union.new_form), found[0]).index]


@transaction.atomic
def _look(union: int, actors: tuple[Actor, ...]) -> None:
    """Some members' phones were looked at, each with a reason; the members can see it."""
    with elevated("seed: looks at members of the demo district"):
        spans = people_queries.active_members(queries.by_id(union), DEMO_DAY).order_by("joined_on", "id")[:LOOKS]
        for number, span in enumerate(spans):
            people.unmask(span.person, field="phone", reason=REASONS[number % len(REASONS)], by=actors[number % len(actors)])


@transaction.atomic
def _names(union: int) -> None:
    """Two riders correct their names to those their documents bear."""
    with elevated("seed: names of members of the demo district"):
        spans = people_queries.active_members(queries.by_id(union), DEMO_DAY).order_by("joined_on", "id")[7:9]
        long, rare = (span.person for span in spans.select_related("person"))
        people.change_details(long, name=LONG_NAME, ethnic=UYGHUR, by=SYSTEM)
        people.change_details(rare, name=RARE_NAME, by=SYSTEM)


def _double(district: "District", places: dict[str, int]) -> None:
    """Members entered a second time at a service desk, without their number: same name and birth, same phone, or one character off."""
    union = max((each for each in district.plan.grassroots() if each.founded_year == STOCK), key=lambda each: each.size)
    with transaction.atomic(), elevated("seed: double records of the demo district"):
        spans = people_queries.active_members(queries.by_id(district.ids[union.index]), DEMO_DAY).order_by("joined_on", "id")
        persons = [span.person for span in spans.select_related("person")[10 : 10 + district.twins]]
    rows = [
        (_again(person.name, number), person.birth, person.sex, person.phone if number % 3 else None, places["明楼街道"])
        for number, person in enumerate(persons)
    ]
    kinds = {"name": pl.String, "birth": pl.Date, "sex": pl.Int16, "phone": pl.String, "home_org_id": pl.Int64}
    frame = pl.DataFrame(rows, schema=kinds, orient="row").with_columns(
        id_number=pl.lit(None, pl.String), registered_on=pl.lit(DOUBLED_ON), source=pl.lit("服务中心登记")
    )
    register.enrol(sealed(frame), DOUBLED_ON)


def _again(name: str, number: int) -> str:
    """The name as it was written down the second time: every fourth with another last character."""
    if number % 4:
        return name
    return name[:-1] + ("玮" if name.endswith("伟") else "伟")


@transaction.atomic
def _history(district: "District", enters: Actor, signs: Actor) -> None:
    """The years before the register, from the yearbooks, and the city's ranking; each entered by one officer and signed by another."""
    with elevated("seed: entered history of the demo district"):
        root = queries.by_id(district.top_ids[DISTRICT])
        for figure, values in (
            ("organising.members", MEMBERS_BEFORE), ("organising.unions", UNIONS_BEFORE), ("organising.new_form_members", NEW_FORM_BEFORE),
        ):  # fmt: skip
            for year, value in values.items():
                entered = figures.enter(
                    figure=figure, org=root, value=district.totals.at_scale(value), period_to=date(year, 12, 18 if year == 2018 else 31),
                    document_title=f"鄞州区工会统计年报（{year}年）", page="3", by=enters,
                )  # fmt: skip
                figures.sign(entered, by=signs)
            figures.set_change_over(figure=figure, counted_from=TERM_BEGAN, reason="实名制登记启用", by=enters)
        for figure, value, notice in RANKS:
            rank = figures.enter(figure=figure, org=root, value=value, period_to=date(2023, 12, 1), document_title=notice, by=enters)
            figures.sign(rank, by=signs)


def _batches(district: "District", actors: dict[str, Actor]) -> None:
    """Rosters handed in by a street: one applied, one waiting for approval, one whose rows are mostly refused."""
    union, minglou, chance = _riders(district), actors["minglou"], Chance(11)
    with transaction.atomic(), elevated("seed: rosters of the demo district"):
        spans = people_queries.active_members(queries.by_id(district.ids[union.index]), DEMO_DAY).order_by("joined_on", "id")
        members = [(span.person.name, span.person.id_number, span.person.phone) for span in spans.select_related("person")[:40]]
    checked = _handed_in("骑手工会年度核对", rosters.known(members, union.name), minglou)
    imports.submit(batch=checked, by=minglou, queue=False)
    imports.work_on(code=checked.code)
    waiting = _handed_in("冬季集中入会名册", rosters.newcomers(chance, 560, 0.03, union.name, 1_000), minglou)
    imports.submit(batch=waiting, by=minglou, queue=False)
    _handed_in("站点名册（未整理）", rosters.newcomers(chance, 60, 0.8, union.name, 2_000), minglou)


def _handed_in(name: str, data: bytes, by: Actor) -> Any:
    """The batch of a roster, checked."""
    with elevated("seed: rosters of the demo district"):
        org = queries.by_id(by.org_id or 0)
    batch = imports.receive(sheet="members", data=data, name=f"{name}.csv", org=org, by=by, queue=False).batch
    imports.work_on(code=batch.code)
    with elevated("seed: rosters of the demo district"):
        return batches(by).get(code=batch.code)
