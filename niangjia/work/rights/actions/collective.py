"""Collective disputes: who is in it with how much, representatives, and the sums that must come out even (集体争议)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from niangjia.base.calendar import today
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.cases.actions.rows import lock, renew_readers, write_step
from niangjia.core.cases.enums import Part, Risk
from niangjia.core.cases.models import Case, Party
from niangjia.core.cases.rules import COLLECTIVE, check_open, refuse, require_reach
from niangjia.core.people.models import Person
from niangjia.core.trail.actions import record
from niangjia.work.rights.actions.money import receive
from niangjia.work.rights.models import Claim, Dispute, Share
from niangjia.work.rights.queries import received_by_person, settlement_of

WORK = "rights.mediate"
FEWEST, MOST = 3, 5
"""Representatives of a collective case (浙江调解仲裁条例第四十条)."""


@dataclass(frozen=True)
class Worker:
    """One worker with what is claimed; None: not known yet."""

    person: Person
    claimed: Decimal | None = None


@transaction.atomic
def add_workers(case: Case, *, parts: Sequence[Worker], by: Actor, on: date | None = None) -> int:
    """Workers join the case, or their claims are put right; each sees it as their own from then on. Returns how many are new."""
    on = on or today()
    with elevated("add_workers: the workers may belong to different unions"):
        lock(case)
        check_open(case)
        require_reach(by, case, WORK)
        if len({part.person.pk for part in parts}) != len(parts):
            refuse("同一个人写了两遍。", "persons")
        if any(part.claimed is not None and part.claimed <= 0 for part in parts):
            refuse("主张的金额要大于 0。", "persons")
        new = [part.person for part in parts if part.person.pk not in case.persons]
        Party.objects.bulk_create(Party(case=case, part=Part.APPLICANT, person=person, since=on) for person in new)
        for part in parts:
            Share.objects.update_or_create(case=case, person=part.person, defaults={"claimed": part.claimed} if part.claimed else {})
        renew_readers(case)
        _count(case)
        record("rights.add_workers", subject=case.subject, by=by, org=case.org_id, on=on, new=len(new), rows=len(parts))
    return len(new)


@transaction.atomic
def elect_representatives(case: Case, *, persons: Sequence[Person], by: Actor, on: date | None = None) -> list[Party]:
    """Three to five of the workers speak for all, where ten or more have one claim (调解仲裁法第七条、浙江调解仲裁条例第四十条)."""
    on = on or today()
    with elevated("elect_representatives: the workers may belong to different unions"):
        lock(case)
        check_open(case)
        require_reach(by, case, WORK)
        if len(case.persons) < COLLECTIVE:
            refuse(f"本案 {len(case.persons)} 人，{COLLECTIVE} 人以上有共同请求的才推举代表。", "persons")
        if not FEWEST <= len({person.pk for person in persons}) <= MOST:
            refuse(f"推举 {FEWEST} 至 {MOST} 名代表，写了 {len(persons)} 名。", "persons")
        if strangers := [person.name for person in persons if person.pk not in case.persons]:
            refuse(f"代表要从本案职工里推举，{'、'.join(strangers)}不在本案里。", "persons")
        Party.objects.filter(case=case, part=Part.REPRESENTATIVE, until__isnull=True).update(until=on)
        rows = Party.objects.bulk_create(Party(case=case, part=Part.REPRESENTATIVE, person=person, since=on) for person in persons)
        facts = {"number": len(rows)}
        write_step(case, step="represent", title="推举代表", source=case.state, by=by, on=on, facts=facts)
        record("rights.elect_representatives", subject=case.subject, by=by, org=case.org_id, on=on, parties=[row.pk for row in rows])
    return rows


@transaction.atomic
def agree_shares(
    case: Case, *, agreed: Mapping[int, Decimal], by: Actor, stays_out: frozenset[int] = frozenset(), on: date | None = None
) -> int:
    """What each worker (by id) gets by the paper in force: together exactly its sum. Those in ``stays_out`` did not sign and claim on."""
    on = on or today()
    with elevated("agree_shares: the workers may belong to different unions"):
        lock(case)
        check_open(case)
        require_reach(by, case, WORK)
        paper = settlement_of(case)
        if paper is None:
            refuse("还没有生效的协议、裁决或判决，先登记文书。")
        rows = list(Share.objects.filter(case=case).select_related("person"))
        if missing := [row.person.name for row in rows if row.person_id not in agreed and row.person_id not in stays_out]:
            refuse(f"还有 {len(missing)} 人没有写金额，也没有写明不签：{'、'.join(missing[:10])}。")
        total = sum((amount for person, amount in agreed.items() if person not in stays_out), Decimal(0))
        if total != paper.amount:
            over = "多" if total > paper.amount else "少"
            refuse(f"每人合计 {total:,} 元，文书 {paper.amount:,} 元，{over} {abs(total - paper.amount):,} 元，对上了才能存。")
        for row in rows:
            row.stays_out = row.person_id in stays_out
            row.agreed = None if row.stays_out else agreed[row.person_id]
            row.full_clean(exclude=["case", "person"])
        Share.objects.bulk_update(rows, ["agreed", "stays_out"])
        record("rights.agree_shares", subject=case.subject, by=by, org=case.org_id, on=on, rows=len(rows), out=len(stays_out), total=total)
    return len(rows) - len(stays_out)


@transaction.atomic
def receive_shares(case: Case, *, received: Mapping[int, Decimal], proof_note: str, by: Actor, on: date | None = None) -> Decimal:
    """Money that reached several workers (by id) with one proof: a receipt each, nobody more than was agreed. Returns the sum."""
    on = on or today()
    with elevated("receive_shares: the workers may belong to different unions"):
        lock(case)
        require_reach(by, case, WORK)
        shares = {row.person_id: row for row in Share.objects.filter(case=case).select_related("person")}
        before = received_by_person(case)
        for person, amount in received.items():
            row = shares.get(person)
            if row is None or row.agreed is None:
                refuse("先写好每人说定的金额，再登记到账。")
            left = row.agreed - before.get(person, Decimal(0))
            if amount > left:
                refuse(f"{row.person.name}还差 {left:,} 元，不能登记 {amount:,} 元。")
        for person, amount in received.items():
            receive(case, amount=amount, on=on, proof_note=proof_note, by=by, person=shares[person].person)
    return sum(received.values(), Decimal(0))


@transaction.atomic
def join_disputes(into: Case, others: Sequence[Case], *, by: Actor, on: date) -> None:
    """What the joined disputes claimed is claimed in the one that goes on. Part of joining, which holds the cases."""
    with elevated("join_disputes: the cases may answer to different organisations"):
        for case in others:
            Claim.objects.filter(case=case, person__isnull=True).update(case=into, person=case.person)
            Claim.objects.filter(case=case).update(case=into)
            known = set(Share.objects.filter(case=into).values_list("person", flat=True))
            Share.objects.filter(case=case).exclude(person__in=known).update(case=into)
        found = Dispute.objects.filter(case__in=[into, *others]).values_list("kinds", flat=True)
        Dispute.objects.filter(case=into).update(kinds=sorted({kind for kinds in found for kind in kinds}))
        _count(into)


@transaction.atomic
def part_dispute(case: Case, made: Sequence[Case], *, by: Actor, on: date) -> None:
    """Each new case gets the facts of the dispute, and the claims of its person. Part of splitting, which holds the case."""
    with elevated("part_dispute: the persons may belong to different unions"):
        facts = Dispute.objects.get(case=case)
        for new in made:
            Dispute.objects.create(
                case=new, kinds=facts.kinds, path=facts.path, path_reasons=facts.path_reasons, facts_sealed=facts.facts_sealed,
                workplace=facts.workplace, known_on=facts.known_on, left_on=facts.left_on, limitation_on=facts.limitation_on,
                is_new_form=facts.is_new_form, is_migrant=facts.is_migrant,
            )  # fmt: skip
            Claim.objects.filter(case=case, person=new.person).update(case=new)
            share = Share.objects.filter(case=case, person=new.person).first()
            if share:
                if share.claimed and not new.claims.exists():
                    Claim.objects.create(
                        case=new, person=new.person, kind=facts.kinds[0], item="分案前主张", claimed=share.claimed, made_on=on
                    )
                share.delete()
        _count(case)


def _count(case: Case) -> None:
    number = len(case.persons)
    Dispute.objects.filter(case=case).update(headcount=max(number, 1))
    if number >= COLLECTIVE and case.risk != Risk.HIGH:
        case.risk = Risk.HIGH
        Case.objects.filter(pk=case.pk).update(risk=Risk.HIGH)
