"""The register of unions (工会组织登记表): founding, legal person, employer, term and officers, one row a union."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import polars as pl

from niangjia.base.chinese import name_key
from niangjia.core.imports.cleaning import refuse, say
from niangjia.core.imports.enums import Decision
from niangjia.core.imports.models import Batch, BatchRow
from niangjia.core.imports.sheets import Chunk, Cleaned, Column, Context, Sheet
from niangjia.core.imports.sheets import Kind as Read
from niangjia.core.orgs import actions as orgs
from niangjia.core.orgs.enums import COUNTED_AS_UNION, DuesMode, Industry, Kind, Nature, Route, Scale
from niangjia.core.orgs.rules import PARENT_KINDS
from niangjia.core.people import actions as people
from niangjia.core.people.models import ID_NUMBER
from niangjia.work.organising.imports.members import YES_NO, words

KIND_WORDS = {
    10: "基层工会 单独 单独建会 基层工会委员会 单建 单独组建", 11: "联合基层 联合工会 联合 联合建会 联合组建", 12: "组织员单位",
    20: "村工会联合会 社区工会联合会 村社区工会联合会 村联合会 社区联合会", 21: "园区工会联合会 楼宇工会联合会 园区联合会 楼宇联合会",
    22: "行业联合会 行业工会联合会 行业性工会联合会",
}  # fmt: skip
ROUTE_WORDS = {
    "SJ1": "单建 企业单独建会 单独建会",
    "SJ2": "行业联合 行业建会 行业",
    "SJ3": "龙头 龙头带建 龙头企业领建",
    "SJ4": "区域联建 区域 区域联合",
}
NATURE_WORDS = {
    1: "国有 国企 国有企业 国有控股 国有独资 110 151 161", 2: "集体 集体企业 股份合作 120 130", 3: "非公 私营 民营 私营企业 民营企业 非公企业 有限责任公司 159 169 170",
    4: "港澳台 港澳台商投资 200", 5: "外资 外商 外商投资 外资企业 300", 6: "事业 400", 7: "行政机关 500", 8: "民办非企业 民非 社团 社会团体 700",
    9: "个体 个体户 个体工商户 600", 10: "平台 站点 平台企业", 99: "其它 联营 其他内资 140 190",
}  # fmt: skip
"""Natures as the older registration sheet codes them (110 国有 … 700 民办非企业), and the words of today."""
OLD_TYPES = {
    "110": "131", "120": "132", "130": "133", "140": "134", "151": "111", "159": "119", "161": "129", "169": "129", "170": "112",
    "190": "190", "200": "290", "300": "390", "600": "500",
}  # fmt: skip
"""Registration types of the older sheet in the classification of 2023 (国统字〔2023〕14号); units without a registration have none."""
TYPE_WORDS = {
    "111": "国有独资公司", "112": "私营有限责任公司", "119": "其他有限责任公司 有限责任公司", "121": "私营股份有限公司", "129": "其他股份有限公司 股份有限公司",
    "131": "全民所有制企业", "132": "集体所有制企业", "133": "股份合作企业", "134": "联营企业", "140": "个人独资企业", "150": "合伙企业", "190": "其他内资企业",
    "210": "港澳台投资有限责任公司", "220": "港澳台投资股份有限公司", "230": "港澳台投资合伙企业", "290": "其他港澳台投资企业", "310": "外商投资有限责任公司",
    "320": "外商投资股份有限公司", "330": "外商投资合伙企业", "390": "其他外商投资企业", "400": "农民专业合作社", "500": "个体工商户", "900": "其他市场主体",
}  # fmt: skip
INDUSTRY_WORDS = {
    "A": "农业 农林牧渔 农林牧渔业", "B": "采矿", "C": "制造 工业", "D": "电力 电热燃水", "E": "建筑", "F": "批发零售 商贸 批发和零售", "G": "交通运输 物流 快递 运输邮政",
    "H": "住宿餐饮 餐饮", "I": "信息软件 信息技术", "J": "金融", "K": "房地产", "L": "租赁商务 商务服务", "M": "科研 科学研究", "N": "水利环境 公共设施", "O": "居民服务 家政",
    "P": "教育业", "Q": "卫生 社会工作", "R": "文体娱乐", "S": "公共管理 社会组织", "T": "国际",
}  # fmt: skip
NEWS = {"new_form": "新就业形态", "new_economy": "新经济", "new_field": "新领域"}
POSTS = {"chair": "主席", "audit_chair": "经审委主任", "women_chair": "女工委主任"}
COMPARED = (
    "address", "approval_number", "approver", "dues_mode", "staff_total", "staff_female", "staff_migrant", "contact_person", "contact_phone",
)  # fmt: skip
"""Facts that a row about a known union may change; names, parents, terms, officers and certificates have verbs of their own."""


def _industries() -> dict[str, Any]:
    """Sections by letter, word and by the two figures of the older sheet: 03 → C."""
    numbered = {f"{number:02d}": section.value for number, section in enumerate(Industry, 1)}
    return words(Industry, INDUSTRY_WORDS) | numbered


def _officer_columns() -> tuple[Column, ...]:
    """Name and identity number of whoever holds a post."""
    said = {
        "chair": ("工会主席", "主席姓名", "工会主席姓名", "法定代表人"),
        "audit_chair": ("经审主任", "经审委员会主任"),
        "women_chair": ("女职工委员会主任", "女工主任"),
    }
    columns = []
    for post, title in POSTS.items():
        numbers = tuple(f"{word}{number}" for word in (title, *said[post]) for number in ("身份证号", "身份证", "证件号"))
        columns += [
            Column(f"{post}_name", title, said[post], most=60),
            Column(f"{post}_id", f"{title}证件号码", numbers, Read.IDENTITY, stem=f"{post}_id", sealed=ID_NUMBER),
        ]
    return tuple(columns)


COLUMNS = (
    Column("name", "工会名称", ("工会全称", "工会组织名称", "基层工会名称", "组织名称", "名称", "工会"), most=120, essential=True, required=True,
           example="望湖纺织有限公司工会委员会", shown=True),
    Column("parent_id", "上级工会", ("上级工会名称", "所属上级工会", "隶属工会", "上级", "所属镇街", "上级工会编码", "所属镇（街道）总工会"), Read.FEDERATION, most=120,
           example="桃源街道总工会", shown=True),
    Column("kind", "组织类型", ("工会类型", "工会类别", "建会类型", "组织形式"), Read.CODE, codes={kind.label: kind.value for kind in COUNTED_AS_UNION} | words(None, KIND_WORDS)
           | {str(kind.value): kind.value for kind in COUNTED_AS_UNION},
           example="单独基层工会", shown=True),
    Column("route", "建会方式", ("四建", "四建方式", "组建方式", "建会途径"), Read.CODE, codes=words(Route, ROUTE_WORDS), example="企业单建", shown=True),
    Column("founded_on", "建会日期", ("建会时间", "成立日期", "成立时间", "工会成立时间", "批准成立日期", "建立时间"), Read.DATE, essential=True, required=True,
           example="2023-05-06", shown=True),
    Column("approval_number", "批复文号", ("批准文号", "文号"), most=60),
    Column("approver", "批准机关", ("批准单位", "批复机关"), most=60),
    Column("news", "三新", ("三新类型", "三新领域", "三新类别"), most=60, example="新就业形态"),
    *(Column(name, title, (f"是否{title}", f"{title}工会"), Read.CODE, codes=YES_NO) for name, title in NEWS.items()),
    Column("credit_code", "工会统一社会信用代码", ("工会法人统一社会信用代码", "工会信用代码", "工会代码", "工会法人代码", "统一社会信用代码"), Read.CREDIT_CODE, shown=True),
    Column("certificate_number", "法人证书编号", ("法人资格证书号", "证书编号", "法人证号"), most=40),
    Column("certificate_valid_to", "法人证书有效期至", ("证书有效期", "证书有效期至", "有效期至"), Read.TEXT, most=40),
    Column("term_number", "届次", ("本届届次", "第几届"), most=20),
    Column("term_years", "每届年数", ("任期", "任期年限", "届期", "任期年数"), most=20),
    Column("elected_on", "选举日期", ("任期起", "换届日期", "本届选举日期", "任期开始", "任期起始日期", "当选日期", "换届时间"), Read.DATE),
    Column("term_to", "任期届满日", ("任期止", "届满日期", "任期届满", "届满时间", "任期结束"), Read.TEXT, most=40),
    *_officer_columns(),
    Column("employer_name", "单位名称", ("所在单位", "用人单位", "单位全称", "企业名称", "建会单位", "涵盖单位"), most=120),
    Column("employer_code", "单位统一社会信用代码", ("单位信用代码", "企业信用代码", "企业统一社会信用代码", "单位代码"), Read.CREDIT_CODE),
    Column("nature", "单位性质", ("单位类别", "经济类型", "企业类型", "单位类型", "经济成分"), Read.CODE, codes=words(Nature, NATURE_WORDS)),
    Column("registration_type", "登记注册类型", ("注册类型", "企业登记注册类型"), Read.CODE, codes={
        **{old: new for old, new in OLD_TYPES.items() if old not in TYPE_WORDS},
        **{word: code for code, said in TYPE_WORDS.items() for word in (code, *said.split())}}),
    Column("industry", "行业门类", ("行业", "所属行业", "行业类别", "行业代码", "国民经济行业"), Read.CODE, codes=_industries()),
    Column("scale", "单位规模", ("规模", "企业规模"), Read.CODE, codes=words(Scale, {1: "大", 2: "中", 3: "小", 4: "微"})),
    Column("staff_total", "职工人数", ("职工总数", "职工数", "员工人数", "员工总数", "人数"), Read.NUMBER, shown=True),
    Column("staff_female", "女职工人数", ("女职工", "女职工数", "其中女职工"), Read.NUMBER),
    Column("staff_migrant", "农民工人数", ("农民工", "农民工数", "其中农民工"), Read.NUMBER),
    Column("dues_mode", "经费收缴方式", ("经费收缴", "缴费方式"), Read.CODE, codes=words(DuesMode, {"tax": "税务 地税代收 代收", "self": "自行收缴", "budget": "财政"})),
    Column("address", "地址", ("单位地址", "工会地址", "联系地址", "通讯地址"), most=120),
    Column("contact_person", "联系人", ("工会联系人",), most=40),
    Column("contact_phone", "联系电话", ("办公电话", "电话", "工会电话"), most=30),
)  # fmt: skip


def across(cleaned: Cleaned, context: Context) -> None:
    """What the cells of a union's row must say together."""
    facts, size = cleaned.facts, len(cleaned.raw)
    for name in ("birth", "sex"):
        facts.pop(name, None)
    if "parent_id" not in facts:
        facts["parent_id"] = pl.Series([context.top] * size, dtype=pl.Int64)
    facts.setdefault("kind", pl.Series([None] * size, dtype=pl.Int16))
    facts["kind"] = facts["kind"].fill_null(int(Kind.SINGLE))
    _settle_route(cleaned)
    _settle_news(cleaned)
    _settle_employer(cleaned)
    _stand_below(cleaned, context)
    _settle_certificate(cleaned)
    _settle_term(cleaned, context)
    _settle_officers(cleaned)
    pairs = zip(facts["parent_id"], facts["name"], strict=True)
    facts["row_key"] = pl.Series([f"\\x{f'{parent}|{name_key(name or str())}'.encode().hex()}" for parent, name in pairs], dtype=pl.String)


