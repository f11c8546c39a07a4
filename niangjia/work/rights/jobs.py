"""Nightly care of rights: late instalments are told of once, old drafts are forgotten."""

from procrastinate.contrib.django import app

from niangjia.core.access.actor import SYSTEM


@app.periodic(cron="20 0 * * *", periodic_id="rights.tell_late_instalments")
@app.task(name="rights.tell_late_instalments", queueing_lock="rights.tell_late_instalments", pass_context=False)
def tell_late_instalments(timestamp: int) -> None:
    """Mark what should have been paid by now; safe to run twice."""
    from niangjia.work.rights import actions

    actions.tell_late_instalments(by=SYSTEM)


@app.periodic(cron="30 0 * * *", periodic_id="rights.warn_of_limitation")
@app.task(name="rights.warn_of_limitation", queueing_lock="rights.warn_of_limitation", pass_context=False)
def warn_of_limitation(timestamp: int) -> None:
    """Word of limitations that end in 60, 30 or 7 days; safe to run twice."""
    from niangjia.work.rights import actions

    actions.warn_of_limitation()


@app.periodic(cron="40 3 * * *", periodic_id="rights.forget_old_drafts")
@app.task(name="rights.forget_old_drafts", queueing_lock="rights.forget_old_drafts", pass_context=False)
def forget_old_drafts(timestamp: int) -> None:
    """Drafts are kept for thirty days."""
    from niangjia.work.rights import actions

    actions.forget_old_drafts()


@app.periodic(cron="30 0 * * *", periodic_id="rights.take_back_unanswered")
@app.task(name="rights.take_back_unanswered", queueing_lock="rights.take_back_unanswered", pass_context=False)
def take_back_unanswered(timestamp: int) -> None:
    """Matters of legal aid whose lawyer did not answer go back to be assigned anew; safe to run twice."""
    from niangjia.work.rights import actions

    actions.take_back_unanswered(by=SYSTEM)


@app.periodic(cron="35 0 * * *", periodic_id="rights.climb_unreceived")
@app.task(name="rights.climb_unreceived", queueing_lock="rights.climb_unreceived", pass_context=False)
def climb_unreceived(timestamp: int) -> None:
    """What nobody received in time is told to the heads on both sides, once."""
    from niangjia.work.rights import actions

    actions.climb_unreceived(by=SYSTEM)


@app.periodic(cron="0 17 * * *", periodic_id="rights.remind_of_consultations")
@app.task(name="rights.remind_of_consultations", queueing_lock="rights.remind_of_consultations", pass_context=False)
def remind_of_consultations(timestamp: int) -> None:
    """Who sees a lawyer tomorrow hears of it; safe to run twice."""
    from niangjia.work.rights import actions

    actions.remind(by=SYSTEM)
