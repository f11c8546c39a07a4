"""Background jobs of notices: sending with retries, and the nightly forgetting of codes."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from niangjia.core.access import actions as access

NIGHTLY = "17 3 * * *"


@app.task(name="notices.deliver", retry=RetryStrategy(max_attempts=6, exponential_wait=4))
def deliver(notice_id: int) -> None:
    """Send one message; arguments hold no personal data."""
    from niangjia.core.notices import actions

    actions.deliver(notice_id=notice_id)


@app.periodic(cron=NIGHTLY)
@app.task(name="notices.forget_old_codes", pass_context=False)
def forget_old_codes(timestamp: int) -> None:
    """Codes are kept for a day."""
    from niangjia.core.notices import actions

    access.forget_old_codes()
    actions.forget_old_codes()
