"""One member's policies and settlements in the order of their coming: what state each is in, what it grants, and why (逐笔说明).

This is the meaning of the bulk settlement, written for one person; a test holds both equal to the fen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from niangjia.work.mutual_aid.plan.record import EMPLOYEE, INPATIENT, INSURANCES, OUTPATIENT, Record, record_of
from niangjia.work.mutual_aid.plan.rule import BURDEN, Rule, told

APPROVED, REVIEW, NOT_COVERED, OUT_OF_SCOPE, UNMATCHED, PARKED, CANCELLED, CLAWBACK, OFFSET, PAID = (
    "auto_approved", "manual_review", "not_covered", "out_of_scope", "unmatched", "parked", "cancelled", "clawback_open", "offset_next", "paid",
)  # fmt: skip
NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Policy:
    """One person in one plan for one policy year; ``late``: bought after the window."""

    certno: str
    plan: str
    policy_year: str
    effective_from: date
    effective_to: date
    late: bool = False

    def holds(self, on: date) -> bool:
        return self.effective_from <= on <= self.effective_to


@dataclass
class Standing:
    """A record as it stands: its state, what it grants in yuan, what of that was paid, and every sentence about it."""

    record: Record
    state: str
    benefit: Decimal = NOTHING
    paid: Decimal = NOTHING
    steps: list[str] = field(default_factory=list)
    policy: Policy | None = None
    burden: Decimal = NOTHING
    has_first: bool = False
    arrival: int = 0

    @property
    def counts(self) -> bool:
        """Whether it fills bands, caps and the first stay's sum of the policy year."""
        return self.state in (APPROVED, REVIEW, PAID)


