"""Simulations of a changed rule on real settlements: asked for, run by the worker with progress, stopped, resumed after a kill (试算)."""

import time
from collections.abc import Iterator, Mapping
from decimal import Decimal

from django.db import InterfaceError, OperationalError, transaction

from niangjia.base.calendar import now, today
from niangjia.base.locks import alone
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.orgs.actions.codes import take_codes
from niangjia.core.orgs.queries import root
from niangjia.core.trail.actions import record
from niangjia.work.mutual_aid.actions.replaying import Replay
from niangjia.work.mutual_aid.enums import SimulationState as State
from niangjia.work.mutual_aid.models import Plan, Simulation
from niangjia.work.mutual_aid.plan.rule import Rule, document_of, rule_of
from niangjia.work.mutual_aid.queries import pays_stays
from niangjia.work.mutual_aid.rules import refuse

SIMULATE = "mutual_aid.simulate"
ALONE = 0x44520010
"""First half of the advisory locks that say «this process works on this simulation»."""


class Stopped(Exception):
    """Somebody stopped the run."""


@transaction.atomic
def simulate(plan: Plan, *, rule: Rule, assumed: Mapping[str, Decimal], title: str, by: Actor, queue: bool = True) -> Simulation:
    """Ask for a run: what ``rule`` would have granted for the plan's settlements, the next year's growth ``assumed`` in percent."""
    with elevated("simulate: the district decides about the right"):
        district = root()
    if district is None:
        refuse("还没有建立区总工会，没有可以试算的结算。")
    require(by, SIMULATE, district)
    if plan.is_draft or not pays_stays(plan):
        refuse("只有已发布、按住院结算给付的计划可以试算。")
    with elevated("simulate: the district's settlements"):
        made = Simulation.objects.create(
            code=f"SS-{today().year}-{take_codes('ma_trial', today().year):04d}", plan=plan, org=district, title=" ".join(title.split())[:40],
            rule=document_of(rule), assumed={name: str(value) for name, value in assumed.items()}, made_by_id=by.user_id, made_at=now(),
        )  # fmt: skip
        record("mutual_aid.simulate", subject=made.subject, by=by, org=district.pk, plan=plan.slug, code=made.code)
    if queue:
        from niangjia.work.mutual_aid.jobs import simulation

        simulation.defer(code=made.code)
    return made


@transaction.atomic
def stop_simulation(found: Simulation, *, by: Actor) -> Simulation:
    """Stop a run: the worker ends before its next step, and nothing of it is kept."""
    require(by, SIMULATE)
    with elevated("stop_simulation: the right was checked"):
        held = Simulation.objects.select_for_update(of=("self",)).get(pk=found.pk)
        if not held.is_running:
            refuse("这次试算不在算。")
        held.state, held.message = State.STOPPED, "有人停下了这次试算。"
        held.save(update_fields=["state", "message"])
        record("mutual_aid.stop_simulation", subject=held.subject, by=by, org=held.org_id, code=held.code)
    return held


def work_on(*, code: str) -> bool:
    """Run a simulation that is asked for or was left half-way; the job's verb, safe to call at any time and any number of times.

    Returns False when another process runs it. A lost database is raised (it runs anew later); any other fault is kept on the run.
    """
    with elevated("simulation: the job reads the run it was given"):
        found = Simulation.objects.select_related("plan", "org").get(code=code)
    with alone(ALONE, found.pk) as mine:
        if mine and _begins(found):
            try:
                _run(found)
            except Stopped:
                pass
            except (OperationalError, InterfaceError):
                raise
            except Exception as fault:
                _end(found, State.FAILED, message=f"系统出错（{type(fault).__name__}），没有算成。请把试算编号告诉系统管理员。")
                raise
    return mine


def _begins(found: Simulation) -> bool:
    with elevated("simulation: the job's own run"):
        running = Simulation.objects.filter(pk=found.pk, state__in=(State.QUEUED, State.RUNNING))
        return bool(running.update(state=State.RUNNING, done=0, total=0))


def _run(found: Simulation) -> None:
    """Every step its own transaction, so that progress is seen and a stop is heeded; the result is written at the end alone."""
    start = time.perf_counter()
    assumed = {name: Decimal(value) for name, value in found.assumed.items()}
    with elevated("simulation: the versions of the plan's rule"):
        run = Replay(found.plan, rule_of(found.rule), assumed, found.org)
    steps = run.steps()
    try:
        while _step(found, steps):
            pass
    finally:
        run.drop()
    _end(found, State.DONE, result=run.result, seconds=round(Decimal(time.perf_counter() - start), 2))


@transaction.atomic
def _step(found: Simulation, steps: Iterator[tuple[int, int]]) -> bool:
    """One step and the word of it; False where none was left."""
    with elevated("simulation: settlements of the whole district"):
        progress = next(steps, None)
        if progress is None:
            return False
        done, total = progress
        if not Simulation.objects.filter(pk=found.pk, state=State.RUNNING).update(done=done, total=total):
            raise Stopped
    return True


def _end(found: Simulation, state: str, **facts: object) -> None:
    with elevated("simulation: the job's own run"):
        Simulation.objects.filter(pk=found.pk, state=State.RUNNING).update(state=state, **facts)
