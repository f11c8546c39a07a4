"""Which way a matter goes, above all for riders and people past the pension age: decided from plain facts, each reason with its source.

Rules that nobody here has read in the original are marked as not checked (待核); dates decide which rules hold.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from niangjia.work.rights.enums import Path

Words = str | Promise
COVER_FROM = date(2025, 8, 21)
"""From which day orders of named platforms are covered in Zhejiang; the notice itself is not read (待核)."""
SINGLE_FROM = date(2023, 7, 1)
"""From which day seven groups may join work-injury insurance alone in Zhejiang; not read (待核)."""
RETIRED_ANEW_FROM = date(2025, 9, 1)
"""From which day the second interpretation changes what holds for workers past the pension age; not read (待核)."""
INJURED, FINED, UNPAID, INSURANCE, GRADE, OTHER = "injured", "fined", "unpaid", "insurance", "grade", "other"
ORDERS, STATION, CONTRACT, FAMILY, HELPER, FARM, UNKNOWN = "orders", "station", "contract", "family", "helper", "farm", "unknown"


@dataclass(frozen=True)
class Source:
    """Where a reason comes from, and whether it was read in the law itself."""

    title: str
    verified: bool = False

    def __str__(self) -> str:
        return self.title if self.verified else f"{self.title}，待核"


NOT_LABOUR = Source("劳动争议解释（一）第二条", verified=True)
RELATION = Source("劳社部发〔2005〕12号")
NEW_FORMS = Source("人社部发〔2021〕56号")
COVER = Source("浙江省新就业形态人员职业伤害保障办法")
SINGLE = Source("浙江省单险种参加工伤保险的规定")
RETIRED = Source("劳动争议解释（一）第三十二条")
RETIRED_ANEW = Source("法释〔2025〕12号（劳动争议解释（二））")
INJURY_CLAIM = Source("工伤保险条例第十七条")
LIMITATION = Source("调解仲裁法第二十七条", verified=True)
CIVIL_LIMITATION = Source("民法典第一百八十八条")
CONTRACTS = Source("民法典合同编")


@dataclass(frozen=True)
class Reason:
    """Why the matter goes this way."""

    text: Words
    source: Source | None = None


@dataclass(frozen=True)
class Place:
    """Where to go; ``phone`` where one number serves the whole country."""

    title: Words
    phone: str = ""


@dataclass(frozen=True)
class Way:
    """One way: what it is, what it needs, where to go, by when."""

    path: str
    title: Words
    about: Words
    needs: Sequence[Words]
    places: Sequence[Place]
    by_when: Sequence[Reason]


UNION, HOTLINE_HR, HOTLINE_LAW = Place(_("街道总工会"), "12351"), Place(_("人社热线"), "12333"), Place(_("法律服务热线"), "12348")
WAYS = {
    way.path: way
    for way in (
        Way(
            Path.LABOUR, _("按劳动争议办"), _("先调解，谈不成申请仲裁，都不收费"),
            (_("劳动合同、工资条、打卡、聊天"), _("身份证")), (UNION, Place(_("劳动人事争议仲裁委员会")), HOTLINE_HR),
            (Reason(_("一年以内申请仲裁；在职欠薪，离职后一年内"), LIMITATION), Reason(_("受伤：单位三十天内、自己一年内申请工伤认定"), INJURY_CLAIM)),
        ),
        Way(
            Path.UNSURE, _("先弄清算不算劳动关系"), _("谁派活、谁管时间、谁发钱，说清楚再走哪条路。工会帮你看材料"),
            (_("排班表、考勤、罚款记录"), _("发钱的流水，谁转的账"), _("站点的群聊、工装、工牌")),
            (UNION, Place(_("劳动人事争议仲裁委员会（申请确认劳动关系）"))), (Reason(_("一年以内申请仲裁，别拖"), LIMITATION),),
        ),
        Way(
            Path.NEW_FORM_INJURY, _("职业伤害保障"), _("接了单路上受伤，由平台交的职业伤害保障来赔"),
            (_("出事那一单的截图"), _("病历、发票"), _("交警认定书或报警记录")),
            (Place(_("平台 App 里的“职业伤害”入口，先报案")), Place(_("人力资源和社会保障局工伤科"), "12333"), UNION),
            (Reason(_("马上在 App 里报案；期限以办法为准"), COVER),),
        ),
        Way(
            Path.SINGLE_INJURY, _("单独参加的工伤保险"), _("单位给你单独参加了工伤保险的，按工伤赔"),
            (_("单位参加工伤保险的记录，可以打电话查"), _("病历、发票"), _("证人、现场照片")),
            (Place(_("人力资源和社会保障局工伤科"), "12333"), UNION),
            (Reason(_("单位三十天内、自己一年内申请工伤认定"), INJURY_CLAIM),),
        ),
        Way(
            Path.PLATFORM, _("先向平台申诉"), _("把情况写清楚交给平台；不改，工会出面找平台谈"),
            (_("扣罚、封号的通知截图"), _("那一单的轨迹、聊天、照片")),
            (Place(_("平台 App 里的申诉入口")), Place(_("平台客服，要工单号")), UNION),
            (Reason(_("越早越好，平台自己写有申诉期限")),),
        ),
        Way(
            Path.CIVIL, _("按民事要钱"), _("算劳务、承揽的，按约定要钱要赔；工会一样帮你调解"),
            (_("谁叫你干的、说好多少钱：聊天、证人"), _("干了多少活：照片、单子")),
            (UNION, Place(_("街道人民调解委员会")), Place(_("基层人民法院")), HOTLINE_LAW),
            (Reason(_("一般三年以内起诉"), CIVIL_LIMITATION),),
        ),
        Way(
            Path.AGENCY, _("找经办机构"), _("这不是你和单位之间的劳动争议，找管这件事的机构"),
            (_("办不下来的通知或回执"), _("身份证、社保卡")),
            (
                Place(_("社会保险经办机构、公积金中心"), "12333"), Place(_("劳动能力鉴定委员会（伤残等级）")),
                Place(_("职业病诊断鉴定机构")), HOTLINE_LAW,
            ),
            (Reason(_("不服答复的，可以复议或者起诉，期限看答复上写的")),),
        ),
    )
}  # fmt: skip
"""Every way by its path."""


@dataclass(frozen=True)
class Situation:
    """What is known: what happened, for whom one works, whether somebody sets the hours (None: not known), age, day of the accident."""

    trouble: str = OTHER
    work: str = CONTRACT
    is_managed: bool | None = None
    over_age: bool = False
    accident_on: date | None = None


@dataclass(frozen=True)
class Decision:
    """The way, why, and the other ways that stay open."""

    way: Way
    reasons: Sequence[Reason]
    also: Sequence[Way] = field(default_factory=tuple)

    @property
    def in_words(self) -> list[str]:
        """The reasons in Chinese, as they stay with the case."""
        with override(None):
            return [f"{one.text}（{one.source}）" if one.source else str(one.text) for one in self.reasons]


def decide(said: Situation, on: date) -> Decision:
    """The way of a matter by the rules of a day. Facts that are not known lead to the question whether there is a labour relation."""
    if said.trouble in (INSURANCE, GRADE):
        what = _("和社保经办机构的纠纷，不是劳动争议") if said.trouble == INSURANCE else _("对伤残等级、职业病鉴定不服，不是劳动争议")
        return _to(Path.AGENCY, Reason(what, NOT_LABOUR))
    if said.work in (FAMILY, HELPER, FARM):
        who = {FAMILY: _("一户人家雇的，不算劳动争议"), HELPER: _("师傅带徒弟、帮工，不算劳动争议"), FARM: _("农户雇的，不算劳动争议")}
        return _to(Path.CIVIL, Reason(who[said.work], NOT_LABOUR))
    if said.over_age:
        return _over_age(said, on)
    if said.work == CONTRACT:
        return _to(Path.LABOUR)
    return _outside(said, on)


def _over_age(said: Situation, on: date) -> Decision:
    if said.trouble == INJURED:
        reasons = [Reason(_("过了退休年龄，和单位多半算劳务关系"), RETIRED)]
        if (said.accident_on or on) < SINGLE_FROM:
            return _to(Path.CIVIL, *reasons, Reason(_("那时还不能单独参加工伤保险，向雇你的人要赔"), SINGLE))
        return _to(
            Path.SINGLE_INJURY,
            *reasons,
            Reason(_("单位给你单独参加了工伤保险的，走这条路；没参加的，按民事要赔"), SINGLE),
            also=(Path.CIVIL,),
        )
    if on >= RETIRED_ANEW_FROM:
        return _to(Path.UNSURE, Reason(_("过了退休年龄的人，新解释有新规定，要先看原文"), RETIRED_ANEW), also=(Path.CIVIL,))
    return _to(
        Path.CIVIL, Reason(_("过了退休年龄，和单位多半算劳务关系"), RETIRED), Reason(_("可以按劳务报酬要，工会照样帮你调解"), CONTRACTS)
    )


def _outside(said: Situation, on: date) -> Decision:
    """Orders of platforms, stations, or nobody knows what."""
    if said.trouble == FINED:
        return _to(
            Path.PLATFORM, Reason(_("平台扣罚、封号、降价：先向平台申诉，工会帮你写")), also=(Path.UNSURE,) if said.is_managed else ()
        )
    managed = said.is_managed or (said.is_managed is None and said.work == STATION)
    if said.trouble == INJURED:
        return _injured(said, on, managed=bool(managed))
    if managed:
        return _to(Path.UNSURE, Reason(_("有人排班、管考勤、发工资，可能算劳动关系"), RELATION), also=(Path.CIVIL,))
    if said.is_managed is None:
        return _to(Path.UNSURE, Reason(_("先弄清是不是劳动关系：谁派活、谁管时间、谁发钱"), NEW_FORMS), also=(Path.CIVIL,))
    return _to(
        Path.CIVIL, Reason(_("没有合同、自己接单，不一定算劳动关系"), NEW_FORMS), Reason(_("可以按劳务报酬要，工会照样帮你调解"), CONTRACTS)
    )  # fmt: skip


def _injured(said: Situation, on: date, *, managed: bool) -> Decision:
    also = (Path.UNSURE, Path.CIVIL) if managed else (Path.CIVIL,)
    if (said.accident_on or on) >= COVER_FROM:
        return _to(Path.NEW_FORM_INJURY, Reason(_("接单时受了伤：先走职业伤害保障，看平台在不在名单里"), COVER), also=also)
    not_yet = Reason(_("那时浙江还没有职业伤害保障；看平台买的意外险"), COVER)
    if managed:
        return _to(Path.UNSURE, not_yet, Reason(_("有人排班、管考勤、发工资，可能算劳动关系，能算工伤"), RELATION), also=(Path.CIVIL,))
    return _to(Path.CIVIL, not_yet, Reason(_("向撞你的人、平台的保险要赔"), CONTRACTS))


def _to(path: str, *reasons: Reason, also: Sequence[str] = ()) -> Decision:
    return Decision(WAYS[path], reasons, [WAYS[one] for one in also])
