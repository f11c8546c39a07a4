"""Finding the union a row names, among those the officer may see: by code, credit code, full, short or former name."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from django.db.models import Q

from niangjia.base.chinese import clean_name, name_key, pinyin_keys
from niangjia.core.orgs.models import Coverage, Employer, Organisation, OrgName

ENDINGS = re.compile(r"(?:工会(?:委员会|联合会)?|联合工会(?:委员会)?|工会联合委员会)$")
PLACES = re.compile(r"^(?:浙江省?)?(?:宁波市?)?(?:鄞州区?)?")
COMPANY = re.compile(r"(?:股份)?有限(?:责任)?公司")
NEAR = 0.6
OFFERED = 3
MOST_CANDIDATES = 400


@dataclass(frozen=True)
class Match:
    """What became of a text: the union's id, or why there is none and which unions it may mean."""

    org: int | None
    kind: str = ""
    message: str = ""
    near: tuple[int, ...] = ()


@dataclass
class UnionFinder:
    """Unions below one organisation, ready to be found by text; ``answers`` are texts an officer settled by hand."""

    names: dict[int, str]
    grassroots: frozenset[int]
    kinds: dict[int, int]
    answers: dict[str, int] = field(default_factory=dict)
    _exact: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    _loose: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    _by_character: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    _seen: dict[str, Match] = field(default_factory=dict)

    def add(self, org: int, *texts: str) -> None:
        """Let a union be found by these texts."""
        for text in filter(None, texts):
            key = name_key(text)
            self._exact[key].add(org)
            self._loose[core_of(text)].add(org)
        for character in set(core_of(self.names[org])):
            self._by_character[character].add(org)

    def find(self, text: str) -> Match:
        """The union meant by ``text``; each different text is looked up once."""
        if text not in self._seen:
            self._seen[text] = self._find(text)
        return self._seen[text]

    def _find(self, text: str) -> Match:
        cleaned = clean_name(text)
        if answer := self.answers.get(cleaned):
            return Match(answer)
        hits = self._exact.get(name_key(cleaned)) or self._loose.get(core_of(cleaned)) or set()
        grassroots = hits & self.grassroots
        if len(grassroots) == 1:
            return Match(next(iter(grassroots)))
        if grassroots:
            return Match(
                None,
                "ambiguous_union",
                f"有 {len(grassroots)} 家工会都叫这个名字，请写工会编码或统一社会信用代码",
                tuple(grassroots)[:OFFERED],
            )
        if hits:
            return Match(None, "not_grassroots", f"“{self.names[next(iter(hits))]}”不是基层工会，会员要记到具体的基层工会")
        near = self._near(cleaned)
        if not near:
            return Match(None, "unknown_union", "在您管的范围里找不到这家工会，请核对名称，或写工会编码")
        offers = "”还是“".join(self.names[org] for org in near)
        return Match(None, "unknown_union", f"找不到这家工会。是“{offers}”吗？", near)

    def find_above(self, text: str) -> Match:
        """The federation meant by ``text``, under which a union is to stand."""
        cleaned = clean_name(text)
        hits = self._exact.get(name_key(cleaned)) or self._loose.get(core_of(cleaned)) or set()
        above = hits - self.grassroots
        if len(above) == 1:
            return Match(next(iter(above)))
        if above:
            return Match(None, "ambiguous_parent", f"有 {len(above)} 个上级都叫这个名字，请写工会编码", tuple(above)[:OFFERED])
        if hits:
            return Match(None, "not_above", "这是基层工会，下面不能再建工会；请填镇（街道）、园区、行业等上级工会")
        return Match(None, "unknown_parent", "在您管的范围里找不到这个上级工会，请核对全称或填工会编码；不在您管的范围的，请上级工会导入")

    def _near(self, text: str) -> tuple[int, ...]:
        wanted, sound = core_of(text), pinyin_keys(core_of(text))[0]
        scored = []
        for org in self._candidates(wanted):
            core = core_of(self.names[org])
            score = max(SequenceMatcher(None, wanted, core).ratio(), SequenceMatcher(None, sound, pinyin_keys(core)[0]).ratio() - 0.1)
            if score >= NEAR:
                scored.append((-score, org))
        return tuple(org for _, org in sorted(scored)[:OFFERED])

    def _candidates(self, wanted: str) -> Iterable[int]:
        shared: dict[int, int] = defaultdict(int)
        for character in set(wanted):
            holders = self._by_character.get(character, set())
            for org in holders if len(holders) < len(self.names) / 2 or len(self.names) < MOST_CANDIDATES else ():
                shared[org] += 1
        return sorted((org for org in shared if org in self.grassroots), key=lambda org: -shared[org])[:MOST_CANDIDATES]


def core_of(text: str) -> str:
    """What tells one union's name from another's: without place, legal form and the words every union carries."""
    key = name_key(clean_name(text))
    core = COMPANY.sub("", ENDINGS.sub("", PLACES.sub("", key)))
    return core or key


def finder_below(org: Organisation, answers: dict[str, int]) -> UnionFinder:
    """The unions of ``org``'s subtree that are alive; call it with a scope that sees them."""
    below = Organisation.objects.filter(lft__range=(org.lft, org.rgt), ended_on__isnull=True)
    rows = list(below.values_list("id", "name", "short_name", "code", "credit_code", "kind"))
    names = {row[0]: row[2] or row[1] for row in rows}
    kinds = {row[0]: row[5] for row in rows}
    finder = UnionFinder(names, frozenset(org for org, kind in kinds.items() if _is_grassroots(kind)), kinds, dict(answers))
    former = defaultdict(list)
    for owner, name in OrgName.objects.filter(org__in=below, valid_to__isnull=False).values_list("org", "name"):
        former[owner].append(name)
    for owner, name, short, code, credit, _ in rows:
        finder.add(owner, name, short, code, credit or "", *former[owner])
    return finder


def employers_below(org: Organisation) -> dict[str, int]:
    """Employers that unions of ``org``'s subtree cover or answer for, by the key of their name and by credit code; doubtful names are left out."""
    within = (org.lft, org.rgt)
    covered = Coverage.objects.filter(union__lft__range=within, valid_to__isnull=True).values("employer")
    rows = Employer.objects.filter(Q(pk__in=covered) | Q(answering_org__lft__range=within)).values_list("id", "name", "credit_code")
    found: dict[str, set[int]] = defaultdict(set)
    for employer, name, credit in rows:
        for text in filter(None, (name, credit)):
            found[name_key(text)].add(employer)
    return {key: min(ids) for key, ids in found.items() if len(ids) == 1}


def _is_grassroots(kind: int) -> bool:
    return Organisation(kind=kind).is_grassroots
