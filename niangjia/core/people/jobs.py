"""What goes on by itself: transfers that nobody answered."""

from procrastinate.contrib.django import app


@app.periodic(cron="10 1 * * *", periodic_id="people.settle_silent_transfers")
@app.task(name="people.settle_silent_transfers", queue="people", pass_context=False)
def settle(timestamp: int) -> None:
    """Every night: a transfer whose other side was silent long enough goes through."""
    from niangjia.core.access.actor import SYSTEM
    from niangjia.core.people.actions import settle_silent_transfers

    settle_silent_transfers(by=SYSTEM)
