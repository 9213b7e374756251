"""The totals of an import, in constant memory."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from fitburn_client.csv_import.outcomes import Outcome

SHOWN_REJECTS = 10
ALL = "all"


@dataclass(slots=True)
class Accuracy:
    """Mean absolute percentage error of predicted against measured calories."""

    n: int = 0
    total: float = 0.0

    def add(self, predicted: float, measured: float) -> None:
        self.n += 1
        self.total += abs(predicted - measured) / measured

    @property
    def mape(self) -> float:
        """In percent; needs at least one pair."""
        return 100.0 * self.total / self.n


@dataclass(slots=True)
class Summary:
    """Counts over all rows; `group_column` splits the accuracy by that column's values."""

    group_column: int | None = None
    rows: int = 0
    accepted: int = 0
    replayed: int = 0
    deleted: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    holds: Counter[str] = field(default_factory=Counter)
    points: int = 0
    accuracy: dict[str, Accuracy] = field(default_factory=dict)
    first_rejects: list[tuple[int, str]] = field(default_factory=list)

    @property
    def rejected(self) -> int:
        return self.rows - self.accepted - self.deleted

    def add(self, outcome: Outcome) -> None:
        self.rows += 1
        if outcome.reason is not None:
            if len(self.first_rejects) < SHOWN_REJECTS:
                self.first_rejects.append((outcome.row.number, outcome.reason))
            return
        if outcome.deleted:
            self.deleted += 1
            return
        self.accepted += 1
        self.replayed += outcome.replayed
        self.statuses[outcome.status] += 1
        if outcome.prediction:
            self.points += outcome.prediction.points or 0
            self.holds.update(outcome.prediction.hold_reasons)
            self.holds[ALL] += bool(outcome.prediction.hold_reasons)
        self._compare(outcome)

    def lines(self) -> Iterator[str]:
        """The printed summary."""
        yield f"accepted      {self.accepted:>9,}   (already there: {self.replayed:,})"
        yield f"rejected      {self.rejected:>9,}"
        if self.deleted:
            yield f"was deleted   {self.deleted:>9,}   (imported before, then deleted in the club: they stay deleted)"
        yield f"scored        {self.statuses['done']:>9,}{self._unscored()}"
        if self.holds[ALL]:
            why = ", ".join(f"{reason} {n:,}" for reason, n in self.holds.most_common() if reason != ALL)
            yield f"held          {self.holds[ALL]:>9,}   ({why}): no points until reviewed"
        yield f"points        {self.points:>9,}"
        yield from self._rejects()
        yield from self._accuracy()

    def _unscored(self) -> str:
        rest = {name: n for name, n in self.statuses.items() if name != "done"}
        return "   (" + ", ".join(f"{name}: {n:,}" for name, n in sorted(rest.items())) + ")" if rest else ""

    def _rejects(self) -> Iterator[str]:
        if self.first_rejects:
            yield ""
            yield "Rejected rows"
            yield from (f"  line {number}: {reason}" for number, reason in self.first_rejects)
            if self.rejected > len(self.first_rejects):
                yield f"  … and {self.rejected - len(self.first_rejects):,} more"

    def _accuracy(self) -> Iterator[str]:
        if self.accuracy:
            width = max(map(len, self.accuracy))
            yield ""
            yield "Predicted against measured calories (mean absolute percentage error)"
            yield from (
                f"  {group:<{width}}  n {accuracy.n:>7,}   MAPE {accuracy.mape:5.1f} %"
                for group, accuracy in self.accuracy.items()
            )

    def _compare(self, outcome: Outcome) -> None:
        measured = outcome.row.workout.calories_measured if outcome.row.workout else None
        predicted = outcome.prediction.calories_pred if outcome.prediction else None
        if predicted is None or not measured or measured < 0:
            return
        for group in self._groups(outcome.row.cells):
            self.accuracy.setdefault(group, Accuracy()).add(predicted, measured)

    def _groups(self, cells: Sequence[str]) -> tuple[str, ...]:
        return (ALL,) if self.group_column is None else (ALL, f"· {cells[self.group_column]}")
