"""What the papers of a dispute share: who the parties are, days and sums as papers write them, lines where a fact is missing."""

from datetime import date
from decimal import Decimal

from niangjia.base.calendar import chinese_date
from niangjia.core.access.actor import Actor
from niangjia.core.cases.enums import Part
from niangjia.core.cases.models import Case, Clock, Party
from niangjia.core.papers.paper import BLANK, Block, Facts, Gap, Heading, Items, PageBreak, Signature, Table, Text
from niangjia.core.papers.queries import clear, head_of
from niangjia.core.people.enums import Sex
from niangjia.core.people.models import Person
from niangjia.work.rights.models import Claim, Dispute, Share

WORKERS = (Part.APPLICANT, Part.REPRESENTATIVE)
BLANK_DAY = "____年__月__日"
MOST_TABLES = 3
"""Workers with a table each; more of them stand in one list."""


def dispute_of(case: Case) -> Dispute:
    """The line's facts of the case."""
    return Dispute.objects.get(case=case)


def parties(case: Case, *parts: str) -> list[Party]:
    """Those who stand in the case now in one of these parts, in the order they were named."""
    return [
        one
        for one in case.parties.filter(until__isnull=True).select_related("person__employer", "employer").order_by("id")
        if one.part in parts
    ]


def workers(case: Case) -> list[Person]:
    """The workers whose case it is, each once: a representative is a worker too."""
    return list({one.person.pk: one.person for one in parties(case, *WORKERS) if one.person}.values())


def is_collective(case: Case) -> bool:
    """Whether the workers stand in a list of their own instead of one table each."""
    return len(workers(case)) > MOST_TABLES


def names(case: Case) -> str:
    """The workers by name, as an addressee is written."""
    people = workers(case)
    if len(people) > MOST_TABLES:
        return f"{people[0].name}等{len(people)}人"
    return "、".join(person.name for person in people) or BLANK


def other_side(case: Case) -> str:
    """The employer's name, or a line to write it on."""
    return "、".join(formal(one.called) for one in parties(case, Part.RESPONDENT)) or BLANK


def formal(name: str) -> str:
    """A name as papers write it: the register keeps half-width parentheses, a business licence does not."""
    return name.translate({ord("("): "（", ord(")"): "）"})


def day(value: date | None) -> str:
    """2023年12月18日, or a line."""
    return chinese_date(value) if value else BLANK_DAY


def yuan(amount: Decimal | None) -> str:
    """7,120.00, or nothing: a cell to write in."""
    return "" if amount is None else f"{amount:,.2f}"


def clock_of(case: Case, term: str) -> Clock | None:
    """The clock of a term that runs, or last ran, in the case."""
    return case.clocks.filter(term=term).exclude(state="void").order_by("-id").first()


def worker_facts(case: Case, person: Person, by: Actor, number: str, on: date) -> tuple[tuple[str, str], ...]:
    """What a paper says of a worker: name, sex, age, job, employer, address (调解仲裁法第二十八条第一项), number and telephone."""
    sex = person.get_sex_display() if person.sex in (Sex.MALE, Sex.FEMALE) else ""
    return (
        ("姓名", person.name), ("性别", sex), ("年龄", f"{age(person.birth, on)}岁" if person.birth else ""), ("职业", person.job),
        ("工作单位", other_side(case) if other_side(case) != BLANK else ""), ("住所", person.address),
        ("证件号码", clear(person, "id_number", by=by, number=number)), ("联系电话", clear(person, "phone", by=by, number=number)),
    )  # fmt: skip


def employer_facts(case: Case) -> tuple[tuple[str, str], ...]:
    """What a paper says of an employer: name, address, who represents it (调解仲裁法第二十八条第一项)."""
    found = parties(case, Part.RESPONDENT)
    employer = found[0].employer if found else None
    return (
        ("单位名称", formal(found[0].called) if found else ""), ("统一社会信用代码", (employer.credit_code or "") if employer else ""),
        ("住所", employer.address if employer else ""), ("法定代表人或主要负责人", ""), ("职务", ""), ("联系电话", ""),
    )  # fmt: skip


