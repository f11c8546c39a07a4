"""Care of the queue itself: jobs of workers that died are given back. Reports of persons follow them to another union."""

from procrastinate.contrib.django import app

from niangjia.core.tasks import actions

SILENT_SECONDS = 45.0
"""A worker sends a heartbeat every ten seconds; after this silence it is taken for dead."""


@app.periodic(cron="* * * * *", periodic_id="tasks.give_back_stalled")
@app.task(name="tasks.give_back_stalled", queueing_lock="tasks.give_back_stalled", pass_context=False)
async def give_back_stalled(timestamp: int) -> None:
    """Put jobs whose worker was killed back into the queue; each of our jobs may safely start again."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
        await app.job_manager.retry_job(job)


@app.periodic(cron="7 * * * *", periodic_id="tasks.follow_persons")
@app.task(name="tasks.follow_persons", queueing_lock="tasks.follow_persons", pass_context=False)
def follow_persons(timestamp: int) -> None:
    """Reports of wrong data move with the person."""
    actions.follow_persons()
