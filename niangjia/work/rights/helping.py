"""Questions about those who help: who is on the roster, who is tied to the other side, whose turn it is (回避、轮派)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from niangjia.base.calendar import chinese_date
from niangjia.base.chinese import name_key
from niangjia.core.cases.enums import Duty, Part
from niangjia.core.cases.models import Assignment, Case, Party
from niangjia.work.rights.enums import AskedBy, HelperKind, Kind, MandateState, TieSide
from niangjia.work.rights.models import Consultation, Helper, LegalAid, Mandate, Tie

OPEN_MANDATES = (MandateState.OFFERED, MandateState.ACCEPTED)


def on_roster(day: date) -> QuerySet[Helper]:
    """Those whose term on the roster holds on a day."""
    return Helper.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)


def lawyers(day: date) -> QuerySet[Helper]:
    """Lawyers on the roster on a day."""
    return on_roster(day).filter(kind=HelperKind.LAWYER)


def helper_of(user_id: int | None) -> Helper | None:
    """The roster's row of an account, as far as the reader's rows reach; the one in force before an ended one."""
    if user_id is None:
        return None
    return Helper.objects.filter(account=user_id).order_by("valid_to", "-id").last() if user_id else None


def loads(day: date) -> dict[int, int]:
    """How many open mandates each helper has; helper id → number."""
    rows = Mandate.objects.filter(state__in=OPEN_MANDATES, offered_on__lte=day).values("helper").annotate(n=Count("pk"))
    return {row["helper"]: row["n"] for row in rows}


@dataclass(frozen=True)
class Conflict:
    """Why somebody may not help in a case, masked: neither names nor numbers of other cases. A hard one is never passed over."""

    hard: bool
    text: str


@dataclass(frozen=True)
class OtherSide:
    """What all history says about a case's other side: who acted for it, who is tied to it, who was neutral between the two."""

    agents: Sequence[tuple[str, int]]
    agents_against: Sequence[tuple[str, int]]
    ties: Sequence[Tie]
    neutral: frozenset[int]
    advised: Sequence[tuple[int, str, int]] = ()
    """Who advised the other side: helper's id, firm, year."""


def other_side(case: Case) -> OtherSide:
    """Look through every case there ever was; call it elevated."""
    keys = _names_of_other_side(case)
    by_name = Q(name_key__in=keys) | Q(employer__name_key__in=keys) | Q(employer__isnull=False, employer=case.employer_id)
    alike = Party.objects.filter(by_name, part=Part.RESPONDENT)
    agents = Party.objects.filter(part=Part.AGENT).exclude(represents__part=Part.APPLICANT)
    for_it = agents.filter(Q(represents__in=alike) | Q(represents__isnull=True, case__in=alike.values("case")))
    against = agents.filter(case__persons__overlap=case.persons) if case.persons else agents.none()
    ties = Tie.objects.filter(Q(employer=case.employer_id, employer__isnull=False) | Q(employer_key__in=keys)).select_related("helper")
    matters = [case.pk, *LegalAid.objects.filter(case=case, matter__isnull=False).values_list("matter", flat=True)]
    mediators = Assignment.objects.filter(case__in=matters, duty=Duty.MEDIATOR).values_list("user", flat=True)
    return OtherSide(_named_with_year(for_it), _named_with_year(against), list(ties), frozenset(mediators), _advisers(case, keys))


def _advisers(case: Case, keys: set[str]) -> list[tuple[int, str, int]]:
    asked = Consultation.objects.filter(asked_by=AskedBy.EMPLOYER, helper__isnull=False)
    found = asked.filter(Q(employer__isnull=False, employer=case.employer_id) | Q(employer_key__in=keys))
    return [(pk, firm, on.year) for pk, firm, on in found.values_list("helper", "helper__firm_key", "on")]


def _names_of_other_side(case: Case) -> set[str]:
    keys = {name_key(party.name) for party in case.parties.filter(part=Part.RESPONDENT) if party.name}
    return {key for key in (*keys, case.employer.name_key if case.employer else "") if key}