def _settle_route(cleaned: Cleaned) -> None:
    facts, size = cleaned.facts, len(cleaned.raw)
    said = facts.get("route", pl.Series([None] * size, dtype=pl.String))
    single = facts["kind"] == Kind.SINGLE
    facts["route"] = pl.select(pl.when(said.is_null() & single).then(pl.lit(Route.SINGLE.value)).otherwise(said)).to_series()
    unsaid = facts["route"].is_null() & cleaned.text("route").is_null()
    refuse(cleaned, "route", "required", unsaid, "联合基层工会和联合会要填建会方式：行业联建、龙头领建或区域共建")


def _settle_news(cleaned: Cleaned) -> None:
    """One column «三新» may name several; each also has a column of its own."""
    said = cleaned.facts.pop("news", None)
    for name, title in NEWS.items():
        own = cleaned.facts.pop(name, None)
        yes = pl.Series([False] * len(cleaned.raw)) if own is None else (own == 1).fill_null(value=False)
        if said is not None:
            yes = yes | said.str.contains(title, literal=True).fill_null(value=False)
        if yes.any():
            cleaned.facts[name] = yes
    if said is not None:
        known = said.str.contains("|".join(NEWS.values())) | said.is_in(["否", "无", "非三新"])
        refuse(cleaned, "news", "code", said.is_not_null() & ~known, "三新可填：新就业形态、新经济、新领域，几项用顿号隔开")


