"""The SQL of a settlement run: lines of a file become settlements, taken back, matched and reckoned for all persons at once.

The working table holds every settlement of the persons concerned; `plan/member.py` says for one person what this does for all.
"""

from collections.abc import Sequence
from datetime import date

from django.db.backends.utils import CursorWrapper

from niangjia.core.people.models import Person
from niangjia.work.mutual_aid.actions.codes import codes_in_force
from niangjia.work.mutual_aid.actions.holding import after_reckoning
from niangjia.work.mutual_aid.enums import COUNTED, EnrolmentState, SettlementState
from niangjia.work.mutual_aid.models import Enrolment, Plan, Settlement
from niangjia.work.mutual_aid.plan.record import MONEY, TOLERANCE
from niangjia.work.mutual_aid.plan.rule import BURDEN, Rule, as_sql

PLACES = 10_000_000
ARRIVING = f"SELECT nextval('mutual_aid_arrival') * {PLACES}"
"""Each file, and each look again, has that many places of its own in the order of arrival."""


def next_arrival(cursor: CursorWrapper) -> int:
    """Before the first of the places that are drawn now."""
    cursor.execute(ARRIVING)
    place: int = cursor.fetchone()[0]
    return place


ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('niangjia.mutual_aid.settle'))"
STATE = SettlementState
KEPT = tuple(str(field.column) for field in Settlement._meta.local_concrete_fields)
AMOUNTS = tuple(name for name in MONEY if name in KEPT)
SAID = (
    "fixmedins_name", "mdtrt_id", "certno_index", "certno_sealed", "med_type", "insutype", "psn_type", "settled_on", "days", *AMOUNTS,
    "paid_elsewhere",
)  # fmt: skip
"""Columns that a delivery says; another delivery may change them."""
COMPARED = tuple(name for name in SAID if name not in ("certno_sealed", "fixmedins_name"))
SHOWN = tuple(name for name in COMPARED if name != "certno_index")
GONE = (STATE.CANCELLED, STATE.CLAWBACK, STATE.OFFSET, STATE.REPAID, STATE.WRITTEN_OFF)
"""Taken back by the insurance: nothing that arrives later changes that."""
FAST = (STATE.PAID, STATE.ELSEWHERE)
PENDING = (STATE.RECEIVED, STATE.APPROVED, STATE.REVIEW, STATE.HELD)
AGAIN = (STATE.PARKED, STATE.UNMATCHED, STATE.NOT_COVERED)
"""Looked at again when the same record is delivered again: codes and enrolments may be known by now."""


def listed(values: Sequence[str]) -> str:
    """Constants of ours as an SQL list."""
    return ", ".join(f"'{value}'" for value in values)


MONEY_COLUMNS = ", ".join(f"{name} numeric" for name in (*AMOUNTS, "paid_elsewhere"))
LINES = f"""CREATE TEMP TABLE {{table}} (
    number bigint, fixmedins_code text, setl_id text, orig_setl_id text, is_reversal boolean, is_valid boolean, fixmedins_name text, mdtrt_id text,
    certno_index bytea, certno_sealed bytea, med_type text, insutype text, psn_type text, settled_on date, days smallint, {MONEY_COLUMNS},
    turn integer DEFAULT 1, target text
) ON COMMIT DROP"""
COPIED = (
    "number", "fixmedins_code", "setl_id", "orig_setl_id", "is_reversal", "is_valid", "fixmedins_name", "mdtrt_id", "certno_index",
    "certno_sealed", "med_type", "insutype", "psn_type", "settled_on", "days", *AMOUNTS, "paid_elsewhere",
)  # fmt: skip
WORKING = f"""CREATE TEMP TABLE settle_stay ON COMMIT DROP AS
SELECT {", ".join(KEPT)}, state AS was_state, NULL::bigint AS plan_id, FALSE AS is_first, 0 AS turn, FALSE AS touched, FALSE AS is_new,
    due AS was_due, benefit AS was_benefit, reason AS was_reason, had_first AS was_first, enrolment_id AS was_enrolment, burden AS was_burden
FROM mutual_aid_settlement LIMIT 0;
CREATE INDEX ON settle_stay (fixmedins_code, setl_id);
CREATE INDEX ON settle_stay (certno_index);
CREATE INDEX ON settle_stay (enrolment_id)"""
"""With its indexes from the beginning: one that is made after rows were changed in the same transaction is not used in it."""
EXTRA = "NULL::bigint, FALSE, 0, FALSE, FALSE"
LOAD = f"""INSERT INTO settle_stay SELECT {", ".join(f"stay.{name}" for name in KEPT)}, stay.state, {EXTRA},
    due, benefit, reason, had_first, enrolment_id, burden
FROM mutual_aid_settlement AS stay WHERE stay.id IN ({{ids}})"""
OF_LINES = """SELECT known.id FROM mutual_aid_settlement AS known WHERE known.certno_index IN (SELECT DISTINCT certno_index FROM settle_line)
UNION SELECT known.id FROM settle_line AS line JOIN mutual_aid_settlement AS known
    ON known.fixmedins_code = line.fixmedins_code AND known.setl_id IN (line.setl_id, line.target)"""
