"""The client: one namespace per noun of the API, over one Transport."""

from copy import copy
from types import TracebackType
from typing import Self

from fitburn_client.resources.accounts import AccountsResource
from fitburn_client.resources.audit import AuditResource
from fitburn_client.resources.boards import BoardsResource
from fitburn_client.resources.challenges import ChallengesResource
from fitburn_client.resources.club import ClubResource
from fitburn_client.resources.me import MeResource
from fitburn_client.resources.members import MembersResource
from fitburn_client.resources.operations import OperationsResource
from fitburn_client.resources.points import PointsResource
from fitburn_client.resources.predictions import PredictionsResource
from fitburn_client.resources.progress import ProgressResource
from fitburn_client.resources.redemptions import RedemptionsResource
from fitburn_client.resources.review import ReviewResource
from fitburn_client.resources.rewards import RewardsResource
from fitburn_client.resources.rules import RulesResource
from fitburn_client.resources.stats import StatsResource
from fitburn_client.resources.workouts import WorkoutsResource
from fitburn_client.transport import OnRetry, Transport


class FitBurn:
    """The FitBurn API at `base_url`, as the holder of `token` (a partner's `fbk_…` key or a member's token).

    Connection errors, timeouts, 429 and 502-504 are retried with full-jitter back-off, never earlier than Retry-After,
    until `retry_for` seconds after the first attempt; 0 disables retries. Every submission carries an idempotency key,
    so a retry never doubles a workout. `timeout` (seconds) limits one attempt: connecting, and each silence of the
    server. `on_retry(error, pause_sec)` is called before each pause.

    Threads may share one FitBurn; it keeps one pool of connections. Errors: `fitburn_client.errors`.
    """

    def __init__(
        self,
        base_url: str,
        token: str | None = None,
        *,
        timeout: float = 10.0,
        retry_for: float = 30.0,
        on_retry: OnRetry | None = None,
    ) -> None:
        self._bind(Transport(base_url, token, timeout=timeout, retry_for=retry_for, on_retry=on_retry))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def with_token(self, token: str) -> Self:
        """The API as the holder of another token, over the same pool of connections."""
        other = copy(self)
        other._bind(self._transport.with_token(token))
        return other

    @property
    def has_partner_key(self) -> bool:
        """Whether the token is a partner's key, which speaks for the members of a club."""
        return self._transport.has_partner_key

    def close(self) -> None:
        """Close the pooled connections."""
        self._transport.close()

    def _bind(self, transport: Transport) -> None:
        self._transport = transport
        self.accounts = AccountsResource(transport)
        self.audit = AuditResource(transport)
        self.boards = BoardsResource(transport)
        self.challenges = ChallengesResource(transport)
        self.club = ClubResource(transport)
        self.me = MeResource(transport)
        self.members = MembersResource(transport)
        self.operations = OperationsResource(transport)
        self.points = PointsResource(transport)
        self.predictions = PredictionsResource(transport)
        self.progress = ProgressResource(transport)
        self.redemptions = RedemptionsResource(transport)
        self.review = ReviewResource(transport)
        self.rewards = RewardsResource(transport)
        self.rules = RulesResource(transport)
        self.stats = StatsResource(transport)
        self.workouts = WorkoutsResource(transport)