def age(birth: date, on: date) -> int:
    """Full years on a day."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def of_the_parties(case: Case, by: Actor, number: str, on: date, first: str, second: str) -> list[Block]:
    """Both sides under their headings, each worker in a table of their own."""
    blocks: list[Block] = []
    people = workers(case)
    if is_collective(case):
        speakers = "、".join(one.called for one in parties(case, Part.REPRESENTATIVE)) or BLANK
        said = Text(f"{names(case)}，名单附后。推举代表：{speakers}。")
        return [Heading(first), said, Heading(second), Facts(employer_facts(case), pairs=True)]
    for place, person in enumerate(people, 1):
        heading = first if len(people) == 1 else f"{first}{place}"
        blocks += [Heading(heading), Facts(worker_facts(case, person, by, number, on), pairs=True)]
    return [*blocks, Heading(second), Facts(employer_facts(case), pairs=True)]


def roster(case: Case, by: Actor, number: str) -> list[Block]:
    """The workers of a collective case in one list, with what each claims and gets, and room to sign."""
    if not is_collective(case):
        return []
    shares = {row.person_id: row for row in Share.objects.filter(case=case)}
    rows = []
    for place, person in enumerate(workers(case), 1):
        share = shares.get(person.pk)
        amounts = (yuan(share.claimed if share else None), "不签" if share and share.stays_out else yuan(share.agreed if share else None))
        rows.append((str(place), person.name, clear(person, "id_number", by=by, number=number), *amounts, ""))
    columns = ("序号", "姓名", "证件号码", "主张（元）", "说定（元）", "签名、指印")
    return [PageBreak(), Heading("附：申请人名单"), Table(columns, tuple(rows), numeric=(3, 4), widths=(1, 2, 4, 3, 3, 3))]


def signing(case: Case, who: str) -> tuple[Signature, ...]:
    """Each worker signs; of a collective case the representatives, the others in the list."""
    if is_collective(case):
        speakers = parties(case, Part.REPRESENTATIVE)
        return tuple(Signature(f"{who}代表{one.called}（签名、指印）") for one in speakers) or (Signature(f"{who}代表（签名、指印）"),)
    people = workers(case)
    if len(people) <= 1:
        return (Signature(f"{who}（签名、指印）"),)
    return tuple(Signature(f"{who}{person.name}（签名、指印）") for person in people)


def claims_of(case: Case) -> list[Claim]:
    """What is asked for, in the order it was said."""
    return list(case.claims.select_related("person", "reckoning").order_by("id"))


def asked(case: Case, words: str = "请求") -> tuple[str, ...]:
    """What is asked for, one sentence an item."""
    respondent, claims = other_side(case), claims_of(case)
    total = sum((row.claimed for row in Share.objects.filter(case=case) if row.claimed), Decimal(0))
    if len(claims) == 1 and claims[0].claimed is None and total:
        return (f"{words}{respondent}支付{claims[0].item}共{total:,.2f}元（各人金额见名单）；",)
    return tuple(_sentence(one, respondent, words) for one in claims) or (f"{BLANK}{BLANK}",)


def _sentence(claim: Claim, respondent: str, words: str) -> str:
    whose = f"（{claim.person.name}）" if claim.person and claim.case.persons and len(claim.case.persons) > 1 else ""
    basis = f"（依据：{claim.basis}）" if claim.basis else ""
    if claim.claimed is None:
        return f"{words}：{claim.item}{whose}{basis}；"
    return f"{words}{respondent}支付{claim.item}{whose}{claim.claimed:,.2f}元{basis}；"


def worksheets(case: Case) -> list[Block]:
    """How the sums were reckoned, step by step, where a calculator did it."""
    rows = list(case.reckonings.filter(replaced_on__isnull=True).order_by("id"))
    return [Heading("附：金额计算过程"), *(Items(tuple(row.sheet["steps"])) for row in rows if row.sheet.get("steps"))] if rows else []


def told(case: Case) -> list[Block]:
    """What happened, as it was written down; lines to write on where it was not."""
    facts = dispute_of(case).facts.strip()
    dated = [f"{title}：{day(value)}" for title, value in _days(dispute_of(case)) if value]
    said: list[Block] = [Text("；".join(dated) + "。")] if dated else []
    return [*said, *(Text(line) for line in facts.splitlines() if line.strip())] if facts else [*said, Gap("事情经过", 4)]


def _days(dispute: Dispute) -> tuple[tuple[str, date | None], ...]:
    return ("入职日期", dispute.entry_on), ("离职日期", dispute.left_on), ("知道权利受侵害之日", dispute.known_on)


def step_fact(case: Case, step: str, name: str) -> str:
    """What a step of the flow kept under a name, the last time it was taken."""
    taken = case.steps.filter(step=step).order_by("-number").first()
    return str(taken.facts.get(name, "")) if taken else ""


def issuer(case: Case) -> str:
    """The name under which the union that answers puts its seal."""
    return head_of(case.org)[0]


def by_hand(*who: str) -> tuple[Signature, ...]:
    """These sign by hand."""
    return tuple(Signature(one) for one in who)


def sealed(name: str, on: date | None) -> Signature:
    """An organisation's name and day, the seal over them."""
    return Signature(name, on=on, seal=True)
