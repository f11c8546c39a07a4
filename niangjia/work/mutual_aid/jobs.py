"""Every night: what could not be matched is looked at again, and what was granted is posted."""

from procrastinate.contrib.django import app


@app.periodic(cron="20 4 * * *", periodic_id="mutual_aid.nightly")
@app.task(name="mutual_aid.nightly", queue="imports")
def nightly(timestamp: int) -> None:
    """Killed half-way it does the rest the next time: each chunk is one transaction."""
    from niangjia.base.scope import elevated
    from niangjia.core.access.actor import SYSTEM
    from niangjia.work.mutual_aid.actions import look_again, post_settlements
    from niangjia.work.mutual_aid.actions.paying import pools

    look_again(by=SYSTEM)
    with elevated("nightly: every fund that pays mutual aid"):
        funds = list(pools())
    for fund in funds:
        post_settlements(fund, by=SYSTEM)