OF_THEIR_PERSONS = """SELECT other.id FROM mutual_aid_settlement AS other JOIN settle_stay AS here ON here.certno_index = other.certno_index
WHERE NOT EXISTS (SELECT FROM settle_stay AS there WHERE there.id = other.id)"""

TURNS = """UPDATE settle_line AS line SET turn = ranked.turn FROM (
    SELECT number, row_number() OVER (PARTITION BY fixmedins_code, setl_id ORDER BY number) AS turn
    FROM settle_line WHERE is_valid AND NOT is_reversal
) AS ranked WHERE ranked.number = line.number AND ranked.turn > 1"""
TARGETS = """UPDATE settle_line SET target = CASE WHEN is_reversal AND orig_setl_id <> '' THEN orig_setl_id ELSE setl_id END
WHERE is_reversal OR NOT is_valid"""
OTHER_PERSONS = f"""WITH wrong AS (
    SELECT line.number FROM settle_line AS line JOIN settle_stay AS known USING (fixmedins_code, setl_id)
    WHERE line.is_valid AND NOT line.is_reversal AND known.certno_index IS DISTINCT FROM line.certno_index
        AND known.state NOT IN ({listed((*GONE, STATE.UNMATCHED, STATE.PARKED))})
    UNION
    SELECT line.number FROM settle_line AS line JOIN settle_line AS first USING (fixmedins_code, setl_id)
    WHERE line.is_valid AND NOT line.is_reversal AND first.is_valid AND NOT first.is_reversal AND first.turn = 1 AND line.turn > 1
        AND first.certno_index <> line.certno_index
) DELETE FROM settle_line AS line USING wrong WHERE wrong.number = line.number RETURNING line.number"""

_IS_OTHER = " OR ".join(f"stay.{name} IS DISTINCT FROM line.{name}" for name in COMPARED if name != "paid_elsewhere")
_IS_OTHER += " OR stay.paid_elsewhere < line.paid_elsewhere"
# A file without that column says nothing about it: what was deducted stays deducted.
_SAYS = {name: f"line.{name}" for name in SAID} | {"paid_elsewhere": "greatest(stay.paid_elsewhere, line.paid_elsewhere)"}
_MAY_CHANGE = f"stay.state NOT IN ({listed((*GONE, *FAST))}) AND stay.paying = ''"
_SAME_KEY = "stay.fixmedins_code = line.fixmedins_code AND stay.setl_id = line.setl_id AND line.turn = %(turn)s AND line.is_valid AND NOT line.is_reversal"


def _shown(source: str) -> str:
    return ", ".join(f"'{name}', {source}.{name}" for name in SHOWN)