class Member:
    """What is known of one member, growing record by record."""

    def __init__(self, policies: Sequence[Policy], rules: Mapping[str, Rule]) -> None:
        self.policies = sorted(policies, key=lambda policy: policy.effective_from)
        self.rules = rules
        self.standings: dict[str, Standing] = {}
        self._taken_back: set[str] = set()
        self._arrivals = 0

    def arrive(self, record: Record) -> None:
        """A settlement, another version of one, or a reversal arrives; in any order."""
        self._arrivals += 1
        if record.is_reversal:
            self._take_back(record.orig_setl_id or record.setl_id, record)
        elif not record.is_valid:
            self._take_back(record.setl_id, record)
        else:
            self._settle(record)
        self._reckon_anew()

    def pay(self) -> None:
        """Everything approved so far is paid; of a settlement that took another's place only the difference."""
        for standing in self.standings.values():
            if standing.state == APPROVED:
                self._pay(standing)

    @property
    def total(self) -> Decimal:
        """What all records in force grant."""
        return sum((one.benefit for one in self.standings.values() if one.state in (APPROVED, PAID)), NOTHING)

    def _settle(self, record: Record) -> None:
        known = self.standings.get(record.setl_id)
        if known and known.state == PAID:
            if known.record.amounts != record.amounts:
                known.steps.append("医保又送来一次，金额不同：已付的不改，等冲正或人工核对。")
            return
        if known and (record.setl_id in self._taken_back or known.record == record):
            return
        place = known.arrival if known and known.counts else self._arrivals
        standing = self.standings[record.setl_id] = Standing(record, PARKED, arrival=place)
        if record.setl_id in self._taken_back:
            self._say(standing, CANCELLED, "这笔结算的冲正先到了，不再给付。")
        else:
            self._judge(standing)

    def _judge(self, standing: Standing) -> None:
        record = standing.record
        standing.policy, standing.benefit, standing.burden, standing.has_first = None, NOTHING, NOTHING, False
        if record.med_type not in INPATIENT | OUTPATIENT:
            self._say(standing, PARKED, f"医疗类别“{record.med_type or '（空）'}”不认识，先挂起，不猜。")
        elif record.insutype not in INSURANCES | {""}:
            self._say(standing, PARKED, f"险种“{record.insutype}”不认识，先挂起，不猜。")
        elif record.med_type not in INPATIENT or record.insutype not in ("", EMPLOYEE):
            self._say(standing, OUT_OF_SCOPE, "不是职工医保的住院，不在互助范围里。")
        elif not any(policy.certno == record.certno for policy in self.policies):
            self._say(standing, UNMATCHED, "证件号码对不上任何参保人。")
        else:
            self._reckon(standing)

    def _reckon(self, standing: Standing) -> None:
        record = standing.record
        policy, why = self._policy_of(record)
        if policy is None:
            self._say(standing, NOT_COVERED, why)
            return
        rule = self.rules[policy.plan]
        facts = self._facts(record, policy, standing)
        known = rule.reckon(facts)
        standing.policy, standing.benefit, standing.burden = policy, known["benefit"], known.get(BURDEN, NOTHING)
        standing.has_first = known.get("first_stay", NOTHING) > 0
        standing.steps = [f"{rule.title}（{policy.policy_year} 年度）。", *told(rule, facts)]
        doubts = record.breaches() + self._same_stay(standing)
        standing.state = REVIEW if doubts else APPROVED
        standing.steps += [f"{doubt}，转人工核对。" for doubt in doubts]

    def _policy_of(self, record: Record) -> tuple[Policy | None, str]:
        """The policy that pays for this stay; the one made for the person's kind first."""
        mine = [policy for policy in self.policies if policy.certno == record.certno and self._pays_stays(policy)]
        holding = [policy for policy in mine if policy.holds(record.on)]
        if not holding:
            return None, "结算那天没有生效的住院互助。"
        holding.sort(key=lambda policy: record.psn_type not in self.rules[policy.plan].person_types)
        for policy in holding:
            first_day = self.rules[policy.plan].covers_from(policy.effective_from, late=policy.late, continuous=self._continues(policy))
            if record.on >= first_day:
                return policy, ""
        return None, f"还在等待期里：{first_day.year}年{first_day.month}月{first_day.day}日起才生效。"

    def _pays_stays(self, policy: Policy) -> bool:
        rule = self.rules[policy.plan]
        return bool(rule.bands or rule.daily)

    def _continues(self, policy: Policy) -> bool:
        """Whether it follows another stay's plan without a gap; in-service into retired counts."""
        eve = policy.effective_from - timedelta(days=1)
        earlier = (one for one in self.policies if one is not policy and one.certno == policy.certno and self._pays_stays(one))
        return any(one.holds(eve) for one in earlier)

    def _facts(self, record: Record, policy: Policy, standing: Standing) -> dict[str, Decimal]:
        """The columns of the record, and what went before in the policy year by the order of coming.

        A cap and the first stay's sum also look at what came later but is paid already, so that neither is given twice.
        """
        given = [one for one in self._before(standing) if one.policy == policy]
        before = [one for one in given if one.arrival < standing.arrival]
        return dict(record.amounts) | {
            "days": Decimal(record.days),
            "used": sum((one.burden for one in before), NOTHING),
            "granted": sum((one.benefit for one in given), NOTHING),
            "days_used": Decimal(sum(one.record.days for one in before)),
            "had_first": Decimal(any(one.has_first for one in given)),
            "is_first": Decimal(not self._continues(policy)),
        }

    def _same_stay(self, standing: Standing) -> list[str]:
        visit = standing.record.mdtrt_id
        known = any(one.record.mdtrt_id == visit for one in self._before(standing))
        return ["同一次就诊已有一笔结算，等它冲正"] if visit and known else []

    def _before(self, standing: Standing) -> list[Standing]:
        """What counts and came earlier, or is paid and so no longer changes."""
        others = (one for one in self.standings.values() if one is not standing and one.counts)
        return [one for one in others if one.arrival < standing.arrival or one.state == PAID]

    def _take_back(self, setl_id: str, record: Record) -> None:
        """The settlement is revoked: before paying it is cancelled, after it what was paid is owed back."""
        self._taken_back.add(setl_id)
        if record.setl_id != setl_id:
            self.standings[record.setl_id] = Standing(record, CANCELLED, steps=[f"冲正 {setl_id} 的记录。"], arrival=self._arrivals)
        standing = self.standings.get(setl_id)
        if standing is None:
            self.standings[setl_id] = Standing(record, CANCELLED, steps=["冲正先到，原结算还没有来。"], arrival=self._arrivals)
        elif standing.state == PAID:
            self._say(standing, CLAWBACK, f"医保已冲正：已付的 {standing.paid:,.2f} 元要收回，先从重新结算的那笔里抵。")
            standing.benefit = NOTHING
        elif standing.state not in (CANCELLED, CLAWBACK, OFFSET):
            self._say(standing, CANCELLED, "医保已冲正，不再给付。")
            standing.benefit = NOTHING

    def _reckon_anew(self) -> None:
        """What is not paid is reckoned anew in the order of coming; what is owed back says whether a new settlement of its stay bears it."""
        for one in sorted(self.standings.values(), key=lambda one: one.arrival):
            if one.state in (APPROVED, REVIEW):
                self._judge(one)
        for gone in self.standings.values():
            if gone.state in (CLAWBACK, OFFSET) and gone.paid:
                bearer = next((one for one in self.standings.values() if one.state == APPROVED and self._bears(one, gone)), None)
                if bearer and gone.state == CLAWBACK:
                    self._say(gone, OFFSET, f"从重新结算的 {bearer.record.setl_id} 里抵。")
                elif not bearer:
                    gone.state = CLAWBACK

    @staticmethod
    def _bears(one: Standing, gone: Standing) -> bool:
        return bool(one.record.mdtrt_id) and one.record.mdtrt_id == gone.record.mdtrt_id

    def _pay(self, standing: Standing) -> None:
        visit = standing.record.mdtrt_id
        owed = [one for one in self.standings.values() if visit and one.record.mdtrt_id == visit and one.state in (CLAWBACK, OFFSET)]
        due = standing.benefit
        for old in owed:
            taken = min(due, old.paid)
            due, old.paid = due - taken, old.paid - taken
            old.state = CLAWBACK if old.paid else OFFSET
            if taken:
                old.steps.append(f"已从 {standing.record.setl_id} 抵回 {taken:,.2f} 元。")
        standing.state, standing.paid = PAID, standing.benefit
        standing.steps.append(f"付给本人 {due:,.2f} 元。" if owed else f"已付 {due:,.2f} 元。")

    @staticmethod
    def _say(standing: Standing, state: str, text: str) -> None:
        standing.state = state
        standing.steps.append(text)


