"""Orders of other bodies: each keeps its number and its own day of answering (来件答复)."""

from datetime import date

from django.conf import settings
from django.db import transaction

from niangjia.base.calendar import chinese_date, today
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.cases.actions.clocks import meet_term, start_promise
from niangjia.core.cases.actions.rows import lock, write_step
from niangjia.core.cases.models import Case, Clock
from niangjia.core.cases.rules import check_open, check_reason, refuse, require_reach
from niangjia.core.law.queries import calendar
from niangjia.core.trail.actions import record
from niangjia.work.rights.enums import Channel

REPLY = "reply.channel"
"""The clock of answering whoever sent the matter."""


@transaction.atomic
def promise_reply(case: Case, *, by: Actor, due_on: date | None = None) -> Clock | None:
    """Let the clock of answering run: until the day the order names, else as configured for its channel; None where neither says a day."""
    days = settings.REPLY_WORKDAYS.get(case.channel)
    if due_on is None and days is None:
        return None
    if due_on and due_on < case.opened_on:
        refuse(f"答复期限{chinese_date(due_on)}早于收到日期。", "reply_due_on")
    until = due_on or calendar().add_workdays(case.opened_on, int(days or 0))
    source = "来件写明的答复期限" if due_on else "本区按来件渠道设定的答复期限，待核"
    with elevated("promise_reply: the case may lie outside the actor's subtree"):
        lock(case)
        check_open(case)
        title = f"答复{Channel(case.channel).label}"
        return start_promise(case, term=REPLY, title=title, source=source, since=case.opened_on, due_on=until, by=by)


@transaction.atomic
def answer_channel(case: Case, *, words: str, by: Actor, on: date | None = None) -> None:
    """The body that sent the matter has its answer: the clock is met, what was said stays with the case."""
    on, words = on or today(), check_reason(words, "words")
    with elevated("answer_channel: the case may lie outside the actor's subtree"):
        lock(case)
        require_reach(by, case, "rights.mediate")
        if meet_term(case, term=REPLY, by=by, on=on) is None:
            refuse("没有等答复的来件，或者已经答复过。")
        label = Channel(case.channel).label
        write_step(case, step="answer_channel", title=f"答复{label}", source=case.state, by=by, on=on, note=words, for_worker=False)
        record("rights.answer_channel", subject=case.subject, by=by, org=case.org_id, on=on, channel=case.channel)