VERSIONS = f"""INSERT INTO settle_version (settlement_id, version, changes)
SELECT stay.id, stay.version + 1, (
    SELECT jsonb_object_agg(key, jsonb_build_array(old.value, new.value)) FROM jsonb_each(jsonb_build_object({_shown("stay")})) AS old
    JOIN jsonb_each(jsonb_build_object({_shown("line")})) AS new USING (key) WHERE old.value IS DISTINCT FROM new.value)
FROM settle_stay AS stay JOIN settle_line AS line ON {_SAME_KEY} WHERE {_MAY_CHANGE} AND ({_IS_OTHER})"""
CHANGE = f"""UPDATE settle_stay AS stay SET {", ".join(f"{name} = {value}" for name, value in _SAYS.items())},
    version = stay.version + CASE WHEN {_IS_OTHER} THEN 1 ELSE 0 END, state = '{STATE.RECEIVED}', reason = '', by_hand = FALSE, touched = TRUE,
    arrival = CASE WHEN stay.state IN ({listed(PENDING)}) THEN stay.arrival ELSE %(base)s + line.number END
FROM settle_line AS line WHERE {_SAME_KEY} AND {_MAY_CHANGE} AND (stay.state IN ({listed(AGAIN)}) OR {_IS_OTHER})"""
SAY_OTHER = f"""UPDATE settle_stay AS stay SET touched = TRUE, reason = '医保又送来一次，金额不同：已付的不改，等冲正或人工核对。'
FROM settle_line AS line WHERE {_SAME_KEY} AND stay.state NOT IN ({listed(GONE)}) AND (stay.state IN ({listed(FAST)}) OR stay.paying <> '') AND ({_IS_OTHER})"""
NEW = {
    "id": "line.id", "code": "'JS' || to_char(%(on)s::date, 'YYMM') || '-' || line.id",
    "org_id": "%(district)s::bigint", "fixmedins_code": "line.fixmedins_code", "setl_id": "line.setl_id", "arrival": "%(base)s + line.number",
    "version": "1", "burden": "0", "had_first": "FALSE", "benefit": "0", "due": "0", "paid": "0", "posted": "0", "postings": "0", "paying": "''",
    "by_hand": "FALSE", "received_at": "%(at)s", "batch": "%(batch)s", "state": "'received'", "reason": "''",
} | {name: f"line.{name}" for name in SAID}  # fmt: skip


def numbered(source: str) -> str:
    """The rows of ``source`` with the ids they get."""
    return f"(SELECT line.*, nextval('mutual_aid_settlement_id_seq') AS id FROM {source}) AS line"


def _arriving(changed: dict[str, str], source: str) -> str:
    values = NEW | changed
    return f"""INSERT INTO settle_stay ({", ".join(values)}, plan_id, is_first, turn, touched, is_new)
    SELECT {", ".join(values.values())}, {EXTRA.replace("FALSE, FALSE", "TRUE, TRUE")} FROM {numbered(source)}"""


_UNKNOWN = "NOT EXISTS (SELECT FROM settle_stay AS stay WHERE stay.fixmedins_code = line.fixmedins_code AND stay.setl_id = {key})"
ARRIVE = _arriving(
    {},
    f"settle_line AS line WHERE line.turn = %(turn)s AND line.is_valid AND NOT line.is_reversal AND {_UNKNOWN.format(key='line.setl_id')}",
)
TAKE_BACK = f"""UPDATE settle_stay AS stay SET touched = TRUE, benefit = 0, due = 0, had_first = FALSE,
    state = CASE WHEN stay.state = '{STATE.PAID}' THEN '{STATE.CLAWBACK}' ELSE '{STATE.CANCELLED}' END,
    reason = CASE WHEN stay.state = '{STATE.PAID}' THEN '医保已冲正：已付的要收回，先从重新结算的那笔里抵。' ELSE '医保已冲正，不再给付。' END
FROM settle_line AS line WHERE line.fixmedins_code = stay.fixmedins_code AND line.target = stay.setl_id AND stay.state NOT IN ({listed(GONE)})"""
TAKEN_BEFORE = _arriving(
    {"setl_id": "line.target", "state": f"'{STATE.CANCELLED}'", "reason": "'冲正先到，原结算还没有来。'"},
    f"(SELECT DISTINCT ON (fixmedins_code, target) * FROM settle_line WHERE target IS NOT NULL ORDER BY fixmedins_code, target, number) AS line "
    f"WHERE {_UNKNOWN.format(key='line.target')}",
)
REVERSALS = _arriving(
    {"state": f"'{STATE.CANCELLED}'", "reason": "left('冲正 ' || line.target || ' 的记录。', 200)"},
    f"(SELECT DISTINCT ON (fixmedins_code, setl_id) * FROM settle_line WHERE target <> setl_id ORDER BY fixmedins_code, setl_id, number) AS line "
    f"WHERE {_UNKNOWN.format(key='line.setl_id')}",
)