def _settle_employer(cleaned: Cleaned) -> None:
    """The older sheet codes the nature by three figures, which also say the registration type."""
    facts = cleaned.facts
    if "nature" in facts:
        old = cleaned.text("nature").str.replace(r"\.0+$", "").replace_strict(OLD_TYPES, default=None, return_dtype=pl.String)
        said = facts.get("registration_type", pl.Series([None] * len(old), dtype=pl.String))
        facts["registration_type"] = pl.select(pl.coalesce(said, old)).to_series()
    if "employer_code" in facts:
        unions = facts["employer_code"].str.starts_with("81").fill_null(value=False)
        refuse(cleaned, "employer_code", "of_union", unions, "这是工会的代码（81 开头），单位的代码请填营业执照上的")
    if "employer_name" in facts and "nature" in facts:
        lacking = facts["employer_name"].is_not_null() & facts["nature"].is_null() & cleaned.text("nature").is_null()
        say(cleaned, "nature", "unsaid", lacking, "没有填单位性质，暂记“其他”")


def _stand_below(cleaned: Cleaned, context: Context) -> None:
    """Each kind stands under certain kinds only."""
    facts = cleaned.facts
    messages: list[str | None] = []
    for kind, parent in zip(facts["kind"], facts["parent_id"], strict=True):
        above = context.unions.kinds.get(parent) if parent else None
        fits = above is None or above in PARENT_KINDS[kind]
        messages.append(None if fits else f"{Kind(kind).label}不能直属于{Kind(above).label}，请改上级工会或组织类型")  # type: ignore[arg-type]
    for message in set(filter(None, messages)):
        refuse(cleaned, "parent_id", "parent_kind", pl.Series([one == message for one in messages]), message)


