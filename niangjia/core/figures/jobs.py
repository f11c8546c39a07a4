"""The job that keeps the summary of memberships small."""

from procrastinate.contrib.django import app


@app.periodic(cron="23 * * * *", periodic_id="figures.compact")
@app.task(name="figures.compact")
def compact(timestamp: int) -> None:
    """Hourly: what many writes appended to one cell becomes one row again."""
    from niangjia.core.figures import actions

    actions.compact()