RULES = "CREATE TEMP TABLE settle_rule (plan_id bigint, kinds text[], waits smallint, late_first smallint, late_continuous smallint, asks boolean) ON COMMIT DROP"
"""``asks``: whether the rule asks if a policy continues an earlier one; then it is looked for."""
_OPEN = f"state IN ({listed(PENDING)}) AND NOT by_hand AND paying = ''"
KNOWN_BY_CODE = "med_type = ANY(%(treatments)s) AND insutype = ANY(%(insurances)s)"
RECEIVED_BY_CODE = "med_type = ANY(%(stays)s) AND insutype = ANY(%(employees)s)"
STATE_BY_CODE = f"""CASE WHEN NOT ({KNOWN_BY_CODE}) THEN '{STATE.PARKED}'
        WHEN {RECEIVED_BY_CODE} THEN '{STATE.RECEIVED}' ELSE '{STATE.OUT_OF_SCOPE}' END"""
REASON_BY_CODE = f"""CASE WHEN med_type <> ALL(%(treatments)s) THEN '医疗类别“' || coalesce(nullif(med_type, ''), '（空）') || '”不认识，先挂起，不猜。'
        WHEN insutype <> ALL(%(insurances)s) THEN '险种“' || insutype || '”不认识，先挂起，不猜。'
        WHEN {RECEIVED_BY_CODE} THEN '' ELSE '不是职工医保的住院，不在互助范围里。' END"""
BY_CODE = f"""UPDATE settle_stay SET enrolment_id = NULL, person_id = NULL, org_id = %(district)s, benefit = 0, due = 0, burden = 0, had_first = FALSE,
    plan_id = NULL, turn = 0, state = {STATE_BY_CODE}, reason = {REASON_BY_CODE}
WHERE {_OPEN}"""
DEDUCTED = f"UPDATE settle_stay SET paid_on = settled_on WHERE state = '{STATE.ELSEWHERE}' AND paid_on IS NULL"
"""What the hospital deducted was paid on the day of discharge."""
_PERSON, _ENROLMENT = Person._meta.db_table, Enrolment._meta.db_table


def found(source: str) -> str:
    """A SELECT of the enrolment that covers each of the stays of ``source``, if there is one; ``day`` is from when it pays."""
    return f"""SELECT DISTINCT ON (stay.id) stay.id, person.id AS person_id, enrolment.id AS enrolment_id, enrolment.org_id, enrolment.plan_id,
        NOT continues.so AS is_first, covers.day, enrolment.consent_on IS NOT NULL AS consents
    FROM {source} AS stay JOIN {_PERSON} AS person ON person.id_index = stay.certno_index AND person.merged_into_id IS NULL
    JOIN {_ENROLMENT} AS enrolment ON enrolment.person_id = person.id AND enrolment.state = '{EnrolmentState.EFFECTIVE}'
        AND stay.settled_on BETWEEN enrolment.effective_from AND enrolment.effective_to
    JOIN settle_rule AS rule ON rule.plan_id = enrolment.plan_id
    CROSS JOIN LATERAL (SELECT enrolment.continuous OR (rule.asks OR enrolment.late) AND EXISTS (
        SELECT FROM {_ENROLMENT} AS earlier JOIN settle_rule USING (plan_id) WHERE earlier.person_id = person.id AND earlier.id <> enrolment.id
            AND earlier.state = '{EnrolmentState.EFFECTIVE}' AND enrolment.effective_from - 1 BETWEEN earlier.effective_from AND earlier.effective_to
    ) AS so) AS continues
    CROSS JOIN LATERAL (SELECT enrolment.effective_from + greatest(rule.waits,
        CASE WHEN NOT enrolment.late THEN 0 WHEN continues.so THEN rule.late_continuous ELSE rule.late_first END)::integer AS day) AS covers
    ORDER BY stay.id, covers.day > stay.settled_on, stay.psn_type = ANY(rule.kinds) DESC, enrolment.effective_from, enrolment.id"""


