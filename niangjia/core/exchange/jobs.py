"""Background jobs of the exchange: sending at once, and every minute what is due again."""

from procrastinate.contrib.django import app


@app.task(name="exchange.deliver")
def deliver(message_id: int) -> None:
    """Hand one message over; what fails is due again later."""
    from niangjia.core.exchange import actions

    actions.deliver(message_id=message_id)


@app.periodic(cron="* * * * *", periodic_id="exchange.deliver_due")
@app.task(name="exchange.deliver_due", queueing_lock="exchange.deliver_due", pass_context=False)
def deliver_due(timestamp: int) -> None:
    """Whatever is due; a message whose worker was killed is among it."""
    from niangjia.core.exchange import actions

    actions.deliver_due()
