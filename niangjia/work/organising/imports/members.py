"""The roster of members (会员花名册)."""

from collections.abc import Mapping
from typing import Any

import polars as pl
from django.db import models

from niangjia.base.calendar import today
from niangjia.base.chinese import name_key
from niangjia.core.imports.cleaning import refuse, say
from niangjia.core.imports.enums import Decision
from niangjia.core.imports.models import Batch, BatchRow
from niangjia.core.imports.sheets import Chunk, Cleaned, Column, Context, Kind, Sheet
from niangjia.core.orgs.models import Organisation
from niangjia.core.people import actions as people
from niangjia.core.people.enums import (
    ETHNIC,
    Education,
    EmploymentForm,
    EmploymentStatus,
    Household,
    IdType,
    JoinWay,
    Political,
    Relation,
    Sex,
    SkillLevel,
    Standing,
    TitleLevel,
)
from niangjia.core.people.models import BANK_ACCOUNT, ID_NUMBER, PHONE

YOUNGEST = 16
"""Years of age from which one may work and so join a union (劳动法第十五条)."""

FORM_WORDS = {
    "STD": "单位职工 正式职工 企业职工 传统就业 普通 一般 无 否 单位就业 合同工 其他职工",
    "N01": "货车司机 卡车司机 货运司机 货车驾驶员 大货司机",
    "N02": "网约车司机 网约车 专车司机 网约车驾驶员 滴滴司机",
    "N03": "快递员 快递小哥 快递 快递从业人员 快递配送员 投递员 快件揽投员",
    "N04": "外卖配送员 网约送餐员 外卖骑手 骑手 外卖员 外卖小哥 送餐员 网约配送员 外卖",
    "N05": "家政服务员 家政 保洁 保姆 月嫂 家政工 家政服务人员",
    "N06": "护工护理员 护工 护理员 养老护理员 陪护",
    "N07": "商场信息员 导购员 导购 商场信息员（导购员）",
    "N08": "房产中介员 房产中介 房产经纪人 中介 房产经纪",
    "N09": "保安员 保安 安保",
    "N10": "网络主播 主播 互联网营销师 网络主播、互联网营销师 带货主播",
    "N11": "代驾司机 代驾 代驾员",
    "N12": "其他平台从业者 其他平台从业 平台从业 新就业形态 其他新就业形态 灵活就业",
}
EDUCATION_WORDS = {
    10: "研究生 硕士及以上 研究生及以上", 11: "博士 博士研究生 博士毕业", 14: "硕士 硕士研究生 硕士毕业", 20: "本科", 21: "本科毕业 大学 大学毕业",
    30: "大专 专科 高职", 31: "大专毕业 专科毕业", 40: "中职 中等职业", 41: "中专 中专毕业 中等专科", 44: "职高 职高毕业 职业高中", 47: "技校 技工学校 技校毕业",
    60: "高中", 61: "高中毕业", 71: "初中毕业", 81: "小学毕业", 70: "初中", 80: "小学", 90: "文盲 半文盲 无 其它 初中以下 小学以下",
}  # fmt: skip
POLITICAL_WORDS = {
    1: "党员 中共 中国共产党党员 共产党员 中共正式党员 正式党员", 2: "预备党员 中共预备 中国共产党预备党员", 3: "团员 共青团 中国共产主义青年团团员 共青团员",
    4: "民革", 5: "民盟", 6: "民建", 7: "民进", 8: "农工党", 9: "致公党", 10: "九三学社 九三", 11: "台盟", 12: "无党派 无党派民主人士", 13: "群众 普通群众 无 公民 一般群众",
}  # fmt: skip
HOUSEHOLD_WORDS = {
    1: "城镇 非农业 非农 城市 非农业户口 城镇户口 居民户口（非农业）",
    2: "农村 农业 农业户口 农村户口 农民",
    3: "居民 居民户口 统一居民户口",
}
SKILL_WORDS = {
    0: "无等级 没有 无", 1: "学徒 学徒工", 2: "初级工 初级 五级 五级工", 3: "中级工 中级 四级 四级工", 4: "高级工 高级 三级 三级工",
    5: "技师 二级", 6: "高级技师 一级", 7: "特级技师", 8: "首席技师",
}  # fmt: skip
TITLE_WORDS = {
    0: "无职称 没有 无",
    1: "初级 初级职称 员级 助理级 助理工程师 技术员",
    2: "中级 中级职称 工程师",
    3: "副高 副高级 高级工程师",
    4: "正高 正高级 高级 教授级高工",
}
STATUS_WORDS = {1: "在职 在岗 正常 就业 上班", 2: "待岗 下岗 内退", 3: "失业 无业 离职", 4: "退休 已退休", 5: "离休", 9: "其他 其它"}
RELATION_WORDS = {
    1: "劳动关系 劳动合同 正式 合同制",
    2: "不完全符合确立劳动关系",
    3: "民事 自主 民事关系 承揽",
    4: "劳务派遣 派遣 派遣工",
    5: "外包 加盟站点 外包、加盟站点",
}
JOIN_WORDS = {
    1: "书面 本人书面 本人申请 书面申请", 2: "口头", 3: "批量 单位批量 集体 集体入会", 4: "网上 网上申请 线上 小程序", 5: "扫码 扫码入会",
    6: "集中 集中入会 集中入会仪式", 7: "转入 转会", 8: "上门 上门发展",
}  # fmt: skip
STANDING_WORDS = {"full": "在册 在会 正常 正式会员 正式 有效 会员", "retained": "保留会籍 保留", "floating": "会籍挂靠 挂靠 暂存"}
ID_TYPE_WORDS = {
    1: "身份证 居民身份证 二代身份证 第二代居民身份证 中国居民身份证", 2: "护照", 3: "港澳居民来往内地通行证 港澳通行证 回乡证 港澳居民居住证",
    4: "台湾居民来往大陆通行证 台胞证", 5: "外国人永久居留身份证 外国人永久居留证 永久居留证", 9: "其他 其它",
}  # fmt: skip
SEX_WORDS = {1: "男 男性 M", 2: "女 女性 F", 9: "未说明", 0: "未知"}
YES_NO = {"是": 1, "否": 0, "有": 1, "无": 0, "Y": 1, "N": 0, "1": 1, "0": 0, "TRUE": 1, "FALSE": 0, "√": 1, "×": 0}


