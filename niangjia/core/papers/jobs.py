"""The job that reads a pile of scans, and the one that takes up piles left half-way."""

from procrastinate.contrib.django import app


@app.task(name="papers.read_pile", queue="imports")
def read_pile(code: str) -> None:
    """Read and file a pile from where it stands."""
    from niangjia.core.papers.actions import work_on_pile

    work_on_pile(code=code)


@app.periodic(cron="* * * * *", periodic_id="papers.resume")
@app.task(name="papers.resume", queue="imports")
def resume(timestamp: int) -> None:
    """A pile left half-way by a killed process goes on; one that is being read is left alone."""
    from niangjia.core.papers.actions import work_on_pile
    from niangjia.core.papers.queries import unfinished_piles

    for code in unfinished_piles():
        work_on_pile(code=code)
