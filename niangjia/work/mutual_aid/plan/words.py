"""A rule in plain words, sentence by sentence, as somebody who takes part wants to read it; in the reader's language."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from niangjia.work.mutual_aid.plan.catalogue import IN_SERVICE, RETIRED
from niangjia.work.mutual_aid.plan.rule import CASH, PER_YEAR, Rule

KINDS = {IN_SERVICE: gettext_noop("在职职工"), RETIRED: gettext_noop("退休人员")}
TITLES = (
    gettext_noop("在职职工住院医疗互助"),
    gettext_noop("退休人员住院医疗互助"),
    gettext_noop("在职职工特种重病互助"),
    gettext_noop("女职工安康互助"),
)
"""Titles of the shipped plans; a plan that a district names itself keeps its own name in every language."""
DISEASES = (
    gettext_noop("尿毒症"), gettext_noop("恶性肿瘤"), gettext_noop("再生障碍性贫血"), gettext_noop("心脏瓣膜置换"), gettext_noop("冠状动脉搭桥"),
    gettext_noop("颅内肿瘤手术"), gettext_noop("主动脉手术"), gettext_noop("乳腺癌"), gettext_noop("卵巢癌"), gettext_noop("子宫癌"),
    gettext_noop("宫颈癌"), gettext_noop("输卵管癌"), gettext_noop("阴道癌"),
)  # fmt: skip
"""Diseases of the shipped plans, named so that they are translated."""


def in_words(rule: Rule) -> list[tuple[str, str]]:
    """(heading, sentence) of everything a rule says, in the order one asks."""
    said = [(_("谁能参加"), _who(rule)), (_("交多少"), _fee(rule))]
    said += [(_("给多少"), sentence) for sentence in _grants(rule)]
    said += [(_("怎么算"), sentence) for sentence in _limits(rule)]
    said += [(_("什么时候起作数"), sentence) for sentence in _waiting(rule)]
    if rule.unit_share is not None:
        share = {"share": _percent(rule.unit_share), "n": rule.all_below}
        words = (
            _("参加职工医保的人中至少 %(share)s 参加，%(n)s 人以下的单位全部参加。")
            if rule.all_below
            else _("参加职工医保的人中至少 %(share)s 参加。")
        )
        said.append((_("单位参加的比例"), words % share))
    return said


def by_heading(rule: Rule) -> list[tuple[str, list[str]]]:
    """Everything a rule says, the sentences under their headings."""
    found: dict[str, list[str]] = {}
    for heading, sentence in in_words(rule):
        found.setdefault(heading, []).append(sentence)
    return list(found.items())


def differences(old: Rule, new: Rule) -> list[tuple[str, list[str], list[str]]]:
    """(heading, sentences that went, sentences that came) of two rules, in the order of the new one; nothing where they say the same."""
    before, after = in_words(old), in_words(new)
    headings = dict.fromkeys(heading for heading, _words in (*after, *before))
    found = []
    for heading in headings:
        went = [words for one, words in before if one == heading and (one, words) not in after]
        came = [words for one, words in after if one == heading and (one, words) not in before]
        if went or came:
            found.append((heading, went, came))
    return found


def _who(rule: Rule) -> str:
    kinds = _("、").join(_(KINDS[kind]) if kind in KINDS else kind for kind in rule.person_types) or _("职工")
    parts = [kinds]
    if rule.sex:
        parts.append(_("限男性") if rule.sex == 1 else _("限女性"))
    if rule.oldest:
        parts.append(_("%(low)s—%(high)s 岁") % {"low": rule.youngest or 0, "high": rule.oldest})
    elif rule.youngest:
        parts.append(_("满 %(low)s 岁") % {"low": rule.youngest})
    return _("，").join(parts) + _("。")


def _fee(rule: Rule) -> str:
    facts = {"fee": _yuan(rule.fee), "years": rule.years, "shares": rule.shares}
    if rule.shares == 1:
        return _("每份 %(fee)s 元，管 %(years)s 年，每人一份。") % facts
    return _("每份 %(fee)s 元，管 %(years)s 年，每人最多 %(shares)s 份。") % facts


def _grants(rule: Rule) -> Iterator[str]:
    lower = Decimal(0)
    for band in rule.bands:
        facts = {"low": _yuan(lower), "high": _yuan(band.up_to or lower), "rate": _percent(band.rate)}
        if band.up_to is None:
            words = _("住院自己负担的部分，%(low)s 元以上的补 %(rate)s")
        else:
            words = (
                _("住院自己负担的部分，%(low)s 到 %(high)s 元的补 %(rate)s")
                if lower
                else _("住院自己负担的部分，%(high)s 元以内的补 %(rate)s")
            )
        first = _("（第一次参加或中断过的补 %(first)s）") % {"first": _percent(band.first_rate)} if band.first_rate is not None else ""
        yield words % facts + first + _("。")
        lower = band.up_to or lower
    if rule.first_stay:
        yield _("一年里第一次住院付了起付线的，另补 %(sum)s 元。") % {"sum": _yuan(rule.first_stay)}
    if rule.daily:
        facts = {"sum": _yuan(rule.daily.amount), "free": str(rule.daily.free_days), "rate": ""}
        words = _("住院每天补 %(sum)s 元，头 %(free)s 天不计。") if rule.daily.free_days else _("住院每天补 %(sum)s 元。")
        yield words % facts
    if rule.lump:
        names = _("、").join(_(disease) for disease in rule.lump.diseases)
        yield _("确诊下列病的，每份一次给 %(sum)s 元：%(names)s。") % {"sum": _yuan(rule.lump.amount), "names": names}


def _limits(rule: Rule) -> Iterator[str]:
    if rule.bands:
        yield _("自己负担的部分一个保障年度合起来算。") if rule.band_basis == PER_YEAR else _("自己负担的部分每次住院单独算。")
        yield _("算进来的不超过那次住院付的现金。") if rule.cap_basis == CASH else _("算进来的不超过那次住院付的现金和个人账户。")
    if rule.cap_stay is not None:
        yield _("一次住院最多 %(sum)s 元。") % {"sum": _yuan(rule.cap_stay)}
    if rule.cap_year is not None:
        yield _("一个保障年度最多 %(sum)s 元。") % {"sum": _yuan(rule.cap_year)}
    if rule.daily and rule.daily.most_days is not None:
        yield _("一年最多计 %(days)s 天。") % {"days": rule.daily.most_days}


def _waiting(rule: Rule) -> Iterator[str]:
    waits = rule.waiting
    yield _("从生效日起等 %(days)s 天。") % {"days": waits.days} if waits.days else _("窗口期内参加的，从保障期第一天起。")
    if waits.late_first:
        yield _("窗口期过了才参加、以前没有连续参加的，等 %(days)s 天。") % {"days": waits.late_first}
    if waits.late_continuous:
        yield _("窗口期过了才参加、以前连续参加的，等 %(days)s 天。") % {"days": waits.late_continuous}
    if rule.grace_days:
        yield _("以前连续参加的，保障期开始后 %(days)s 天里补上，还从第一天算起。") % {"days": rule.grace_days}


def _yuan(amount: Decimal) -> str:
    return f"{amount:,.2f}".removesuffix(".00")


def _percent(rate: Decimal) -> str:
    text = f"{rate * 100:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + "%"