WAITS = "found.day > stay.settled_on"
WAITS_UNTIL = """'还在等待期里：' || to_char(found.day, 'YYYY"年"FMMM"月"FMDD"日"') || '起才生效。'"""
MATCH = f"""WITH found AS ({found(f"(SELECT * FROM settle_stay WHERE state = '{STATE.RECEIVED}' AND turn = 0)")})
UPDATE settle_stay AS stay SET org_id = found.org_id, person_id = found.person_id, plan_id = found.plan_id, is_first = found.is_first,
    certno_sealed = NULL, turn = CASE WHEN {WAITS} THEN 0 ELSE 1 END,
    enrolment_id = CASE WHEN NOT {WAITS} THEN found.enrolment_id END,
    state = CASE WHEN {WAITS} THEN '{STATE.NOT_COVERED}' ELSE stay.state END,
    reason = CASE WHEN {WAITS} THEN {WAITS_UNTIL} ELSE '' END
FROM found WHERE found.id = stay.id"""


def insured(stay: str, where: str = "TRUE") -> str:
    """A SELECT of the person of a stay, where mutual aid knows them though no enrolment covers that day."""
    return f"""SELECT person.id AS person_id FROM {_PERSON} AS person JOIN {_ENROLMENT} AS enrolment ON enrolment.person_id = person.id
    WHERE {where} AND person.id_index = {stay}.certno_index AND person.merged_into_id IS NULL
        AND enrolment.state = '{EnrolmentState.EFFECTIVE}' LIMIT 1"""


UNMATCHED_STATE = f"CASE WHEN known.person_id IS NULL THEN '{STATE.UNMATCHED}' ELSE '{STATE.NOT_COVERED}' END"
UNMATCHED_REASON = "CASE WHEN known.person_id IS NULL THEN '证件号码对不上任何参保人。' ELSE '结算那天没有生效的住院互助。' END"
UNMATCHED = f"""UPDATE settle_stay AS stay SET person_id = known.person_id,
    certno_sealed = CASE WHEN known.person_id IS NULL THEN stay.certno_sealed END,
    state = {UNMATCHED_STATE}, reason = {UNMATCHED_REASON}
FROM settle_stay AS self LEFT JOIN LATERAL ({insured("self")}) AS known ON TRUE
WHERE self.id = stay.id AND stay.state = '{STATE.RECEIVED}' AND stay.enrolment_id IS NULL"""
RANKS = f"""UPDATE settle_stay AS stay SET turn = ranked.turn FROM (
    SELECT id, row_number() OVER (PARTITION BY certno_index ORDER BY arrival) AS turn FROM settle_stay
    WHERE state = '{STATE.RECEIVED}' AND NOT by_hand AND paying = ''
) AS ranked WHERE ranked.id = stay.id AND ranked.turn > 1"""

_COUNTS = f"other.id <> stay.id AND other.state IN ({listed(COUNTED)}) AND (other.turn = 0 OR other.arrival < stay.arrival)"

# Of one stay by both ways the one that was deducted at discharge holds, unless the other was paid before.
_WAITS_FOR_DEDUCTED = (
    f"(stay.paid_elsewhere = 0 AND other.paid_elsewhere > 0 AND other.state NOT IN ({listed(GONE)}) AND other.id <> stay.id)"
)
_YIELDS = f"(stay.paid_elsewhere > 0 AND other.paid_elsewhere = 0 AND other.state <> '{STATE.PAID}' AND other.paying = '')"
_GOES_BEFORE = f"({_WAITS_FOR_DEDUCTED} OR {_COUNTS} AND NOT {_YIELDS})"


def _breaks(whole: str, parts: Sequence[str], optional: Sequence[str] = ()) -> str:
    total = " + ".join([*parts, *(f"coalesce({name}, 0)" for name in optional)])
    return f"coalesce(abs({whole} - ({total})) > {TOLERANCE}, FALSE)"


BREACHES = f"""concat_ws('；',
    CASE WHEN {_breaks("stay.medfee_sumamt", ["stay.fund_pay_sumamt", "stay.psn_part_amt"], ["stay.hosp_part_amt"])} THEN '总费用不等于基金支付、个人负担、医院负担之和' END,
    CASE WHEN {_breaks("stay.psn_part_amt", ["stay.acct_pay", "stay.psn_cash_pay"], ["stay.acct_mulaid_pay"])} THEN '个人负担不等于账户支付、现金支付之和' END,
    CASE WHEN {_breaks("stay.medfee_sumamt", ["stay.fulamt_ownpay_amt", "stay.overlmt_selfpay", "stay.preselfpay_amt", "stay.inscp_scp_amt"])}
        THEN '总费用不等于自费、超限价、先行自付、政策范围内之和' END)"""
