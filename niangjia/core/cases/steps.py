"""What a flow is made of: stages, states and steps in one table that can be printed, drawn and tested (流程)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

SAME = ""
"""A step with this target leaves the case in the state it is in."""
WORKER = "own"
"""``may`` of a step that the person whom the case is about may take."""


@dataclass(frozen=True)
class Stage:
    """A part of the way, as the rail on the case's page shows it."""

    key: str
    title: str


@dataclass(frozen=True)
class State:
    """What a case then is: for staff one word, for the worker a plain sentence and what comes next."""

    key: str
    title: str
    stage: str
    worker: str
    next: str = ""
    final: bool = False


@dataclass(frozen=True)
class Start:
    """A term that a step starts. It runs from the day of the step, or from the day in the fact named ``since``.

    ``when`` names a fact that must be true for it to start.
    """

    term: str
    since: str = ""
    when: str = ""


@dataclass(frozen=True)
class Step:
    """One verb of a flow: from which states to which, who may, which clocks it meets and starts, and what it does.

    ``target`` may be a function of the facts where their content decides (a result of a mediation, a kind of award). ``check`` raises
    ValidationError where the facts do not allow the step; ``do`` is the line's own function, called inside the transaction with the case
    locked; both get ``case=, by=, on=`` and the form's facts. ``kept`` are the facts that stay with the step (never personal).
    ``tells`` is said to the worker. ``bulk`` steps may be taken for many cases at once. ``after_end`` steps are open when the case is
    closed, too, and leave it so: what the worker says of it afterwards.
    """

    name: str
    title: str
    source: tuple[str, ...]
    target: str | Callable[[dict[str, Any]], str]
    may: str
    form: Any = None
    starts: tuple[Start, ...] = ()
    meets: tuple[str, ...] = ()
    voids: tuple[str, ...] = ()
    check: Callable[..., None] | None = None
    do: Callable[..., Any] | None = None
    kept: tuple[str, ...] = ()
    tells: str = ""
    targets: tuple[str, ...] = ()
    primary: bool = False
    dangerous: bool = False
    bulk: bool = False
    for_worker: bool = True
    after_end: bool = False
    outcome: str = ""

    def leads_to(self) -> tuple[str, ...]:
        """Every state this step may lead to."""
        return self.targets if callable(self.target) else (self.target,)


@dataclass(frozen=True)
class Flow:
    """The table of one kind of case of one line.

    ``module`` is the beginning of its numbers (LD-330212-2023-00042); ``view`` the permission that shows its cases. ``joined(into, others,
    by=, on=)`` and ``parted(case, made, by=, on=)`` carry the line's own rows along when cases become one, or persons get their own;
    ``closed(case, by=, on=)`` ends what the line still has open about a case that ended.
    """

    line: str
    name: str
    title: str
    module: str
    view: str
    stages: Sequence[Stage]
    states: Sequence[State]
    steps: Sequence[Step]
    joined: Callable[..., None] | None = None
    parted: Callable[..., None] | None = None
    closed: Callable[..., None] | None = None

    @property
    def first(self) -> State:
        return self.states[0]

    def state(self, key: str) -> State:
        """The state with this key; KeyError where the flow has none."""
        for state in self.states:
            if state.key == key:
                return state
        raise KeyError(f"{self.line}.{self.name} has no state {key}")

    def step(self, name: str) -> Step | None:
        return next((step for step in self.steps if step.name == name), None)

    def from_state(self, key: str) -> list[Step]:
        """The steps open from a state, the primary one first."""
        return sorted((step for step in self.steps if key in step.source), key=lambda step: not step.primary)