def explained(document: Mapping[str, Any], rules: Mapping[str, Rule]) -> dict[str, Any]:
    """One member explained from a document (`niangjia plan explain`): every record's state, benefit in yuan and steps.

    Raises KeyError, ValueError or BadRecord where the document cannot be read.
    """
    config = document.get("config") or {}
    made = {code: _configured(rule, config) for code, rule in rules.items()}
    policies = [_policy(said, made) for said in document.get("policies") or ()]
    member = Member(policies, made)
    for event in document.get("events") or ():
        if event["type"] == "pay":
            member.pay()
        elif event["type"] == "settlement":
            member.arrive(record_of(event["record"]))
        else:
            raise ValueError(f"不认识的事件 unknown event: {event['type']}")
    records = {setl_id: {"state": one.state, "benefit": one.benefit, "steps": one.steps} for setl_id, one in member.standings.items()}
    return {"records": records, "total_benefit": member.total}


def _configured(rule: Rule, config: Mapping[str, Any]) -> Rule:
    from dataclasses import replace

    chosen = {name: config[name] for name in ("band_basis", "cap_basis") if config.get(name)}
    return replace(rule, **chosen)


def _policy(said: Mapping[str, Any], rules: Mapping[str, Rule]) -> Policy:
    if said["plan"] not in rules:
        raise ValueError(f"没有这个计划 no such plan: {said['plan']}")
    begins, ends = (date.fromisoformat(str(said[name])) for name in ("effective_from", "effective_to"))
    return Policy(str(said["certno"]).strip().upper(), said["plan"], str(said["policy_year"]), begins, ends, bool(said.get("late")))
