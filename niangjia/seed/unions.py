"""The plan of the unions: names, kinds, parents, sizes, days of founding and end, employers, elections."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from niangjia.base.calendar import add_months
from niangjia.core.orgs.actions import LegalPerson, NewTerm
from niangjia.core.orgs.enums import GRASSROOTS, Kind, Nature, Route
from niangjia.seed.chance import Chance, shares, table
from niangjia.seed.companies import NAMED, SYSTEM_BRANCH, Companies
from niangjia.seed.district import (
    STOCK,
    TRADES,
    Top,
    Union,
    ended_total,
    federation_kinds,
    founding_counts,
    founding_day,
)
from niangjia.seed.numbers import credit_code
from niangjia.seed.quotas import kindreds
from niangjia.seed.totals import DEMO_DAY, MERGERS, TERM_BEGAN, YEARS, Totals

INSIDE_NEW_FORM_UNIONS = 0.82
"""The part of the new-form members who are in new-form unions; the others joined joint unions of streets and villages."""
NEW_FORM_FEDERATIONS = 8
NEW_FORM_FOUNDED = (22, 46, 45, 18, 9, 4)
"""New-form unions by year of founding, from 2023 back to those before the term."""
STATION, STATION_YEAR = "明楼街道", 2021
SCHOOLS = ("小学", "中学", "幼儿园", "职业高级中学", "特殊教育学校")
WARDS = ("人民医院", "社区卫生服务中心", "中医院", "妇幼保健院", "疾病预防控制中心")
TRADE_NAMES = ("餐饮", "物业", "服装", "汽修", "美容美发", "建材", "模具", "商超")
DISTRICT = -1


class UnionPlan:
    """All unions of the district, by index; ``ended`` ones come last and are not among the totals."""

    def __init__(self, chance: Chance, totals: Totals, tops: Sequence[Top]) -> None:
        self.chance, self.totals, self.tops = chance, totals, tops
        self.companies = Companies(chance)
        self.unions: list[Union] = []
        self.names: set[tuple[int, str]] = set()
        self.places = {town: part["place"].to_list() for (town,), part in table("places").group_by("town", maintain_order=True)}
        self.below: dict[int, list[Union]] = defaultdict(list)
        self._federations()
        self._new_form_unions()
        self._ordinary_unions()
        self._sizes()
        self._years()
        self._ended()
        for union in self.unions:
            self._details(union)

    def grassroots(self) -> list[Union]:
        """Unions that have members, those still alive."""
        return [union for union in self.unions if union.kind in GRASSROOTS and union.ended_on is None]

    def _add(self, name: str, kind: Kind, top: int, parent: int | None, **facts: object) -> Union:
        unique, number = name, 2
        while (top, unique) in self.names:
            unique, number = name.replace("工会", f"第{number}工会", 1), number + 1
        self.names.add((top, unique))
        short = unique.removesuffix("委员会")
        union = Union(len(self.unions), unique, short, kind, top, parent, **facts)  # type: ignore[arg-type]
        self.unions.append(union)
        if parent is None and kind in (Kind.VILLAGE, Kind.PARK, Kind.INDUSTRY):
            self.below[top].append(union)
        return union

    def _top(self, kinds: Sequence[Kind]) -> int:
        fitting = [at for at, top in enumerate(self.tops) if top.kind in kinds]
        return self.chance.choices(fitting, [self.tops[at].weight for at in fitting])[0]

    def _place(self, top: int) -> str:
        return self.chance.choice(self.places.get(self.tops[top].short) or [self.tops[top].short])

    def _federations(self) -> None:
        kinds = federation_kinds(self.totals)
        news = min(self.totals.at_scale(NEW_FORM_FEDERATIONS), self.totals.new_form_unions // 4, kinds.count(Kind.INDUSTRY) - 1)
        for kind in kinds:
            if kind == Kind.VILLAGE:
                top = self._top((Kind.TOWN,))
                ending = "社区" if self.tops[top].short.endswith("街道") else "村"
                self._add(f"{self._place(top)}{ending}工会联合会", kind, top, None, route=Route.AREA)
            elif kind == Kind.PARK:
                top = self._top((Kind.TOWN, Kind.ZONE))
                thing = self.chance.choice(("创业园", "工业园区", "商务楼宇", "电商园", "科创园"))
                self._add(f"{self._place(top)}{thing}工会联合会", kind, top, None, route=Route.AREA)
            elif news > 0:
                news -= 1
                self._new_form_federation(news)
            else:
                top = self._top((Kind.TOWN,))
                self._add(f"{self.tops[top].short}{self.chance.choice(TRADE_NAMES)}行业工会联合会", kind, top, None, route=Route.TRADE)

    def _new_form_federation(self, number: int) -> None:
        trade, form, _, _, _ = TRADES[number % 5]
        facts = {"route": Route.TRADE, "trade": trade, "form": form, "new_form": True}
        if number < 5:
            self._add(f"鄞州区{trade}行业工会联合会", Kind.INDUSTRY, DISTRICT, None, **facts)
        else:
            top = self._named_top("明楼街道") if number == 5 else self._top((Kind.TOWN,))
            self._add(f"{self.tops[top].short}{trade}行业工会联合会", Kind.INDUSTRY, top, None, **facts)

    def _named_top(self, short: str) -> int:
        return next(at for at, top in enumerate(self.tops) if top.short == short)

    def _new_form_unions(self) -> None:
        n = self.totals.new_form_unions - sum(union.new_form for union in self.unions)
        for number in range(n):
            trade, form, _, word, _ = TRADES[0] if number == 0 else self.chance.choices(TRADES, [each[4] for each in TRADES])[0]
            top = self._named_top("明楼街道") if number % 9 == 0 else self._top((Kind.TOWN, Kind.TOWN, Kind.ZONE))
            federation = next((each for each in self.below[top] if each.trade == trade), None)
            kind = Kind.JOINT if number == 0 or self.chance.random() < 0.7 else Kind.SINGLE
            if kind == Kind.JOINT:
                name, route = f"{self.tops[top].short}{trade}{'骑手' if form == 'N04' else '从业人员'}联合工会委员会", Route.TRADE
            else:
                name = f"{self.companies.brand('物流')}{self._place(top)}{word}工会委员会"
                route = self.chance.choice((Route.LEAD, Route.SINGLE))
            parent = federation.index if federation else None
            self._add(name, kind, top, parent, route=route, trade=trade, form=form, new_form=True)

    def _ordinary_unions(self) -> None:
        n = self.totals.unions - len(self.unions)
        named = [place for place in NAMED if n > len(NAMED)]
        for place in named:
            top = self._named_top(place)
            self._add(f"{NAMED[place][0]}工会委员会", Kind.SINGLE, top, None, trade=place)
        for _ in range(n - len(named)):
            draw = self.chance.random()
            if draw < 0.08:
                self._institution()
            elif draw < 0.21:
                self._simple(Kind.ORGANISER)
            elif draw < 0.62:
                self._simple(Kind.SINGLE)
            else:
                self._joint()

    def _institution(self) -> None:
        top = self._top((Kind.SYSTEM,))
        short = self.tops[top].short
        place = self.chance.choice([name for names in self.places.values() for name in names])
        if short == "区教育系统":
            name = f"鄞州区{place}{self.chance.choice(SCHOOLS)}"
        elif short == "区卫健系统":
            name = f"鄞州区{place}{self.chance.choice(WARDS)}"
        else:
            trade = short.removeprefix("区").removesuffix("系统")
            name = f"鄞州区{place}{trade}{self.chance.choice(('服务中心', '管理所', '集团有限公司', '发展有限公司'))}"
        self._add(f"{name}工会委员会", Kind.SINGLE, top, None, trade=name)

    def _parent(self, top: int, likely: float) -> int | None:
        choices = [union for union in self.below[top] if not union.new_form]
        return self.chance.choice(choices).index if choices and self.chance.random() < likely else None

    def _simple(self, kind: Kind) -> None:
        top = self._top((Kind.TOWN, Kind.ZONE))
        employer = self.companies.employer()
        ending = "工会组织员" if kind == Kind.ORGANISER else "工会委员会"
        union = self._add(f"{employer.name}{ending}", kind, top, self._parent(top, 0.85 if kind == Kind.ORGANISER else 0.4))
        union.employers.append(employer)
        union.new_economy, union.new_field = self.chance.random() < 0.05, self.chance.random() < 0.02

    def _joint(self) -> None:
        top = self._top((Kind.TOWN, Kind.ZONE))
        thing = self.chance.choice(("商圈", "商业街", "专业市场", "小微企业", "创业园", "社区企业", "楼宇企业", "沿街商铺"))
        if self.chance.random() < 0.2:
            name, route = f"{self.companies.brand('制造')}等企业{self._place(top)}联合工会委员会", Route.LEAD
        else:
            name, route = f"{self._place(top)}{thing}联合工会委员会", Route.AREA
        self._add(name, Kind.JOINT, top, self._parent(top, 0.7), route=route)

    def _sizes(self) -> None:
        grassroots = self.grassroots()
        news = [union for union in grassroots if union.new_form]
        others = [union for union in grassroots if not union.new_form]
        inside = round(self.totals.new_form_members * INSIDE_NEW_FORM_UNIONS)
        self._spread(news, inside, "riders", sigma=0.8, least=12)
        scattered = [union for union in others if union.kind == Kind.JOINT] or others
        self._spread(scattered, self.totals.new_form_members - inside, "riders", sigma=1.0, least=0)
        self._spread(news, round(inside * 0.03), "ordinary", sigma=0.3, least=0)
        organisers = [union for union in others if union.kind == Kind.ORGANISER]
        for union in organisers:
            union.ordinary = self.chance.randint(3, 24)
        rest = self.totals.members - self.totals.new_form_members - sum(union.ordinary for union in grassroots)
        bigger = [union for union in others if union.kind != Kind.ORGANISER]
        self._spread(bigger, rest, "ordinary", sigma=1.35, least=25)

    def _spread(self, unions: list[Union], total: int, kind: str, *, sigma: float, least: int) -> None:
        least = min(least, total // max(len(unions), 1) // 2)
        weights = [self._weight(union, sigma) for union in unions]
        for union, part in zip(unions, shares(total - least * len(unions), weights), strict=True):
            setattr(union, kind, least + part)

    def _weight(self, union: Union, sigma: float) -> float:
        """Heavy-tailed; the concentrations of riders and the big employer of the account stand out."""
        boost = 3 if union.trade in NAMED and NAMED[union.trade][3] == 1 else 1
        if union.new_form and self.tops[union.top].short == "明楼街道":
            boost = 3
        return boost * min(self.chance.lognormvariate(0, sigma), 110)

    def _years(self) -> None:
        """Founding years from the latest to the first: as many unions a year as planned, and no more members than joined that year."""
        ordinary, riders = (kindred.joined() for kindred in kindreds(self.totals))
        counts = founding_counts(self.totals)
        fresh = [union for union in self.unions if union.new_form]
        others = [union for union in self.unions if union.kind in GRASSROOTS and not union.new_form]
        late = sorted(others, key=lambda union: union.size * self.chance.lognormvariate(0, 1))
        fresh.sort(key=lambda union: (union.kind not in GRASSROOTS, self.chance.random()))
        young = shares(len(fresh), NEW_FORM_FOUNDED)
        for year, wanted in zip(reversed(YEARS), young, strict=False):
            room = {"riders": 0.8 * riders[year], "ordinary": 0.6 * ordinary[year]}
            taken = self._founded(fresh, year, wanted, room)
            self._founded(late, year, counts[year] - taken, room)

    def _founded(self, among: list[Union], year: int, count: int, room: dict[str, float]) -> int:
        """Let the first ``count`` unions whose members still fit be founded in that year; returns how many there were."""
        taken = [union for union in among if union.trade not in NAMED or (year == STATION_YEAR and union.trade == STATION)]
        fitting: list[Union] = []
        for union in taken:
            if len(fitting) < count and union.riders <= room["riders"] and union.ordinary <= room["ordinary"]:
                room["riders"] -= union.riders
                room["ordinary"] -= union.ordinary
                union.founded_year = year
                fitting.append(union)
        among[:] = [union for union in among if union not in fitting]
        return len(fitting)

    def _ended(self) -> None:
        """Unions of the stock that were merged or dissolved within the term."""
        homes = [union for union in self.grassroots() if not union.new_form and union.founded_year == STOCK and union.ordinary >= 30]
        homes = [union for union in homes if self.tops[union.top].kind != Kind.SYSTEM]
        merged = min(self.totals.at_scale(MERGERS), len(homes))
        for number in range(ended_total(self.totals)):
            home = homes[number % len(homes)]
            employer = self.companies.employer()
            union = self._add(f"{employer.name}工会委员会", Kind.SINGLE, home.top, home.parent)
            union.employers.append(employer)
            year = self.chance.choices(YEARS, (12, 15, 20, 25, 28))[0]
            union.ended_on = self.chance.workday(date(year, 1, 15), min(date(year, 12, 20), date(2023, 12, 1)))
            if number < merged:
                union.merged_into = home.index

    def _details(self, union: Union) -> None:
        above = self.unions[union.parent] if union.parent is not None else None
        late_parent = above is not None and above.founded_year > union.founded_year
        if late_parent:
            above, union.parent = None, None
        not_before = above.founded_on if above else date(1990, 1, 1) if union.top == DISTRICT else self.tops[union.top].founded_on
        if union.new_form and union.founded_year == STOCK:
            union.founded_on = self.chance.workday(date(2017, 3, 1), date(2018, 11, 30))
        elif union.kind not in GRASSROOTS and union.founded_year == STOCK:
            union.founded_on = self.chance.workday(date(2000, 3, 1), date(2009, 12, 20))
        else:
            union.founded_on = founding_day(self.chance, union.founded_year, not_before)
        if above and above.founded_on > union.founded_on:
            union.parent = None
        if union.kind in GRASSROOTS:
            self._employers(union)

    def _employers(self, union: Union) -> None:
        staff = max(round(union.size * self.chance.uniform(1.02, 1.4)), 5)
        if union.employers:
            return
        if union.trade in NAMED:
            union.employers.append(self.companies.named(union.trade, staff))
        elif self.tops[union.top].kind == Kind.SYSTEM:
            industry = {"区教育系统": "P", "区卫健系统": "Q", "区机关系统": "S"}.get(self.tops[union.top].short, "L")
            nature = Nature.ORGAN if industry == "S" else Nature.INSTITUTION if industry in "PQ" else Nature.STATE
            union.employers.append(self.companies.institution(union.trade, industry, nature, staff))
        else:
            number = min(1 + union.size // 12, self.chance.randint(2, 14)) if union.kind == Kind.JOINT else 1
            branch = "物流" if union.form else SYSTEM_BRANCH.get(self.tops[union.top].short)
            platform = union.form in ("N02", "N03", "N04", "N10")
            union.employers += [self.companies.employer(branch, platform=platform, staff=staff // number + 1) for _ in range(number)]


def terms(chance: Chance, union: Union) -> list[NewTerm]:
    """Elections since the founding: mostly in time; a few overdue on the demo's day, one for long."""
    years = chance.choice((3, 5, 5))
    elected, number, found = union.founded_on, 1, []
    until = union.ended_on or DEMO_DAY
    overdue = chance.random() < 0.045
    while True:
        found.append(NewTerm(years, elected, number, f"鄞总工组〔{elected.year}〕{chance.randint(1, 180)}号"))
        late = timedelta(days=chance.randint(-40, 25))
        elected = chance.workday(add_months(elected, 12 * years) + late, add_months(elected, 12 * years) + late)
        number += 1
        if elected > until or (overdue and elected > date(2023, 1, 1)):
            break
    if union.index == 1:
        found = [term for term in found if term.elected_on < date(2017, 1, 1)] or found[:1]
    return found[-3:]


def legal_person(chance: Chance, union: Union, last: NewTerm) -> LegalPerson | None:
    """About half of the bigger unions are registered; the certificate ends with the term."""
    if union.kind == Kind.ORGANISER or union.size < 25 or chance.random() < 0.45 or last.valid_to < TERM_BEGAN:
        return None
    return LegalPerson(credit_code(union.index, union=True), f"鄞工法证字第{union.index + 10001}号", last.valid_to)
