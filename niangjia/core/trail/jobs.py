"""The job that hands the day's end of the trail to a witness outside."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from niangjia.base.scope import elevated
from niangjia.core.trail.witness import hand_out


@app.periodic(cron="5 0 * * *", periodic_id="trail.witness")
@app.task(name="trail.witness", retry=RetryStrategy(max_attempts=10, wait=600))
def witness(timestamp: int) -> None:
    """Once a day, after midnight."""
    with elevated("trail: the ends of all chains"):
        hand_out()
