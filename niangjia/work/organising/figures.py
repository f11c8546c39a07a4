"""The figures of founding and membership (组建与会员发展)."""

from datetime import date
from functools import partial
from typing import Any

from django.db.models import Case, CharField, Count, DateField, Exists, F, Func, OuterRef, Q, Sum, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest, Least
from django.urls import reverse

from niangjia.base.calendar import add_months
from niangjia.base.chinese import mask_name
from niangjia.core.faces.listing import Column
from niangjia.core.figures.figure import Awaited, BoardPart, Change, Figure, Label, Rank, Share, Split
from niangjia.core.figures.models import YEAR, MembershipTally
from niangjia.core.orgs.enums import COUNTED_AS_UNION, GRASSROOTS, Kind, LegalStatus, Route
from niangjia.core.orgs.models import Coverage, Organisation, Term
from niangjia.core.people.enums import CONTINUES, COUNTED_STANDINGS, EmploymentForm, EndReason, JoinWay, Post, Sex, Standing
from niangjia.core.people.models import Membership, Officer

VERSION = "2023-1"
REGISTER = "全市工会统计口径；工会实名制数据库"
PER_MEMBER = "organising.members"
THREE_NEW = ("新就业形态", "新经济", "新领域")
AGES = ("35岁以下", "35—44岁", "45—54岁", "55岁及以上")

IS_UNION = Q(kind__in=COUNTED_AS_UNION)
IS_COUNTED = Q(standing__in=COUNTED_STANDINGS)
OPEN_SPANS = MembershipTally.objects.filter(size=YEAR).values("union").annotate(open=Sum("change"))
HAS_MEMBERS = Q(pk__in=OPEN_SPANS.filter(open__gt=0).values("union"))
HAS_CHAIR = Exists(Officer.objects.filter(org=OuterRef("pk"), post=Post.CHAIR, valid_to__isnull=True))
IS_FIRST_DAY = Q(during__startswith=F("joined_on"))


def _day(template: str, *expressions: Combinable | str) -> Func:
    """A day computed by date arithmetic."""
    return Func(*expressions, template=f"({template})::date", output_field=DateField())


DUE = Coalesce("extended_to", "valid_to")
OVERDUE_SINCE = _day("%(expressions)s + 1", DUE)
DUE_SOON_SINCE = _day("%(expressions)s - interval '6 months'", DUE)
TERM_UNTIL = Least("ended_on", "org__ended_on")


def _age(day: date) -> Combinable:
    """The age band on a day; nobody's is guessed."""
    younger = [
        When(person__birth__gt=add_months(day, -12 * years), then=Value(band)) for years, band in zip((35, 45, 55), AGES, strict=False)
    ]
    return Case(*younger, When(person__birth__isnull=False, then=Value(AGES[-1])), default=Value(""), output_field=CharField())


BY_KIND = Split("kind", "组织类型", "kind", dict(Kind.choices))
BY_ROUTE = Split("route", "建会方式（四建）", "route", dict(Route.choices))
BY_FORM = Split("form", "就业形态", "form", dict(EmploymentForm.choices))
BY_SEX = Split("sex", "性别", "person__sex", dict(Sex.choices))
BY_AGE = Split("age", "年龄", _age, dict(zip(AGES, AGES, strict=True)))
BY_WAY = Split("way", "入会方式", "join_way", dict(JoinWay.choices))
BY_END = Split("reason", "离会原因", "end_reason", {key: label for key, label in EndReason.choices if key not in CONTINUES})


def _org_link(org: Organisation) -> str:
    return reverse("orgs:detail", args=[org.code])


def _person_link(row: Membership) -> str:
    return reverse("people:detail", args=[row.person.code])