_SOURCE = f"""SELECT stay.id, {", ".join(f"stay.{name}" for name in AMOUNTS)}, stay.paid_elsewhere, stay.days, stay.is_first::integer AS is_first, given.*,
    {BREACHES} AS breaches, stay.mdtrt_id <> '' AND EXISTS (SELECT FROM settle_stay AS other
        WHERE other.certno_index = stay.certno_index AND other.mdtrt_id = stay.mdtrt_id AND {_GOES_BEFORE}) AS same_stay
FROM settle_stay AS stay CROSS JOIN LATERAL (
    SELECT sum(burden) FILTER (WHERE other.arrival < stay.arrival) AS used, sum(days) FILTER (WHERE other.arrival < stay.arrival) AS days_used,
        sum(benefit) AS granted, bool_or(had_first)::integer AS had_first
    FROM settle_stay AS other WHERE other.enrolment_id = stay.enrolment_id AND {_COUNTS}
        AND NOT (other.mdtrt_id <> '' AND other.mdtrt_id = stay.mdtrt_id AND {_YIELDS})
) AS given WHERE stay.turn = %(turn)s AND stay.plan_id = %(plan)s AND stay.state = '{STATE.RECEIVED}'
    AND stay.settled_on BETWEEN %(since)s AND %(until)s"""


OFFSETS = f"""UPDATE settle_stay AS stay SET touched = TRUE, state = CASE WHEN bearer.id IS NULL THEN '{STATE.CLAWBACK}' ELSE '{STATE.OFFSET}' END
FROM settle_stay AS self LEFT JOIN LATERAL (
    SELECT other.id FROM settle_stay AS other WHERE other.certno_index = self.certno_index AND other.mdtrt_id = self.mdtrt_id
        AND self.mdtrt_id <> '' AND other.state = '{STATE.APPROVED}' LIMIT 1
) AS bearer ON TRUE
WHERE self.id = stay.id AND stay.paid > 0 AND stay.state IN ('{STATE.CLAWBACK}', '{STATE.OFFSET}')
    AND (stay.state = '{STATE.OFFSET}') <> (bearer.id IS NOT NULL)"""
OWING = f"SELECT EXISTS (SELECT FROM settle_stay WHERE paid > 0 AND state IN ('{STATE.CLAWBACK}', '{STATE.OFFSET}'))"
DUE = f"""UPDATE settle_stay AS stay SET due = greatest(0, stay.benefit - coalesce((
    SELECT sum(gone.paid) FROM settle_stay AS gone WHERE gone.certno_index = stay.certno_index AND gone.mdtrt_id = stay.mdtrt_id
        AND stay.mdtrt_id <> '' AND gone.state IN ('{STATE.CLAWBACK}', '{STATE.OFFSET}')), 0))
WHERE stay.turn > 0 AND stay.state = '{STATE.APPROVED}'"""
CHANGED = """(stay.touched OR (stay.state, stay.due, stay.benefit, stay.reason, stay.had_first, stay.enrolment_id, stay.burden)
    IS DISTINCT FROM (stay.was_state, stay.was_due, stay.was_benefit, stay.was_reason, stay.was_first, stay.was_enrolment, stay.was_burden))"""
INSERT = f"INSERT INTO mutual_aid_settlement ({', '.join(KEPT)}) SELECT {', '.join(KEPT)} FROM settle_stay WHERE is_new ORDER BY arrival"
_WRITTEN = tuple(name for name in KEPT if name not in ("id", "code", "fixmedins_code", "setl_id", "paid", "posted", "postings", "paying"))
UPDATE = f"""WITH stay AS MATERIALIZED (SELECT * FROM settle_stay AS stay WHERE NOT stay.is_new AND {CHANGED})
UPDATE mutual_aid_settlement AS kept SET {", ".join(f"{name} = stay.{name}" for name in _WRITTEN)} FROM stay WHERE stay.id = kept.id"""
TOUCHES = f"""SELECT 'settlement:' || id, CASE WHEN NOT is_new THEN jsonb_build_object('state', was_state, 'benefit', was_benefit) END,
    jsonb_build_object('state', state, 'benefit', benefit) FROM settle_stay AS stay WHERE {CHANGED}"""