def _settle_certificate(cleaned: Cleaned) -> None:
    """A union's code begins with 81; a certificate has a code, a number and a last day."""
    facts = cleaned.facts
    code = facts.get("credit_code")
    if code is None:
        facts.pop("certificate_valid_to", None)
        return
    refuse(cleaned, "credit_code", "of_employer", ~code.str.starts_with("81"), "工会的统一社会信用代码以 81 开头，请不要填单位的代码")
    facts["certificate_valid_to"] = _days(cleaned, "certificate_valid_to", "证书有效期")
    lacking = code.is_not_null() & facts["certificate_valid_to"].is_null() & cleaned.text("certificate_valid_to").is_null()
    say(cleaned, "certificate_valid_to", "unsaid", lacking, "没有填法人证书有效期，信用代码暂不登记，请补填后到工会页登记法人")


def _days(cleaned: Cleaned, name: str, title: str) -> pl.Series:
    """A column of days that may lie ahead."""
    from niangjia.base.columns import dates

    frame = dates(cleaned.text(name))
    refuse(cleaned, name, "format", frame["problem"].is_not_null(), f"{title}不是认得的日期，请写成 2023-12-18 这样")
    return frame["value"]


def _settle_term(cleaned: Cleaned, context: Context) -> None:
    """Three or five years from an election on or after the founding (工会法第十六条)."""
    facts, size = cleaned.facts, len(cleaned.raw)
    elected = facts.get("elected_on", pl.Series([None] * size, dtype=pl.Date))
    until = _days(cleaned, "term_to", "任期届满日")
    facts.pop("term_to", None)
    years = _figure(facts.pop("term_years", None), size)
    between = pl.select(((until - elected).dt.total_days() / 365.25).round(0).cast(pl.Int64)).to_series()
    facts["term_years"] = years = pl.select(pl.coalesce(years, between)).to_series()
    facts["term_number"] = pl.select(pl.coalesce(_figure(facts.pop("term_number", None), size), pl.lit(1))).to_series()
    refuse(
        cleaned,
        "term_years",
        "years",
        elected.is_not_null() & years.is_not_null() & ~years.is_in([3, 5]),
        "每届任期三年或五年（工会法第十六条）",
    )
    refuse(cleaned, "term_years", "unsaid", elected.is_not_null() & years.is_null(), "填了选举日期，还要填每届三年还是五年，或任期届满日")
    refuse(cleaned, "elected_on", "order", elected < facts["founded_on"], "选举日期早于建会日期，请核对")