UNION_ROWS: dict[str, Any] = {
    "of": Organisation,
    "org": "id",
    "related": ("parent",),
    "order": "-founded_on",
    "columns": (
        Column("code", "编码", lambda org: org.code, url=_org_link, order="code"),
        Column("union", "工会", lambda org: org.name, url=_org_link),
        Column("parent", "上级", lambda org: org.parent.short_name if org.parent else ""),
        Column("kind", "类型", lambda org: org.get_kind_display()),
        Column("route", "建会方式", lambda org: org.get_route_display()),
        Column("founded_on", "建会日期", lambda org: org.founded_on, order="founded_on"),
    ),
}
MEMBER_ROWS: dict[str, Any] = {
    "of": Membership,
    "org": "union",
    "permission": "people.view",
    "personal": True,
    "related": ("person", "union"),
    "columns": (
        Column("code", "会员编号", lambda row: row.person.code, url=_person_link),
        Column("name", "姓名", lambda row: mask_name(row.person.name)),
        Column("union", "工会", lambda row: row.union.short_name or row.union.name),
        Column("form", "就业形态", lambda row: row.get_form_display()),
        Column("joined_on", "入会日期", lambda row: row.joined_on, order="joined_on"),
        Column("standing", "会籍", lambda row: row.get_standing_display()),
    ),
}
LEAVER_ROWS: dict[str, Any] = MEMBER_ROWS | {
    "columns": (
        *MEMBER_ROWS["columns"][:5],
        Column("left_on", "离会日期", lambda row: row.during.upper),
        Column("reason", "原因", lambda row: row.get_end_reason_display()),
    ),
}
TERM_ROWS: dict[str, Any] = {
    "of": Term,
    "where": Q(org__kind__in=COUNTED_AS_UNION),
    "org": "org",
    "related": ("org", "org__parent"),
    "order": "valid_to",
    "columns": (
        Column("union", "工会", lambda term: term.org.name, url=lambda term: _org_link(term.org)),
        Column("parent", "上级", lambda term: term.org.parent.short_name if term.org.parent else ""),
        Column("number", "届次", lambda term: f"第{term.number}届"),
        Column("from", "任期起", lambda term: term.valid_from),
        Column("to", "届满日", lambda term: term.valid_to, order="valid_to"),
        Column("extended", "延期至", lambda term: term.extended_to),
    ),
}

