"""What is told of the demo after the register is served: the lines of work, in the background worker."""

from procrastinate.contrib.django import app


@app.task(name="seed.tell_lines", queueing_lock="seed.tell_lines")
def tell_lines(seed: int, scale: float) -> None:
    """Tell every line what is not told yet; killed at any moment it goes on from the last whole case."""
    from niangjia.seed import disputes

    disputes.tell(seed=seed, scale=scale)
