"""What the page of a batch shows, worked out from the batch and the one who looks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse

from niangjia.base.calendar import chinese_date, now
from niangjia.core.access.actor import Actor
from niangjia.core.faces.shapes import BigNumber, Link, Portion
from niangjia.core.imports.enums import RUNNING, Decision, State
from niangjia.core.imports.models import Batch, BatchRow
from niangjia.core.imports.preview import Preview
from niangjia.core.imports.report import worksheet_names
from niangjia.core.imports.rules import may_approve, needs_approval
from niangjia.core.imports.sheets import Column, Kind, sheets

STEPS = {
    State.RECEIVED: 2, State.CHECKING: 2, State.REFUSED: 2, State.CHECKED: 3, State.RETURNED: 3, State.WAITING: 4, State.APPLYING: 4,
    State.FAILED: 4, State.APPLIED: 5, State.UNDOING: 5, State.UNDONE: 5,
}  # fmt: skip
SILENCE = timedelta(minutes=2)
"""A batch being worked on without progress for longer than this is shown as standing still."""
DOING = {
    State.RECEIVED: "排队等检查", State.CHECKING: "正在检查", State.APPLYING: "正在写进登记", State.UNDOING: "正在撤销",
}  # fmt: skip


@dataclass(frozen=True)
class Heading:
    """One heading of a worksheet and the column it is, "" for none of ours."""

    text: str
    column: str
    title: str


@dataclass(frozen=True)
class Doubt:
    """A union's name nobody found: how many rows carry it, and which unions it may mean."""

    said: str
    rows: int
    near: list[tuple[int, str]]


