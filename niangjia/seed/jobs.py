"""What is told of the demo after the register is served: the lines of work, in the background worker."""

from procrastinate.contrib.django import app


@app.task(name="seed.tell_lines", queueing_lock="seed.tell_lines")
def tell_lines(seed: int, scale: float) -> None:
    """Tell every line what is not told yet; killed at any moment it goes on from the last whole case."""
    from niangjia.seed import settlements
    from niangjia.seed.partners import let_the_centre_send, let_the_insurance_send

    tell_now(seed=seed, scale=scale)
    let_the_centre_send()
    let_the_insurance_send(settlements.newest_patients())


def tell_now(*, seed: int, scale: float) -> None:
    """The lines one after another, here and now."""
    from niangjia.seed import advice, aid, books, claims, disputes, helpers, joint, mutual_aid, onestop, settlements, trying, watching

    mutual_aid.tell(scale=scale)
    settlements.tell(seed=seed, scale=scale)
    onestop.tell(seed=seed, scale=scale)
    claims.tell(seed=seed, scale=scale)
    trying.tell()
    books.tell()
    disputes.tell(seed=seed, scale=scale)
    helpers.enter(seed)
    aid.tell(seed=seed, scale=scale)
    advice.enter(seed, scale)
    joint.tell(seed)
    watching.tell(seed=seed, scale=scale)
