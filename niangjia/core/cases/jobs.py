"""Nightly care of clocks: those that ran out are marked once, and whoever answers for the case is told."""

from procrastinate.contrib.django import app

from niangjia.core.access.actor import SYSTEM


@app.periodic(cron="5 0 * * *", periodic_id="cases.lapse_overdue")
@app.task(name="cases.lapse_overdue", queueing_lock="cases.lapse_overdue", pass_context=False)
def lapse_overdue(timestamp: int) -> None:
    """Mark what ran out and tell whoever it concerns; started again after a kill it goes on with what is left."""
    from niangjia.core.cases import actions

    actions.lapse_overdue(by=SYSTEM)
    actions.remind(by=SYSTEM)