def plans_of(cursor: CursorWrapper) -> list[Plan]:
    """The plans that pay for stays; what matching asks of them stands in `settle_rule`."""
    codes, plans = (
        codes_in_force(),
        [plan for plan in Plan.objects.prefetch_related("versions") if plan.declared.bands or plan.declared.daily],
    )
    cursor.execute(RULES)
    for plan in plans:
        waiting, asks = plan.declared.waiting, any("is_first" in as_sql(rule, "", "") for rule, _, _ in plan.stretches)
        cursor.execute(
            "INSERT INTO settle_rule VALUES (%s, %s, %s, %s, %s, %s)",
            [plan.pk, codes.kinds(plan.declared.person_types), waiting.days, waiting.late_first, waiting.late_continuous, asks],
        )
    return plans


def reckon(cursor: CursorWrapper, district: int, on: date, plans: Sequence[Plan] | None = None) -> None:
    """Match and reckon everything in the working table that is not fast, one settlement of each person after another."""
    cursor.execute(BY_CODE, {"district": district, **codes_in_force().parameters})
    plans = plans_of(cursor) if plans is None else plans
    cursor.execute("ANALYZE settle_stay")
    cursor.execute(MATCH)
    cursor.execute(UNMATCHED)
    cursor.execute(RANKS)
    cursor.execute("ANALYZE settle_stay")
    cursor.execute("SELECT turn, plan_id, count(*) FROM settle_stay WHERE turn > 0 GROUP BY turn, plan_id ORDER BY turn, plan_id")
    by_id = {plan.pk: plan for plan in plans}
    for turn, plan, _ in cursor.fetchall():
        for rule, since, until in by_id[plan].stretches:
            cursor.execute(_reckoning(rule), {"turn": turn, "plan": plan, "on": on, "since": since, "until": until})
    cursor.execute(DEDUCTED)
    after_reckoning(cursor)
    cursor.execute(OWING)
    if cursor.fetchone()[0]:
        cursor.execute(OFFSETS)
        cursor.execute(DUE)


def _reckoning(rule: Rule) -> str:
    """One rule over the settlements of one turn."""
    return f"""UPDATE settle_stay AS stay SET {", ".join(f"{name} = reckoned.{name}" for name in RECKONED)}
    FROM ({reckoned(rule, _SOURCE, "id, paid_elsewhere")}) AS reckoned WHERE stay.id = reckoned.id"""


RECKONED = ("benefit", "due", "burden", "had_first", "reason", "state", "approved_on")


def reckoned(rule: Rule, source: str, key: str) -> str:
    """A SELECT of ``key`` (``paid_elsewhere`` among it) and what a rule makes of the stays of ``source``: the columns of RECKONED."""
    names = {step.name for step in rule.steps()}
    burden = BURDEN if BURDEN in names else "0"
    first = "first_stay > 0" if "first_stay" in names else "FALSE"
    steps = as_sql(rule, source, f"{key}, breaches, same_stay")
    return f"""SELECT {key}, benefit, benefit AS due, burden, had_first,
        left(CASE WHEN doubts = '' THEN '' ELSE doubts || '，转人工核对。' END, 200) AS reason,
        CASE WHEN doubts <> '' THEN '{STATE.REVIEW}' WHEN paid_elsewhere > 0 THEN '{STATE.ELSEWHERE}' ELSE '{STATE.APPROVED}' END AS state,
        CASE WHEN doubts = '' THEN %(on)s::date END AS approved_on
    FROM (SELECT {key}, round(benefit, 2) AS benefit, round({burden}, 2) AS burden, {first} AS had_first,
        concat_ws('；', nullif(breaches, ''), CASE WHEN same_stay THEN '同一次就诊已有一笔结算，等它冲正' END) AS doubts
        FROM ({steps}) AS steps OFFSET 0) AS told"""