class BatchCard:
    """One batch for one reader; ``decision`` is the rows asked for ("" = those to look at)."""

    def __init__(self, batch: Batch, actor: Actor, decision: str) -> None:
        self.batch, self.actor, self.sheet = batch, actor, sheets()[batch.sheet]
        self._decision = decision

    @property
    def step(self) -> int:
        return STEPS[State(self.batch.state)]

    @property
    def running(self) -> bool:
        return self.batch.state in RUNNING

    @property
    def silent_minutes(self) -> int:
        """For how many minutes the work on it made no progress, where that is too long; else 0."""
        since = now() - (self.batch.progress_at or now())
        return int(since.total_seconds() // 60) if self.running and since > SILENCE else 0

    @property
    def doing(self) -> str:
        return DOING.get(State(self.batch.state), "")

    @property
    def counted(self) -> bool:
        """Whether there are decisions to show."""
        return self.batch.checked_at is not None and self.batch.state not in (State.RECEIVED, State.CHECKING, State.REFUSED)

    @property
    def numbers(self) -> list[BigNumber]:
        batch, noun = self.batch, self.sheet.noun
        return [
            BigNumber("新增", batch.new, "", f"登记里没有，建新{noun}", "?show=new", "ok", "user-plus", exact=True),
            BigNumber("相同", batch.same, "", "一字不差，不动", "?show=same", "", "equal", exact=True),
            BigNumber("变更", batch.changed, "", "旧值都留着，逐处可看", "?show=changed", "notice", "arrows-exchange", exact=True),
            BigNumber("重复", batch.duplicates, "", "表内重复或已在别的工会", "?show=double", "", "copy", exact=True),
            BigNumber("退回", batch.refused, "", "要改好再导", "?show=refused", "late", "alert-triangle", exact=True),
        ]

    @property
    def portions(self) -> list[Portion]:
        batch = self.batch
        return [
            Portion("新增", batch.new, "ok"), Portion("相同", batch.same, "plain"), Portion("变更", batch.changed, "notice"),
            Portion("重复", batch.duplicates, "grey"), Portion("退回", batch.refused, "late"),
        ]  # fmt: skip

    @property
    def chips(self) -> list[Link]:
        batch = self.batch
        look = batch.changed + batch.duplicates + batch.refused
        counts = (("", "要看的", look), ("new", "新增", batch.new), ("same", "相同", batch.same), ("changed", "变更", batch.changed),
                  ("double", "重复", batch.duplicates), ("refused", "退回", batch.refused))  # fmt: skip
        return [Link(title, f"?show={key}" if key else "?", count, active=key == self._decision) for key, title, count in counts]

    @property
    def to_apply(self) -> int:
        return self.batch.new + self.batch.changed

    @property
    def to_mend(self) -> int:
        return self.batch.refused + self.batch.duplicates

    @property
    def may_submit(self) -> bool:
        return self.batch.state == State.CHECKED and self.actor.may("imports.submit") and self.to_apply > 0

    @property
    def needs_approval(self) -> bool:
        return needs_approval(self.batch, self.actor)

    @property
    def limit(self) -> int:
        """Rows above which a second person approves."""
        return settings.APPROVAL_ROWS

    @property
    def may_approve(self) -> bool:
        return self.batch.state == State.WAITING and may_approve(self.batch, self.actor)

    @property
    def may_give_back(self) -> bool:
        own = self.actor.may("imports.submit") and self.batch.submitted_by_id == self.actor.user_id
        return self.batch.state in (State.CHECKED, State.WAITING) and (own or may_approve(self.batch, self.actor))

    @property
    def give_back_word(self) -> str:
        return "撤回这一批" if self.batch.submitted_by_id == self.actor.user_id else "退回这一批"

    @property
    def may_undo(self) -> bool:
        return self.batch.state == State.APPLIED and self.actor.may("imports.submit") and self.batch.undo_until is not None

    @property
    def may_try_again(self) -> bool:
        return self.batch.state == State.FAILED and self.actor.may("imports.submit")

    @property
    def may_download(self) -> bool:
        return self.actor.may("imports.submit")

    @property
    def shown(self) -> list[Column]:
        """Columns of the preview."""
        return [column for column in self.sheet.columns if column.shown]

    @property
    def may_settle(self) -> bool:
        return self.batch.state in (State.CHECKED, State.REFUSED) and self.actor.may("imports.submit")

    @property
    def about_file(self) -> str:
        """Who handed it in and when, the fingerprint, its size."""
        batch = self.batch
        who = batch.submitted_by.name if batch.submitted_by else "系统"
        at = batch.received_at.astimezone()
        print_ = f"{batch.file.sha256[:4]}…{batch.file.sha256[-4:]}"
        return f"{who} {chinese_date(at.date())} {at:%H:%M} 交来，{batch.file.size / 1e6:.2f} MB，指纹 {print_}。同一份文件再交，会回到这一批。"

    @property
    def size(self) -> str:
        read = [seen for seen in self.batch.worksheets if not seen["ignored"]]
        return f"{len(read)} 张表，{self.batch.rows:,} 行" if read else ""

    @property
    def worksheets(self) -> list[dict[str, Any]]:
        """Each worksheet with its headings and what was skipped."""
        return [
            {
                "name": seen["name"], "row": seen["heading_row"], "rows": seen["rows"], "ignored": seen["ignored"],
                "skipped": "、".join(f"{reason} {count} 行" for reason, count in seen["skipped"].items()),
                "headings": [
                    Heading(text, seen["mapping"].get(place, ""), self.sheet.title_of(seen["mapping"].get(place, "")))
                    for place, text in sorted(seen["headings"].items(), key=lambda item: int(item[0]))
                ],
            }
            for seen in self.batch.worksheets
        ]  # fmt: skip

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Columns a heading may be pointed to."""
        return [("", "不导入"), *((column.name, column.title) for column in self.sheet.columns)]

    @property
    def urls(self) -> dict[str, str]:
        """Addresses of what can be done with the batch."""
        verbs = ("progress", "columns", "unions", "submit", "approve", "give_back", "again", "undo", "refused")
        return {verb: reverse(f"imports:{verb}", args=[self.batch.code]) for verb in verbs}

    def union_ids(self, staged: Iterable[BatchRow]) -> set[int]:
        """Every union whose name the page needs."""
        named = {column.name for column in self.sheet.columns if column.kind in (Kind.UNION, Kind.FEDERATION)}
        ids = {int(row.facts[name]) for row in staged if row.facts for name in named if row.facts.get(name)}
        return ids | {org for doubt in self.batch.doubts for org in doubt["near"]}

    def preview(self, unions: dict[int, str]) -> Preview:
        return Preview(self.sheet, worksheet_names(self.batch), unions)

    def doubts(self, unions: dict[int, str]) -> list[Doubt]:
        """Names to be settled, with the unions offered."""
        return [
            Doubt(doubt["said"], doubt["rows"], [(org, unions[org]) for org in doubt["near"] if org in unions])
            for doubt in self.batch.doubts
        ]

    @property
    def decided(self) -> str:
        """The rows shown, in words."""
        return {"": "要看的", **{choice.name.lower(): choice.label for choice in Decision}}.get(self._decision, "要看的")
