"""Every night what could not be matched is looked at again, what was granted is posted, the digest of the next drawing published; simulations."""

from procrastinate.contrib.django import app


@app.periodic(cron="20 4 * * *", periodic_id="mutual_aid.nightly")
@app.task(name="mutual_aid.nightly", queue="imports")
def nightly(timestamp: int) -> None:
    """Killed half-way it does the rest the next time: each chunk is one transaction."""
    from django.conf import settings

    from niangjia.base.scope import elevated
    from niangjia.core.access.actor import SYSTEM
    from niangjia.work.mutual_aid.actions import forget_old_drafts, look_again, post_settlements, publish_draw
    from niangjia.work.mutual_aid.actions.paying import pools

    look_again(by=SYSTEM)
    with elevated("nightly: every fund that pays mutual aid"):
        funds = list(pools())
    for fund in funds:
        post_settlements(fund, by=SYSTEM)
        if settings.MUTUAL_AID_SAMPLE > 0:
            publish_draw(fund, by=SYSTEM)
    forget_old_drafts()


@app.task(name="mutual_aid.simulation", queue="imports")
def simulation(code: str) -> None:
    """Run one simulation."""
    from niangjia.work.mutual_aid.actions import work_on

    work_on(code=code)


@app.periodic(cron="* * * * *", periodic_id="mutual_aid.resume")
@app.task(name="mutual_aid.resume", queue="imports")
def resume(timestamp: int) -> None:
    """A simulation left half-way by a killed process runs anew; one that is being run is left alone."""
    from niangjia.base.scope import elevated
    from niangjia.work.mutual_aid.actions import work_on
    from niangjia.work.mutual_aid.queries import unfinished_simulations

    with elevated("resume: simulations that nobody runs any more"):
        codes = unfinished_simulations()
    for code in codes:
        work_on(code=code)