FIGURES = (
    Figure(
        code="organising.unions",
        title="实名制工会",
        short="工会",
        unit="家",
        version=VERSION,
        article=REGISTER,
        per=PER_MEMBER,
        definition="这一天存在的基层工会，以及村（社区）、园区（楼宇）、行业工会联合会，每家算一家。联合基层工会不论涵盖多少单位，算一家。",
        excludes="分工会；镇街总工会、开发区工会、区产业（系统）工会和区总工会本身；已撤销、合并的",
        dated="建会批准之日起算，撤销、合并之日起不算",
        where=IS_UNION,
        since=F("founded_on"),
        until=F("ended_on"),
        splits=(BY_KIND, BY_ROUTE),
        **UNION_ROWS,
    ),
    Figure(
        code="organising.members",
        title="实名制会员",
        short="会员",
        unit="人",
        version=VERSION,
        article=REGISTER,
        definition="这一天会籍在册（含会籍挂靠和正在转会）的会员，一人算一人。",
        excludes="保留会籍的（另列）；退会、除名、去世、离开本区的；还没批准入会的",
        dated="批准入会之日起算，会籍终止之日起不算",
        where=IS_COUNTED,
        during="during",
        kept=MembershipTally,
        splits=(BY_FORM, BY_SEX, BY_AGE),
        **MEMBER_ROWS,
    ),
    Figure(
        code="organising.new_form_unions",
        title="新业态工会",
        unit="家",
        version=VERSION,
        article="全总关于推进新就业形态劳动者入会的工作要求",
        per=PER_MEMBER,
        definition="这一天存在、并已认定为新就业形态领域的工会。",
        excludes="只有部分会员是新就业形态劳动者、没有认定的工会",
        dated="认定之日与建会之日，取晚的一天起算",
        where=IS_UNION & Q(new_form_on__isnull=False),
        since=Greatest("founded_on", "new_form_on"),
        until=F("ended_on"),
        splits=(BY_KIND, BY_ROUTE),
        **UNION_ROWS,
    ),
    Figure(
        code="organising.new_form_members",
        title="新就业形态劳动者会员",
        short="新业态会员",
        unit="人",
        version=VERSION,
        article="人社部发〔2021〕56号；总工发〔2021〕12号",
        per=PER_MEMBER,
        definition="这一天会籍在册的会员中，货车司机、网约车司机、快递员、外卖配送员、网络主播、代驾司机和其他平台从业者；家政、护工、房产中介通过平台就业的也算。",
        excludes="商场信息员、保安员（属八大群体，不属新就业形态）；保留会籍的",
        dated="按会籍上登记的就业形态及其起止日期",
        where=IS_COUNTED & Q(is_new_form=True),
        during="during",
        kept=MembershipTally,
        splits=(BY_FORM, BY_SEX, BY_AGE),
        **MEMBER_ROWS,
    ),
    Share(
        code="organising.new_form_share",
        title="新就业形态会员占比",
        short="新业态占比",
        unit="%",
        version=VERSION,
        definition="新就业形态劳动者会员除以实名制会员。",
        part="organising.new_form_members",
        whole="organising.members",
    ),
    Share(
        code="organising.members_per_union",
        title="平均每家工会会员",
        short="每家工会会员",
        unit="人",
        version=VERSION,
        definition="实名制会员除以实名制工会。",
        part="organising.members",
        whole="organising.unions",
    ),
    Figure(
        code="organising.new_economy_unions",
        title="新经济工会",
        unit="家",
        version=VERSION,
        article=REGISTER,
        definition="这一天存在、并已认定为新经济领域的工会。",
        dated="认定之日与建会之日，取晚的一天起算",
        where=IS_UNION & Q(new_economy_on__isnull=False),
        since=Greatest("founded_on", "new_economy_on"),
        until=F("ended_on"),
        splits=(BY_KIND, BY_ROUTE),
        **UNION_ROWS,
    ),
    Figure(
        code="organising.new_field_unions",
        title="新领域工会",
        unit="家",
        version=VERSION,
        article=REGISTER,
        definition="这一天存在、并已认定为新领域的工会。",
        dated="认定之日与建会之日，取晚的一天起算",
        where=IS_UNION & Q(new_field_on__isnull=False),
        since=Greatest("founded_on", "new_field_on"),
        until=F("ended_on"),
        splits=(BY_KIND, BY_ROUTE),
        **UNION_ROWS,
    ),
    Figure(
        code="organising.founded",
        title="新建工会",
        unit="家",
        version=VERSION,
        article=REGISTER,
        definition="这段时间批准建立的工会（口径同实名制工会），后来撤销的也算。",
        dated="建会批准之日",
        where=IS_UNION,
        on="founded_on",
        splits=(BY_KIND, BY_ROUTE),
        **UNION_ROWS,
    ),
    Figure(
        code="organising.joined",
        title="新入会",
        unit="人",
        version=VERSION,
        article=REGISTER,
        definition="这段时间批准入会的会员，包括退会后重新入会的。",
        excludes="从别的工会转入的；入会当日即保留会籍的",
        dated="批准入会之日",
        where=IS_COUNTED & IS_FIRST_DAY & ~Q(join_way=JoinWay.TRANSFER),
        on="joined_on",
        splits=(BY_WAY, BY_FORM),
        **MEMBER_ROWS,
    ),
    Figure(
        code="organising.left",
        title="离会",
        unit="人",
        version=VERSION,
        article=REGISTER,
        definition="这段时间会籍终止的会员：退会、自动退会、开除会籍、去世、工会撤销、离开本区。",
        excludes="转到别的工会的；改为保留会籍的；就业形态变了的",
        dated="会籍终止之日",
        where=IS_COUNTED & Q(during__upper_inf=False) & ~Q(end_reason__in=CONTINUES),
        on="during__endswith",
        splits=(BY_END, BY_FORM),
        **LEAVER_ROWS,
    ),
    Change(
        code="organising.net_growth",
        title="会员净增",
        unit="人",
        version=VERSION,
        definition="期末实名制会员减去期初前一天的实名制会员。新入会减离会与它的差，是会籍改为保留、恢复在册的人数。",
        of="organising.members",
        beside=("organising.joined", "organising.left"),
    ),
    Figure(
        code="organising.retained",
        title="保留会籍",
        unit="人",
        version=VERSION,
        article=REGISTER,
        definition="这一天因退休、参军、脱产学习、长假等保留会籍的人。不计入实名制会员。",
        dated="改为保留会籍之日起算",
        where=Q(standing=Standing.RETAINED),
        during="during",
        kept=MembershipTally,
        splits=(BY_SEX, BY_AGE),
        **MEMBER_ROWS,
    ),
    Figure(
        code="organising.overdue_terms",
        title="届满未换届",
        unit="家",
        version=VERSION,
        article="工会法第十六条",
        definition="这一天任期已过届满日（批准延期的按延期日）、还没有选出新一届的工会，一家算一家。",
        excludes="已撤销、合并的工会",
        dated="届满日的次日起算，选出新一届之日起不算",
        since=OVERDUE_SINCE,
        until=TERM_UNTIL,
        **TERM_ROWS,
    ),
    Figure(
        code="organising.terms_due",
        title="半年内届满",
        unit="家",
        version=VERSION,
        article="工会法第十六条",
        definition="这一天起六个月内任期届满（批准延期的按延期日）的工会，当天届满的也算。",
        excludes="已过届满日的（另列）；已撤销、合并的工会",
        dated="届满日前六个月起算",
        since=DUE_SOON_SINCE,
        until=Least(OVERDUE_SINCE, TERM_UNTIL),
        **TERM_ROWS,
    ),
    Figure(
        code="organising.legal_persons",
        title="登记法人的工会",
        unit="家",
        version=VERSION,
        article="工会法第十五条",
        only_today=True,
        definition="现在存在、法人状态为已登记的工会。",
        dated="只登记现状",
        where=IS_UNION & Q(legal_status=LegalStatus.REGISTERED),
        since=F("founded_on"),
        until=F("ended_on"),
        splits=(BY_KIND,),
        **UNION_ROWS,
    ),
    Share(
        code="organising.legal_person_share",
        title="法人登记率",
        unit="%",
        version=VERSION,
        article="工会法第十五条",
        definition="登记法人的工会除以实名制工会。",
        part="organising.legal_persons",
        whole="organising.unions",
    ),
    Figure(
        code="organising.covered_employers",
        title="涵盖单位",
        unit="家",
        version=VERSION,
        article=REGISTER,
        definition="这一天被工会涵盖的用人单位，一个单位不论被几家工会涵盖，只算一个。",
        excludes="已注销的单位；已撤销的工会涵盖的",
        dated="涵盖关系的起止日期",
        of=Coverage,
        org="union",
        since=Greatest("valid_from", "union__founded_on"),
        until=Least("valid_to", "employer__ended_on", "union__ended_on"),
        measure=partial(Count, "employer", distinct=True),
        related=("employer", "union"),
        order="employer__name",
        columns=(
            Column("employer", "单位", lambda row: row.employer.name),
            Column("nature", "单位性质", lambda row: row.employer.get_nature_display()),
            Column("union", "由哪家工会涵盖", lambda row: row.union.name, url=lambda row: _org_link(row.union)),
            Column("from", "起", lambda row: row.valid_from),
        ),
    ),
    Figure(
        code="organising.staff",
        title="职工人数（已填报的工会）",
        unit="人",
        version=VERSION,
        only_today=True,
        definition="现在存在、填报了职工人数的工会，所填人数之和。",
        dated="只登记最近一次填报",
        where=IS_UNION & Q(staff_total__isnull=False),
        since=F("founded_on"),
        until=F("ended_on"),
        measure=partial(Sum, "staff_total"),
        **UNION_ROWS | {"columns": (*UNION_ROWS["columns"][:4], Column("staff", "职工人数", lambda org: org.staff_total, numeric=True))},
    ),
    Figure(
        code="organising.members_of_known_staff",
        title="会员（已填报职工人数的工会）",
        unit="人",
        version=VERSION,
        only_today=True,
        definition="填报了职工人数的工会，现在在册的会员。",
        dated="只用于算入会率",
        where=IS_COUNTED & Q(union__staff_total__isnull=False, union__kind__in=COUNTED_AS_UNION),
        during="during",
        **MEMBER_ROWS,
    ),
    Share(
        code="organising.joining_rate",
        title="入会率（已填报职工人数的工会）",
        unit="%",
        version=VERSION,
        definition="填报了职工人数的工会中，会员除以职工。没填报的工会不参加计算。",
        part="organising.members_of_known_staff",
        whole="organising.staff",
    ),
    Figure(
        code="organising.empty_unions",
        title="没有会员的工会",
        unit="家",
        version=VERSION,
        only_today=True,
        definition="现在存在、没有一名在册会员的工会。联合会下面的工会有会员，联合会自己没有，不算。",
        dated="只看现状",
        where=Q(kind__in=GRASSROOTS) & ~HAS_MEMBERS,
        since=F("founded_on"),
        until=F("ended_on"),
        splits=(BY_KIND,),
        **UNION_ROWS,
    ),
    Figure(
        code="organising.unions_without_staff",
        title="没填职工人数的工会",
        unit="家",
        version=VERSION,
        only_today=True,
        definition="现在存在、没有填报职工人数的基层工会；它们不参加入会率的计算。",
        dated="只看现状",
        where=Q(kind__in=GRASSROOTS, staff_total__isnull=True),
        since=F("founded_on"),
        until=F("ended_on"),
        splits=(BY_KIND,),
        **UNION_ROWS,
    ),
    Figure(
        code="organising.unions_without_chair",
        title="没有登记主席的工会",
        unit="家",
        version=VERSION,
        article="工会法第十条",
        only_today=True,
        definition="现在存在、没有在任主席的工会。只配组织员的不算。",
        dated="只看现状",
        where=IS_UNION & ~Q(kind=Kind.ORGANISER) & ~HAS_CHAIR,
        since=F("founded_on"),
        until=F("ended_on"),
        splits=(BY_KIND,),
        **UNION_ROWS,
    ),
    Label(
        code="organising.routes",
        title="“四建”方式",
        unit="种",
        version=VERSION,
        definition="建会的四种方式，每家工会登记一种。",
        items=tuple(str(label) for _, label in Route.choices),
    ),
    Label(
        code="organising.three_new",
        title="“三新”领域",
        unit="类",
        version=VERSION,
        definition="重点组建的三个领域，一家工会可以属于几个。",
        items=THREE_NEW,
    ),
    Awaited(
        code="organising.campaigns",
        title="组建专项行动",
        unit="个",
        version=VERSION,
        definition="这段时间开展的组建专项行动，例如组建双百攻坚、组建大攻坚活力大提升。",
        dated="行动启动之日",
    ),
    Awaited(
        code="organising.provincial_events_hosted",
        title="承办省级组建活动",
        unit="场",
        version=VERSION,
        definition="这段时间承办的省级组建活动，例如集中入会仪式、现场推进会。",
        dated="活动举行之日",
    ),
    Rank(
        code="organising.city_rank_new_form",
        title="新就业形态劳动者入会数全市名次",
        unit="名次",
        version=VERSION,
        definition="按市总工会的通报登记。名次一个区算不出来，只能凭文件录入，由第二个人签核。",
        dated="通报所说的截至日",
    ),
)