def _figure(column: pl.Series | None, size: int) -> pl.Series:
    """五年, 5年, 第二届 → 5, 5, 2."""
    if column is None:
        return pl.Series([None] * size, dtype=pl.Int64)
    chinese = {word: str(number) for number, word in enumerate("一二三四五六七八九", 1)}
    plain = column.str.replace_many(list(chinese), list(chinese.values()))
    return plain.str.extract(r"(\d{1,2})").cast(pl.Int64, strict=False)


def _settle_officers(cleaned: Cleaned) -> None:
    """An officer is a person: without the identity number nobody knows which one; without an election there is no day to begin on."""
    facts = cleaned.facts
    elected = facts.get("elected_on", pl.Series([None] * len(cleaned.raw), dtype=pl.Date))
    for post, title in POSTS.items():
        name, number = facts.get(f"{post}_name"), facts.get(f"{post}_id")
        if name is None:
            continue
        facts[f"{post}_key"] = pl.Series([name_key(one) if one else None for one in name], dtype=pl.String)
        unsaid = cleaned.text(f"{post}_id").is_null() if number is None else number.is_null() & cleaned.text(f"{post}_id").is_null()
        say(cleaned, f"{post}_name", "unsaid", name.is_not_null() & unsaid, f"{title}只有姓名、没有证件号，暂不登记任职")
        say(cleaned, f"{post}_name", "no_election", name.is_not_null() & ~unsaid & elected.is_null(), f"没有选举日期，{title}暂不登记任职")


