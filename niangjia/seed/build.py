"""Building the demo district: plan first, then every verb in the order of the days it tells of."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

import polars as pl
from django.db import connection, transaction

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.orgs import actions as orgs
from niangjia.core.orgs.enums import Kind
from niangjia.seed import changes, closing, district, register, stays
from niangjia.seed.chance import Chance
from niangjia.seed.persons import facts, identities, sealed
from niangjia.seed.progress import Bar
from niangjia.seed.totals import DEMO_DAY, NON_MEMBERS, TERM_BEGAN, TWINS, Totals
from niangjia.seed.unions import DISTRICT, UnionPlan, legal_person, terms
from niangjia.seed.visitors import visitors

T = TypeVar("T")
NOBODY = -1
"""The «union» of those who are not members."""


class District:
    """The plan and what has been built of it: ids of organisations by index, employers by union, ids of persons with a later."""

    def __init__(self, seed: int, scale: float) -> None:
        self.totals = Totals(scale)
        chance = Chance(seed)
        self.tops = district.tops(chance)
        self.plan = UnionPlan(chance, self.totals, self.tops)
        self.unions = self.plan.unions
        self.chance = chance
        self.top_ids: dict[int, int] = {}
        self.ids: dict[int, int] = {}
        self.employers: dict[int, tuple[int, ...]] = {NOBODY: ()}
        self.persons: dict[str, int] = {}
        self.elections: dict[int, date] = {}
        self.changes = changes.plan(chance, self.totals, self.unions, self.tops)

    def build(self, analyse: Callable[[], None]) -> None:
        """Everything from the district's founding to the demo's day; ``analyse`` lets the database count what it holds."""
        self._found_tops()
        members = self._members()
        first = [union for union in self.unions if union.founded_on < TERM_BEGAN]
        with Bar("工会 unions", len(first)):
            self._found(TERM_BEGAN, first)
            analyse()
        self._enter(members)
        self._appoint(members)
        with Bar("收尾 the rest", 2) as bar:
            closing.close(self)
            bar.add()
            analyse()

    def _found_tops(self) -> None:
        with one_transaction():
            root = orgs.found_federation(
                name=district.ROOT,
                short_name="区总工会",
                kind=Kind.DISTRICT,
                parent=None,
                founded_on=date(1951, 5, 1),
                by=SYSTEM,
                on=TERM_BEGAN,
            )
            orgs.start_term(root, years=5, elected_on=TERM_BEGAN, by=SYSTEM)
            self.top_ids[DISTRICT] = root.pk
            for at, top in enumerate(self.tops):
                place = {"longitude": Decimal(str(top.place[0])), "latitude": Decimal(str(top.place[1]))} if top.place else {}
                made = orgs.found_federation(
                    name=top.name,
                    short_name=top.short,
                    kind=top.kind,
                    parent=root,
                    founded_on=top.founded_on,
                    by=SYSTEM,
                    on=TERM_BEGAN,
                    **place,
                )
                orgs.start_term(made, years=5, elected_on=self.chance.workday(date(2019, 2, 1), date(2022, 11, 30)), by=SYSTEM)
                self.top_ids[at] = made.pk

    def _found(self, on: date, unions: list[district.Union]) -> None:
        """Federations before the unions that stand under them."""
        for deep in (False, True):
            group = [union for union in unions if (union.parent is not None) == deep]
            if not group:
                continue
            with one_transaction():
                for union, made in zip(group, orgs.found_many([self._founding(union) for union in group], by=SYSTEM, on=on), strict=True):
                    self.ids[union.index], self.employers[union.index] = made.id, made.employers

    def _founding(self, union: district.Union) -> orgs.Founding:
        elections = terms(self.chance, union)
        self.elections[union.index] = elections[-1].elected_on
        top = self.tops[union.top] if union.top != DISTRICT else None
        x, y = top.place if top and top.place else (121.55, 29.82)
        known = {
            "short_name": union.short[:60], "longitude": round(x + self.chance.uniform(-0.02, 0.02), 6),
            "latitude": round(y + self.chance.uniform(-0.015, 0.015), 6), "division": "330212",
            "approver": top.name if top else district.ROOT, "approval_number": elections[0].approval_number,
            "staff_total": max(round(union.size * self.chance.uniform(1.02, 1.3)), union.size), "staff_as_of": date(2022, 12, 31),
            "dues_mode": "budget" if top and top.kind == Kind.SYSTEM else self.chance.choice(("tax", "tax", "self")),
        }  # fmt: skip
        if union.founded_on > date(2022, 12, 31) or not union.size:
            known |= {"staff_total": None, "staff_as_of": None}
        on = union.founded_on
        parent = self.ids[union.parent] if union.parent is not None else self.top_ids[union.top]
        news: dict[str, Any] = {"new_form_on": union.new_form, "new_economy_on": union.new_economy, "new_field_on": union.new_field}
        legal = legal_person(self.chance, union, elections[-1])
        return orgs.Founding(
            union.name, union.kind, parent, on, union.route, terms=elections, employers=union.employers, legal_person=legal, facts=known,
            **{name: on if said else None for name, said in news.items()},
        )  # fmt: skip

    def _members(self) -> pl.DataFrame:
        frame = stays.plan(self.chance, self.totals, self.unions)
        guests = visitors(self.chance, self.totals.at_scale(NON_MEMBERS) - self.twins, len(self.tops), frame.height)
        frame = identities(self.chance, pl.concat([frame, guests], how="diagonal_relaxed"))
        tops = pl.DataFrame(
            [(union.index, union.top) for union in self.unions], schema={"first_union": pl.Int32, "union_top": pl.Int32}, orient="row"
        )
        frame = frame.join(tops, on="first_union", how="left", maintain_order="left")
        frame = frame.with_columns(top=pl.coalesce("union_top", "guest_of"))
        return changes.with_officers(frame, self.unions)

    @property
    def twins(self) -> int:
        return self.totals.at_scale(TWINS)

    def _enter(self, members: pl.DataFrame) -> None:
        """Chunk by chunk; while the database takes one, the next is made and sealed."""
        founded = defaultdict(list)
        for union in self.unions:
            if union.founded_on >= TERM_BEGAN:
                founded[month_of(union.founded_on)].append(union)
        parts = list(register.chunks(members))
        happened = dict(changes.by_month(members))
        with Bar("会员 members", members.height) as bar, ThreadPoolExecutor(1) as workshop:
            ready = workshop.submit(self._prepared, parts[0][1])
            for at, (on, part) in enumerate(parts):
                done = ready.result()
                if at + 1 < len(parts):
                    ready = workshop.submit(self._prepared, parts[at + 1][1])
                if on != TERM_BEGAN:
                    self._found(on, [union for group in due(founded, on) for union in group])
                self.persons |= register.enrol(self._addressed(done), on)
                bar.add(part.height)
                last_of_month = at + 1 == len(parts) or parts[at + 1][0] != on
                if last_of_month:
                    self._happen(on, due(happened, on))
        self._happen(DEMO_DAY, due(happened, DEMO_DAY))

    def _appoint(self, members: pl.DataFrame) -> None:
        """Chairs, audit and women's committees, year by year."""
        places = pl.DataFrame(list(self.ids.items()), schema={"office_of": pl.Int32, "org_id": pl.Int64}, orient="row")
        groups = list(changes.offices(members, self.elections))
        with Bar("干部 officers", sum(group.height for _, group in groups)) as bar:
            for on, group in groups:
                ids = pl.Series([self.persons[str(ref)] for ref in group["ref"]], dtype=pl.Int64)
                register.appoint(group.with_columns(person_id=ids).join(places, on="office_of", maintain_order="left"), on)
                bar.add(group.height)

    def _prepared(self, part: pl.DataFrame) -> pl.DataFrame:
        """Facts of a chunk's persons, drawn from a chance of its own so that threads do not matter, and sealed."""
        forms = pl.DataFrame(
            [(union.index, union.form) for union in self.unions if union.form],
            schema={"first_union": pl.Int32, "form": pl.String},
            orient="row",
        )
        made = facts(Chance(f"{part['ref'][0]} {part.height}"), part, forms)
        return sealed(made)

    def _addressed(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Indexes turned into ids of the register; who is no member has a home only."""
        places = pl.DataFrame(
            [(index, org, list(self.employers[index])) for index, org in self.ids.items()],
            schema={"first_union": pl.Int32, "union_id": pl.Int64, "employers": pl.List(pl.Int64)}, orient="row",
        )  # fmt: skip
        homes = pl.DataFrame(list(self.top_ids.items()), schema={"guest_of": pl.Int32, "home_org_id": pl.Int64}, orient="row")
        frame = frame.join(places, on="first_union", how="left", maintain_order="left").join(
            homes, on="guest_of", how="left", maintain_order="left"
        )
        number = pl.col("employers").list.len()
        member = pl.col("union_id").is_not_null()
        later = (
            pl.col("out").is_not_null()
            | pl.col("moved_on").is_not_null()
            | pl.col("floats_on").is_not_null()
            | pl.col("post").is_not_null()
        )
        return frame.with_columns(
            employer_id=pl.when(number > 0).then(pl.col("employers").list.get(pl.col("ref") % number.clip(1), null_on_oob=True)),
            row_ref=pl.when(later).then(pl.col("ref").cast(pl.String)),
            joined_on=pl.when(member).then("joined_on"), join_way=pl.when(member).then("join_way"),
            card_number=pl.when(member).then("card_number"), source=pl.when(member).then("source").otherwise(pl.lit("服务中心登记")),
        )  # fmt: skip

    def _happen(self, on: date, groups: list[pl.DataFrame]) -> None:
        """What the month, and any before it in which nobody joined, brought to those who were members, then to unions."""
        for group in groups:
            ids = pl.Series([self.persons[str(ref)] for ref in group["ref"]], dtype=pl.Int64)
            group = group.with_columns(person_id=ids)
            what = pl.col("what")
            targets = pl.DataFrame(list(self.ids.items()), schema={"union": pl.Int32, "union_id": pl.Int64}, orient="row")
            register.move(group.filter(what == "moved").join(targets, on="union", maintain_order="left"), on)
            register.change_standing(group.filter(what.is_in(["retained", "floating"])).with_columns(standing="what"), on)
            gone = ~what.is_in(["moved", "retained", "floating", "closed"])
            register.leave(group.filter(gone).with_columns(reason="what"), on)
        for change in [change for group in due(self.changes, on) for change in group]:
            with one_transaction():
                changes.carry_out(change, {union.index: self.ids[union.index] for union in change.concerned(self.unions)}, self.top_ids)


def due(by_month: dict[date, T], on: date) -> list[T]:
    """What is planned for the months up to a day and was not taken yet, in order; it is taken now."""
    return [by_month.pop(month) for month in sorted(by_month) if month <= month_of(on)]


def month_of(day: date) -> date:
    """The first of its month."""
    return day.replace(day=1)


@contextmanager
def one_transaction() -> Iterator[None]:
    """The demo's commits need not wait for the disk: it can be built again."""
    with transaction.atomic(), elevated("seed: the demo district is built by the system"):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off")
        yield