def _named_with_year(rows: QuerySet[Party]) -> list[tuple[str, int]]:
    return [(name_key(name), day.year) for name, day in rows.values_list("name", "since") if name]


def conflicts(helper: Helper, side: OtherSide) -> list[Conflict]:
    """Every reason against this helper in a case whose other side is ``side``; the firm counts as the person does."""
    own, firm = name_key(helper.name), helper.firm_key
    found = [
        Conflict(True, f"{'本人' if own in agent else '所在机构'}{year}年代理过对方单位的另一件案子")
        for agent, year in side.agents
        if own in agent or (firm and firm in agent)
    ]
    found += [
        Conflict(True, f"{'本人' if own in agent else '所在机构'}{year}年和这位职工对立过")
        for agent, year in side.agents_against
        if own in agent or (firm and firm in agent)
    ]
    for tie in side.ties:
        if tie.helper_id == helper.pk or (tie.of_firm and firm and tie.helper.firm_key == firm):
            whose = "本人" if tie.helper_id == helper.pk else "同一机构的同事"
            found.append(
                Conflict(
                    tie.side != TieSide.KIN or tie.helper_id == helper.pk,
                    f"{whose}登记过：{tie.get_side_display()}（{tie.since.year}年起）",
                )
            )
    found += [
        Conflict(True, f"{'本人' if pk == helper.pk else '所在机构'}{year}年给对方单位提供过咨询")
        for pk, key, year in side.advised
        if pk == helper.pk or (firm and key == firm)
    ]
    if helper.account_id in side.neutral:
        found.append(Conflict(True, "在这件争议里做过调解员"))
    return list(dict.fromkeys(found))


@dataclass(frozen=True)
class Proposal:
    """One lawyer for one case: why, and what speaks against."""

    helper: Helper
    against: Sequence[Conflict]
    load: int
    reasons: Sequence[str]

    @property
    def barred(self) -> bool:
        """Whether a hard conflict forbids it."""
        return any(conflict.hard for conflict in self.against)

    @property
    def full(self) -> bool:
        return self.load >= self.helper.capacity

    @property
    def why(self) -> str:
        """Why this one, as it is kept with the mandate."""
        return "，".join(self.reasons)[:300]


def proposals(case: Case, day: date) -> list[Proposal]:
    """Every lawyer on the roster, the one whose turn it is first: without conflict and with room, fitting field and town, longest not asked.

    Call it elevated: conflicts are searched over all history.
    """
    aid, side, busy = LegalAid.objects.get(case=case), other_side(case), loads(day)
    found = [(proposed(helper, aid, case, side, busy.get(helper.pk, 0)), helper) for helper in lawyers(day)]
    turned_away = set(case.mandates.exclude(state__in=OPEN_MANDATES).values_list("helper", flat=True))
    return [one for one, _ in sorted(found, key=lambda pair: _rank(pair[0], aid, case, turned_away))]


def proposed(helper: Helper, aid: LegalAid, case: Case, side: OtherSide, load: int) -> Proposal:
    fits = [Kind(kind).label.split("（")[0] for kind in aid.kinds if kind in helper.fields]
    reasons = [f"擅长{'、'.join(fits)}"] if fits else []
    reasons += [f"服务{case.org.short_name}"] if case.org_id in helper.towns else []
    reasons.append(f"手上 {load} 件，最多 {helper.capacity} 件")
    reasons.append(f"上次轮到 {chinese_date(helper.last_offered_on)}" if helper.last_offered_on else "还没有轮到过")
    return Proposal(helper, conflicts(helper, side), load, reasons)


def _rank(one: Proposal, aid: LegalAid, case: Case, turned_away: Iterable[int]) -> tuple[Any, ...]:
    helper = one.helper
    fitness = bool(set(helper.fields) & set(aid.kinds)) + (case.org_id in helper.towns)
    last = helper.last_offered_on or date.min
    return (
        one.barred,
        one.full,
        bool(one.against),
        helper.pk in turned_away,
        -fitness,
        last,
        one.load / max(helper.capacity, 1),
        helper.code,
    )