HEADLINE = ("organising.unions", "organising.members", "organising.new_form_unions", "organising.new_form_members")
"""What the report puts first."""

BOARD = BoardPart(
    hero="organising.members",
    beside="organising.new_form_members",
    rank="organising.city_rank_new_form",
    figures=(
        "organising.unions",
        "organising.new_form_unions",
        "organising.new_form_members",
        "organising.covered_employers",
        "organising.net_growth",
        "organising.founded",
        "organising.legal_person_share",
        "organising.overdue_terms",
    ),
    compared=("organising.members_per_union", "organising.new_form_share"),
    places="organising.unions",
    clocks=("organising.overdue_terms", "organising.terms_due"),
    years=("organising.members", "organising.new_form_members"),
    bars=("organising.unions", "route"),
    gaps=("organising.empty_unions", "organising.unions_without_chair", "organising.unions_without_staff"),
)

PROSE = (
    """坚决落实“职工在哪里，工会组织就建到哪里”的要求，采取“企业单建、行业联建、龙头领建、区域共建”等{organising.routes}建会方式，扩大工会组织覆盖面；
    紧盯重点产业和行业，开展新就业形态、新经济、新领域等{organising.three_new}领域的工会组建。五年来新建工会{organising.founded}，
    新入会{organising.joined}[，会员净增{organising.net_growth}]。""",
    """目前，{org}实名制数据库涵盖工会{organising.unions}、会员{organising.members}，其中新业态工会{organising.new_form_unions}、
    新就业形态劳动者会员{organising.new_form_members}[，入会数全市{organising.city_rank_new_form}]。
    工会涵盖单位{organising.covered_employers}[，平均每家工会会员{organising.members_per_union}]。""",
    "任期届满还没有换届的工会{organising.overdue_terms}，半年内届满的{organising.terms_due}。",
)
"""The article's account of this line; {figure code} is a number, a [stretch] falls away where its figure has none."""