_TODAY = "jsonb_build_object(" + ", ".join(f"'{name}', org.{name}" for name in COMPARED) + ")"
_OTHER_PERSON = " OR ".join(
    f"""EXISTS (SELECT FROM people_person AS person WHERE person.id_index = (incoming.facts ->> '{post}_id_index')::bytea
        AND person.merged_into_id IS NULL AND (person.deceased_on IS NOT NULL OR person.name_key <> incoming.facts ->> '{post}_key'))"""
    for post in POSTS
)
JUDGE = f"""
SELECT incoming.number, org.id AS target, CASE because.why WHEN 'new' THEN 1 WHEN 'same' THEN 2 WHEN 'changed' THEN 3 ELSE 5 END AS decision,
    CASE WHEN because.why = 'changed' THEN (SELECT jsonb_object_agg(said.key, jsonb_build_array({_TODAY} -> said.key, said.value))
        FROM jsonb_each(own.facts) AS said WHERE {_TODAY} -> said.key IS DISTINCT FROM said.value) END AS changes,
    CASE because.why
        WHEN 'code' THEN {{code}} WHEN 'moved' THEN {{moved}} WHEN 'renamed' THEN {{renamed}} WHEN 'early' THEN {{early}}
        WHEN 'officer' THEN {{officer}}
    END AS note
FROM {{{{incoming}}}} AS incoming
LEFT JOIN orgs_organisation AS coded ON coded.credit_code = incoming.facts ->> 'credit_code'
LEFT JOIN LATERAL (SELECT named.* FROM orgs_organisation AS named WHERE coded.id IS NULL AND named.name = incoming.facts ->> 'name'
    AND named.ended_on IS NULL AND named.lft BETWEEN %(low)s AND %(high)s
    ORDER BY named.parent_id = (incoming.facts ->> 'parent_id')::bigint DESC LIMIT 1) AS named ON true
LEFT JOIN orgs_organisation AS org ON org.id = coalesce(coded.id, named.id)
LEFT JOIN orgs_organisation AS above ON above.id = (incoming.facts ->> 'parent_id')::bigint
CROSS JOIN LATERAL (SELECT coalesce(jsonb_object_agg(key, value), jsonb_build_object()) AS facts
    FROM jsonb_each(jsonb_strip_nulls(incoming.facts)) WHERE key = ANY (%(compared)s)) AS own
CROSS JOIN LATERAL (SELECT CASE
    WHEN org.id IS NULL AND above.founded_on > (incoming.facts ->> 'founded_on')::date THEN 'early'
    WHEN org.id IS NULL AND ({_OTHER_PERSON}) THEN 'officer'
    WHEN org.id IS NULL THEN 'new'
    WHEN coded.id IS NOT NULL AND (coded.ended_on IS NOT NULL OR coded.lft NOT BETWEEN %(low)s AND %(high)s) THEN 'code'
    WHEN org.name <> incoming.facts ->> 'name' THEN 'renamed'
    WHEN org.parent_id <> (incoming.facts ->> 'parent_id')::bigint THEN 'moved'
    WHEN {_TODAY} @> own.facts THEN 'same' ELSE 'changed' END AS why) AS because
"""


def _said(column: str, kind: str, message: str) -> str:
    """One problem as SQL; ``message`` is SQL too."""
    return f"jsonb_build_object('column', '{column}', 'kind', '{kind}', 'refuses', true, 'message', {message})"


NOTES = {
    "code": _said("credit_code", "code_elsewhere", "'这个信用代码已经登记给别处的工会或已终止的工会，请核对证书'"),
    "moved": _said(
        "parent_id",
        "moved",
        "'“' || org.name || '”已经登记在别的上级之下（编码 ' || org.code || '）；调整隶属请到它的页面办理，若是另一家请改名区别'",
    ),
    "renamed": _said("name", "renamed", "'这个信用代码登记的是“' || org.name || '”；更名请到它的页面办理'"),
    "officer": _said("chair_id", "other_name", "'干部的证件号在登记里是另一个姓名，或已登记去世，请核对姓名和证件号'"),
    "early": _said("founded_on", "before_parent", "'建会日期早于上级工会的建立日期，请核对'"),
}


def _judged_with(batch: Batch) -> dict[str, Any]:
    return {"low": batch.org.lft, "high": batch.org.rgt, "compared": list(COMPARED)}


STIRRED = (
    "EXISTS (SELECT FROM orgs_organisation AS org WHERE org.name = row.facts ->> 'name' OR org.credit_code = row.facts ->> 'credit_code')"
)


def enter(chunk: Chunk) -> None:
    """Apply a chunk: foundings by `found_many`, officers by `appoint_many`, changes of known unions by `change_facts`."""
    about: dict[str, Any] = {"by": chunk.by, "on": chunk.on, "batch": chunk.batch.code}
    new = _rows(chunk, Decision.NEW)
    if new:
        chunk.turn()
        founded = orgs.found_many([_founding(row.facts or {}) for row in new], **about)
        _appoint([(made.id, row.facts or {}) for made, row in zip(founded, new, strict=True)], about)
    for row in _rows(chunk, Decision.CHANGED):
        facts = {name: after for name, (_, after) in (row.changes or {}).items()}
        orgs.change_facts_of(row.target or 0, facts=facts, **about)


