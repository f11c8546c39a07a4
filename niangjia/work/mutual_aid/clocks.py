"""How long what may take in claims, appeals and claw-backs: examples of ours until the district enters its own (NIANGJIA_MUTUAL_AID_DAYS)."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings

from niangjia.core.law.queries import calendar
from niangjia.core.law.workdays import Calendar


@dataclass(frozen=True)
class Term:
    """A term of this line: its code in a case, title, and how many days; ``workdays`` where only these count."""

    code: str
    title: str
    days: int
    workdays: bool = False

    @property
    def key(self) -> str:
        """How the setting names it."""
        return self.code.removeprefix("mutual_aid.")

    @property
    def said(self) -> str:
        """What the setting says instead; empty where it says nothing."""
        return str(settings.MUTUAL_AID_DAYS.get(self.key, ""))

    @property
    def source(self) -> str:
        """Whose word it is."""
        return "本区设定" if self.said else "[示例] 演示的期限，以本区规定为准"

    def ends(self, since: date, days: Calendar | None = None) -> date:
        """The last day, counted from the day after ``since``; days of the calendar roll on where they end on a rest day.

        ``days``: the working-day calendar, where the caller has it at hand.
        """
        said, of_work = self.said, days or calendar()
        number, workdays = (int(said.removesuffix("w")), said.endswith("w")) if said else (self.days, self.workdays)
        return of_work.add_workdays(since, number) if workdays else of_work.roll_forward(since + timedelta(days=number))


CHECK = Term("mutual_aid.check", "核对手工申请", 15, workdays=True)
SUPPLY = Term("mutual_aid.supply", "补材料", 30)
POOL = Term("mutual_aid.pool", "催资金池所在工会答复", 30)
ANSWER = Term("mutual_aid.answer", "答复申诉", 15, workdays=True)
OBJECT = Term("mutual_aid.object", "申诉", 60)
NOTIFY = Term("mutual_aid.notify", "告知本人要收回", 3, workdays=True)
REPAY = Term("mutual_aid.repay", "退回互助金", 30)