def words(choices: type[models.Choices] | None, said: Mapping[Any, str], more: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The words and codes of a code column: each choice's label and code (also as two digits), and what people say for it."""
    table: dict[str, Any] = {}
    for value, label in choices.choices if choices else ():
        table |= {str(label): value, str(value): value}
        if isinstance(value, int) and value < 10:
            table[f"{value:02d}"] = value
    for value, synonyms in said.items():
        for word in synonyms.split():
            table.setdefault(word, value)
    return table | dict(more or {})


def peoples() -> dict[str, int]:
    """Names of the peoples with and without 族, and their numbers (GB/T 3304)."""
    table: dict[str, int] = {}
    for number, name in ETHNIC.items():
        table |= {name: number, name.removesuffix("族"): number, str(number): number, f"{number:02d}": number}
    return table | {"外国血统": 98, "入籍": 98}


COLUMNS = (
    Column("name", "姓名", ("名字", "会员姓名", "职工姓名", "本人姓名", "姓名全称", "员工姓名", "中文姓名"), Kind.NAME,
           essential=True, required=True, example="李晓明", shown=True),
    Column("former_name", "曾用名", ("别名",), Kind.NAME),
    Column("id_type", "证件类型", ("证件种类", "证件类别", "身份证件类型"), Kind.CODE, codes=words(IdType, ID_TYPE_WORDS)),
    Column("id_number", "证件号码",
           ("身份证号", "身份证号码", "身份证", "证件号", "公民身份号码", "公民身份证号码", "居民身份证号", "居民身份证号码", "身份证件号码", "有效证件号码",
            "身份号码", "身份证件号", "IDNumber", "idcard"),
           Kind.IDENTITY, essential=True, required=True, most=20, stem="id", sealed=ID_NUMBER, example="（18 位，列格式设为文本）", shown=True),
    Column("said_sex", "性别", (), Kind.CODE, codes=words(Sex, SEX_WORDS)),
    Column("said_birth", "出生日期", ("出生年月日", "生日", "出生年月"), Kind.DATE),
    Column("phone", "手机", ("手机号", "手机号码", "联系电话", "电话", "联系方式", "移动电话", "电话号码", "手机电话", "本人手机", "联系手机"), Kind.PHONE,
           required=True, stem="phone", sealed=PHONE, example="13800000000", shown=True),
    Column("union_id", "所属工会",
           ("工会", "工会名称", "所在工会", "所属工会名称", "工会编码", "所属基层工会", "基层工会", "基层工会名称", "所在工会名称", "工会全称", "工会组织",
            "工会组织名称", "工会统一社会信用代码", "单位工会"),
           Kind.UNION, essential=True, required=True, most=120, example="工会全称、简称或编码", shown=True),
    Column("form", "就业形态", ("从业类型", "新就业形态", "职业类型", "就业类型", "新就业群体", "从业形态", "群体类别", "八大群体", "人员类别", "新就业形态类别"), Kind.CODE,
           codes=words(EmploymentForm, FORM_WORDS), example="快递员", shown=True),
    Column("through_platform", "是否平台就业", ("通过平台就业", "平台就业"), Kind.CODE, codes=YES_NO),
    Column("platform", "平台企业", ("平台", "平台名称", "所属平台"), most=60),
    Column("employer_id", "工作单位", ("单位", "单位名称", "所在单位", "用人单位", "工作单位名称", "企业名称", "所在单位名称", "公司名称", "公司"), most=120),
    Column("ethnic", "民族", ("族别",), Kind.CODE, codes=peoples(), example="汉"),
    Column("political", "政治面貌", ("党派", "政治身份"), Kind.CODE, codes=words(Political, POLITICAL_WORDS), example="群众"),
    Column("education", "学历", ("文化程度", "最高学历", "教育程度", "学历层次"), Kind.CODE, codes=words(Education, EDUCATION_WORDS), example="大专"),
    Column("degree", "学位", (), Kind.CODE, codes={"博士": 200, "硕士": 300, "学士": 400, "200": 200, "300": 300, "400": 400, "博士学位": 200,
                                                 "硕士学位": 300, "学士学位": 400, "无": 0}),
    Column("household", "户籍类型", ("户口性质", "户籍性质", "户口类型", "户口"), Kind.CODE, codes=words(Household, HOUSEHOLD_WORDS)),
    Column("household_place", "户籍地", ("户籍所在地", "籍贯", "户口所在地", "户籍地址"), most=60),
    Column("skill_level", "职业技能等级", ("技能等级", "技术等级", "职业资格等级", "技能级别"), Kind.CODE, codes=words(SkillLevel, SKILL_WORDS)),
    Column("skill_trade", "职业（工种）", ("工种", "职业工种", "职业"), most=40),
    Column("title_level", "专业技术职称", ("职称", "职称等级", "专业技术职务", "技术职称"), Kind.CODE, codes=words(TitleLevel, TITLE_WORDS)),
    Column("job", "岗位", ("职务", "岗位名称", "工作岗位", "职位"), most=40),
    Column("employment_status", "就业状况", ("就业状态", "在职状态", "人员状态"), Kind.CODE, codes=words(EmploymentStatus, STATUS_WORDS)),
    Column("relation", "用工关系", ("用工形式", "用工类型", "劳动关系", "用工方式"), Kind.CODE, codes=words(Relation, RELATION_WORDS)),
    Column("address", "联系地址", ("地址", "家庭住址", "住址", "现住址", "通讯地址", "居住地址"), most=120),
    Column("bank", "银行账户", ("银行卡号", "银行账号", "工资卡号"), Kind.BANK, stem="bank", sealed=BANK_ACCOUNT),
    Column("joined_on", "入会日期", ("入会时间", "加入工会时间", "加入工会日期", "批准入会日期", "入会年月日"), Kind.DATE, example="2023-12-18"),
    Column("join_way", "入会方式", ("入会途径",), Kind.CODE, codes=words(JoinWay, JOIN_WORDS)),
    Column("standing", "会籍状态", ("会籍", "会员状态", "会籍情况"), Kind.CODE, codes=words(Standing, STANDING_WORDS)),
    Column("group", "工会小组", ("小组", "所在小组", "分工会", "部门"), most=40),
    Column("card_number", "会员卡号", ("会员证号", "会员编号", "会员卡编号", "会员证编号", "工会卡号"), most=20),
)  # fmt: skip

SPAN = ("union_id", "joined_on", "join_way", "standing", "form", "through_platform", "group", "card_number")
NOT_COMPARED = ("id_sealed", "id_index", "id_type", "phone_sealed", "bank_sealed", "union_id", "joined_on", "join_way")
"""Facts of joining, and sealed texts (their index is compared): they do not make a row «changed»."""
PERSON = (
    "name", "name_key", "pinyin", "initials", "former_name", "id_type", "id_sealed", "id_index", "birth", "sex", "phone_sealed", "phone_index",
    "bank_sealed", "bank_index", "ethnic", "political", "education", "degree", "household", "household_place", "skill_level", "skill_trade",
    "title_level", "job", "address", "employment_status", "relation", "employer_id", "platform",
)  # fmt: skip


def across(cleaned: Cleaned, context: Context) -> None:
    """What the cells of a member's row must say together."""
    facts, size = cleaned.facts, len(cleaned.raw)
    if "union_id" not in facts:
        facts["union_id"] = pl.Series([context.one_union] * size, dtype=pl.Int64)
    if "through_platform" in facts:
        facts["through_platform"] = facts["through_platform"] == 1
    if "employer_id" in facts:
        _find_employers(cleaned, context)
    _compare_with_document(cleaned)
    _be_of_age(cleaned, context)


def _find_employers(cleaned: Cleaned, context: Context) -> None:
    text = cleaned.facts["employer_id"]
    known = {one: context.employers.get(name_key(one)) for one in text.drop_nulls().unique()}
    cleaned.facts["employer_id"] = found = text.replace_strict(known, default=None, return_dtype=pl.Int64)
    say(cleaned, "employer_id", "unknown_employer", text.is_not_null() & found.is_null(), "单位库里没有这家单位，暂不记单位")


def _compare_with_document(cleaned: Cleaned) -> None:
    """An identity number says sex and birth; a column that says otherwise is remarked on, for other documents it is what we know."""
    for name, title in (("sex", "性别"), ("birth", "出生日期")):
        said = cleaned.facts.pop(f"said_{name}", None)
        if said is None:
            continue
        known = cleaned.facts[name]
        say(cleaned, f"said_{name}", "differs", (known != said), f"{title}与证件号不符，按证件号记")
        cleaned.facts[name] = pl.select(pl.coalesce(known, said.cast(known.dtype))).to_series()


def _be_of_age(cleaned: Cleaned, context: Context) -> None:
    birth = cleaned.facts["birth"]
    turned = pl.select(birth.dt.offset_by(f"{YOUNGEST}y")).to_series()
    refuse(cleaned, "id_number", "age", turned > context.day, f"未满 {YOUNGEST} 周岁，不能入会")
    if "joined_on" in cleaned.facts:
        refuse(cleaned, "joined_on", "age", turned > cleaned.facts["joined_on"], f"入会时未满 {YOUNGEST} 周岁，请核对入会日期")


def _register_today() -> str:
    """What the register says about a person, by the facts a roster may say."""
    person = ", ".join(f"'{name}', person.{name}" for name in PERSON if name not in NOT_COMPARED)
    span = ", ".join(f"""'{name}', span."{name}\"""" for name in SPAN if name not in NOT_COMPARED)
    return f"jsonb_build_object({person}, {span})"


JUDGE = f"""
SELECT incoming.number, person.id AS target, verdict.decision,
    CASE WHEN verdict.decision = 3 THEN (SELECT jsonb_object_agg(said.key, jsonb_build_array(today.facts -> said.key, said.value))
        FROM jsonb_each(jsonb_strip_nulls(incoming.facts) - %(not_compared)s::text[]) AS said WHERE today.facts -> said.key IS DISTINCT FROM said.value)
        || CASE WHEN incoming.facts ? 'phone_index' AND person.phone_index IS DISTINCT FROM (incoming.facts ->> 'phone_index')::bytea
            THEN jsonb_build_object('phone_sealed', jsonb_build_array(person.phone_sealed, incoming.facts -> 'phone_sealed')) ELSE jsonb_build_object() END
        || CASE WHEN incoming.facts ? 'bank_index' AND person.bank_index IS DISTINCT FROM (incoming.facts ->> 'bank_index')::bytea
            THEN jsonb_build_object('bank_sealed', jsonb_build_array(person.bank_sealed, incoming.facts -> 'bank_sealed')) ELSE jsonb_build_object() END
    END AS changes,
    CASE verdict.why
        WHEN 'name' THEN {{name}} WHEN 'deceased' THEN {{deceased}} WHEN 'overlap' THEN {{overlap}} WHEN 'ended' THEN {{ended}}
        WHEN 'again' THEN {{again}}
        WHEN 'elsewhere' THEN jsonb_build_object('column', 'union_id', 'kind', 'member_elsewhere', 'refuses', true, 'message',
            '已是“' || (SELECT coalesce(above.short_name, '') FROM orgs_organisation AS above, orgs_organisation AS own WHERE own.id = span.union_id
                AND above.lft <= own.lft AND above.rgt >= own.rgt
                AND (above.id = own.id AND own.lft BETWEEN %(low)s AND %(high)s OR above.kind IN (30, 31, 40, 50))
                ORDER BY above.lft DESC LIMIT 1) || '”的会员，一个人只有一个会籍。请问本人要不要转会，要转请办会籍接转')
    END AS note
FROM {{{{incoming}}}} AS incoming
LEFT JOIN people_person AS person ON person.id_index = incoming.key AND person.merged_into_id IS NULL
LEFT JOIN people_membership AS span ON span.person_id = person.id AND span.until IS NULL
CROSS JOIN LATERAL (SELECT CASE WHEN span.id IS NOT NULL THEN {_register_today()} END AS facts) AS today
CROSS JOIN LATERAL (SELECT CASE
        WHEN (incoming.facts ->> 'union_id')::bigint = ANY (%(ended)s::bigint[]) THEN 'ended'
        WHEN person.id IS NULL THEN 'new'
        WHEN person.deceased_on IS NOT NULL THEN 'deceased'
        WHEN person.name_key <> incoming.facts ->> 'name_key' THEN 'name'
        WHEN span.id IS NULL THEN CASE WHEN EXISTS (SELECT FROM people_membership AS old WHERE old.person_id = person.id
            AND old.until > coalesce((incoming.facts ->> 'joined_on')::date, %(day)s)) THEN 'overlap' ELSE 'again' END
        WHEN span.union_id <> (incoming.facts ->> 'union_id')::bigint THEN 'elsewhere'
        WHEN today.facts @> (jsonb_strip_nulls(incoming.facts) - %(not_compared)s::text[]) THEN 'same' ELSE 'changed' END AS why) AS because
CROSS JOIN LATERAL (SELECT because.why, CASE because.why WHEN 'new' THEN 1 WHEN 'again' THEN 1 WHEN 'same' THEN 2 WHEN 'changed' THEN 3
        WHEN 'elsewhere' THEN 4 ELSE 5 END AS decision) AS verdict
"""


def _said(column: str, kind: str, message: str, *, refuses: bool = True) -> str:
    """One problem as SQL."""
    return f"jsonb_build_object('column', '{column}', 'kind', '{kind}', 'refuses', {refuses}, 'message', '{message}')"


NOTES = {
    "name": _said("name", "other_name", "登记里这个证件号是另一个姓名，请核对证件；确已改名的请先到会员页更正"),
    "deceased": _said("name", "deceased", "登记里这个人已去世，请核对证件号"),
    "overlap": _said("joined_on", "overlap", "入会日期早于上一段会籍的结束日，请核对"),
    "ended": _said("union_id", "ended_union", "这家工会已撤销或并入别的工会，请改填现在的工会"),
    "again": _said("name", "rejoins", "曾是会员，这次重新入会", refuses=False),
}


def _judged_with(batch: Batch) -> dict[str, Any]:
    within = (batch.org.lft, batch.org.rgt)
    ended = Organisation.objects.filter(lft__range=within, ended_on__isnull=False).values_list("id", flat=True)
    return {"not_compared": list(NOT_COMPARED), "day": today(), "low": within[0], "high": within[1], "ended": list(ended)}


STIRRED = "(row.facts ->> 'union_id')::bigint = ANY (%(ended)s::bigint[])"
KNOWN = "EXISTS (SELECT FROM people_person AS person WHERE person.id_index = row.key AND person.merged_into_id IS NULL)"
_STAGED = """FROM imports_batchrow AS staged CROSS JOIN LATERAL jsonb_to_record(staged.facts) AS said ({types})
    WHERE staged.batch_id = %s AND staged.number BETWEEN %s AND %s AND staged.decision = 1 ORDER BY staged.number"""
_OWN = {"joined_on": "coalesce(said.joined_on, %s)"}
_CHANGES = """SELECT target, changes, worksheet || ':' || "row" FROM imports_batchrow
    WHERE batch_id = %s AND number BETWEEN %s AND %s AND decision = 3 ORDER BY number"""


def reserve(chunk: Chunk) -> Mapping[int, range]:
    """Numbers for the codes of a chunk's new persons, so that chunks need not wait for one another at the counter."""
    pk, first, last = chunk.place
    new = BatchRow.objects.filter(batch=pk, number__range=(first, last), decision=Decision.NEW, target=None).count()
    return people.reserve_codes(new, chunk.on)


def enter(chunk: Chunk) -> None:
    """Apply a chunk: new members by `enrol_many`, changes by `change_many`."""
    by_roster = {name: people.ROSTER_COLUMNS[name] for name in (*PERSON, *SPAN)}
    types = ", ".join(f'"{name}" {kind}' for name, kind in by_roster.items())
    said = ", ".join(_OWN.get(name, f'said."{name}"') for name in by_roster)
    rows = f"SELECT staged.worksheet || ':' || staged.\"row\", staged.target, %s::date, %s, {said} {_STAGED.format(types=types)}"
    columns = ["row_ref", "person_id", "registered_on", "source", *by_roster]
    params = [chunk.on, f"导入批次 {chunk.batch.code}", chunk.on, *chunk.place]
    about: dict[str, Any] = {"by": chunk.by, "on": chunk.on, "batch": chunk.batch.code}
    if _any(chunk, Decision.NEW):
        people.enrol_many(rows=rows, columns=columns, params=params, codes=chunk.prepared, before_codes=chunk.turn, **about)
    if _any(chunk, Decision.CHANGED):
        people.change_many(rows=_CHANGES, params=chunk.place, **about)


def take_back(chunk: Chunk) -> int:
    """Undo a chunk; returns how many persons were touched since and so left alone."""
    rows = """SELECT person.id, CASE WHEN staged.decision = 3 THEN staged.changes END FROM imports_batchrow AS staged
        JOIN people_person AS person ON person.id_index = staged.key AND person.merged_into_id IS NULL
        WHERE staged.batch_id = %s AND staged.number BETWEEN %s AND %s AND staged.decision IN (1, 3) ORDER BY staged.number"""
    return people.take_back_many(rows=rows, params=chunk.place, by=chunk.by, on=chunk.on, batch=chunk.batch.code).left_alone


def _any(chunk: Chunk, decision: Decision) -> bool:
    pk, first, last = chunk.place
    return BatchRow.objects.filter(batch=pk, number__range=(first, last), decision=decision).exists()


MEMBERS = Sheet(
    code="members", title="会员花名册", columns=COLUMNS, permission="people.change", key="id_number", judge=JUDGE.format(**NOTES),
    stirred=STIRRED, known=KNOWN, prepare=reserve, apply=enter, undo=take_back, rules=across, judged_with=_judged_with,
    unit="人", noun="会员",
)  # fmt: skip