def _rows(chunk: Chunk, decision: Decision) -> list[BatchRow]:
    pk, first, last = chunk.place
    return list(BatchRow.objects.filter(batch=pk, number__range=(first, last), decision=decision).order_by("number"))


def _founding(facts: Mapping[str, Any]) -> orgs.Founding:
    founded_on = date.fromisoformat(facts["founded_on"])
    news: dict[str, Any] = {f"{name}_on": founded_on for name in NEWS if facts.get(name)}
    return orgs.Founding(
        name=facts["name"], kind=Kind(facts["kind"]), parent=facts["parent_id"], founded_on=founded_on, route=facts.get("route") or "",
        terms=_terms(facts), employers=_employers(facts), legal_person=_legal_person(facts),
        facts={name: facts[name] for name in COMPARED if name in facts}, **news,
    )  # fmt: skip


def _terms(facts: Mapping[str, Any]) -> list[orgs.NewTerm]:
    if not facts.get("elected_on"):
        return []
    return [
        orgs.NewTerm(years=facts["term_years"], elected_on=date.fromisoformat(facts["elected_on"]), number=facts.get("term_number") or 1)
    ]


def _employers(facts: Mapping[str, Any]) -> list[orgs.NewEmployer]:
    if not facts.get("employer_name"):
        return []
    known = {name: facts[name] for name in ("registration_type", "industry", "scale", "staff_total") if name in facts}
    return [orgs.NewEmployer(facts["employer_name"], Nature(facts.get("nature") or Nature.OTHER), facts.get("employer_code") or "", known)]


def _legal_person(facts: Mapping[str, Any]) -> orgs.LegalPerson | None:
    if not facts.get("credit_code") or not facts.get("certificate_valid_to"):
        return None
    valid_to = date.fromisoformat(facts["certificate_valid_to"])
    return orgs.LegalPerson(facts["credit_code"], facts.get("certificate_number") or "", valid_to)


def _appoint(founded: Iterable[tuple[int, Mapping[str, Any]]], about: dict[str, Any]) -> None:
    """Who was elected: a person known by the number, else one registered under the parent until the roster comes."""
    elected = []
    for org, facts in founded:
        for post in POSTS:
            if facts.get("elected_on") and facts.get(f"{post}_name") and facts.get(f"{post}_id_index"):
                number = bytes.fromhex(facts[f"{post}_id_sealed"].removeprefix("\\x"))
                person = people.person_for_office(sealed=number, name=facts[f"{post}_name"], home=facts["parent_id"], **about)
                elected += [org, person, post, facts["elected_on"]]
    if elected:
        values = ", ".join(["(%s::bigint, %s::bigint, %s, %s::date, NULL::date, false)"] * (len(elected) // 4))
        people.appoint_many(rows=f"VALUES {values}", params=elected, **about)


def take_back(chunk: Chunk) -> int:
    """Undo a chunk: unions the batch founded and nobody touched since go, facts it changed return; returns how many were left alone."""
    about: dict[str, Any] = {"by": chunk.by, "on": chunk.on, "batch": chunk.batch.code}
    left = people.withdraw_unions(**about) if chunk.first == 1 else 0
    for row in _rows(chunk, Decision.CHANGED):
        before = {name: was for name, (was, _) in (row.changes or {}).items()}
        after = {name: now for name, (_, now) in (row.changes or {}).items()}
        left += not orgs.change_facts_of(row.target or 0, facts=before, unless_not=after, **about)
    return left


UNIONS = Sheet(
    code="unions", title="工会组织登记表", columns=COLUMNS, permission="orgs.change", key="name", keyed_by="row_key", judge=JUDGE.format(**NOTES),
    stirred=STIRRED, apply=enter, undo=take_back, rules=across, judged_with=_judged_with, same="同一家工会", unit="家", noun="工会",
)  # fmt: skip
