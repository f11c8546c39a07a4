"""The job that works on a batch, and the one that finds batches nobody works on any more."""

from typing import TYPE_CHECKING

from procrastinate.contrib.django import app

if TYPE_CHECKING:
    from niangjia.core.imports.models import Batch


@app.task(name="imports.work_on", queue="imports")
def work(code: str) -> None:
    """Check, apply or undo a batch, whatever its state asks for."""
    from niangjia.core.imports.actions import work_on

    work_on(code=code)


@app.periodic(cron="* * * * *", periodic_id="imports.resume")
@app.task(name="imports.resume", queue="imports")
def resume(timestamp: int) -> None:
    """A batch left half-way by a killed process goes on; one that is being worked on is left alone."""
    from niangjia.core.imports.actions import work_on
    from niangjia.core.imports.queries import unfinished_codes

    for code in unfinished_codes():
        work_on(code=code)


@app.periodic(cron="30 3 * * *", periodic_id="imports.forget")
@app.task(name="imports.forget", queue="imports")
def forget(timestamp: int) -> None:
    """What may no longer be kept goes: staged rows after the last day of undo, files past their term."""
    from niangjia.core.access.actor import SYSTEM
    from niangjia.core.files.actions import remove_past_term
    from niangjia.core.imports.actions import forget_staging

    forget_staging(by=SYSTEM)
    remove_past_term(by=SYSTEM)


def queue(batch: "Batch") -> None:
    """Have a worker take up the batch; part of the caller's transaction."""
    work.defer(code=batch.code)
