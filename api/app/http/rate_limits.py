"""Rate limits per key and per member, and for passwords per client address and per account.

Counted in the memory of each API process (docs/decisions/0008-rate-limits.md), on the event loop only. Responses carry
the remaining quota as `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-11).
"""

import time
from collections import OrderedDict
from ipaddress import IPv6Address, ip_address, ip_network

from limits import RateLimitItem
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from starlette.types import Scope

from app.http.errors import TooManyRequestsError
from app.settings import RateLimitSettings

SCOPE_KEY = "fitburn.rate_limit"
"""Key of the ASGI scope under which `Policy` leaves the response's rate-limit headers."""
MAX_COUNTERS = 100_000
"""Maximum windows in memory (keys, members, addresses, accounts); beyond it, the oldest is evicted."""
IPV6_PREFIX = 64
"""Length of the network prefix that one customer usually gets."""

Headers = tuple[tuple[bytes, bytes], tuple[bytes, bytes]]


class Counters(Storage):
    """Window counters in bounded memory.

    The library's own memory storage scans all windows every 10 ms on a thread, and its size is unbounded.
    """

    STORAGE_SCHEME = None
    base_exceptions = ()

    def __init__(self) -> None:
        super().__init__()
        self._windows: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        ends, count = self._windows.get(key, (0.0, 0))
        now = time.time()
        if ends <= now:
            self._windows.pop(key, None)
            ends, count = now + expiry, 0
        self._windows[key] = ends, count + amount
        if len(self._windows) > MAX_COUNTERS:
            self._windows.popitem(last=False)
        return count + amount

    def get(self, key: str) -> int:
        ends, count = self._windows.get(key, (0.0, 0))
        return count if ends > time.time() else 0

    def get_expiry(self, key: str) -> float:
        return self._windows.get(key, (0.0, 0))[0]

    def check(self) -> bool:
        return True

    def reset(self) -> int:
        count = len(self._windows)
        self._windows.clear()
        return count

    def clear(self, key: str) -> None:
        self._windows.pop(key, None)


class Policy:
    """One named rate limit; None allows every request."""

    def __init__(self, name: str, limit: RateLimitItem | None, limiter: FixedWindowRateLimiter) -> None:
        self._name = name
        self._limit = limit
        self._limiter = limiter
        if limit is not None:
            self._policy_header = f'"{name}";q={limit.amount};w={limit.get_expiry()}'.encode()

    def consume(self, scope: Scope, *identifiers: str) -> None:
        """Count one request of the caller. Raises TooManyRequestsError beyond the limit."""
        if self._limit is None:
            return
        allowed = self._limiter.hit(self._limit, self._name, *identifiers)
        resets_at, remaining = self._limiter.get_window_stats(self._limit, self._name, *identifiers)
        seconds = max(1, round(resets_at - time.time() + 0.5))
        quota_header = f'"{self._name}";r={max(0, remaining)};t={seconds}'.encode()
        scope[SCOPE_KEY] = (b"ratelimit-policy", self._policy_header), (b"ratelimit", quota_header)
        if not allowed:
            raise TooManyRequestsError(
                f"More than {self._limit.amount} requests in {self._limit.get_expiry()} s. "
                f"Try again in {seconds} s, and slow down.",
                seconds,
            )


class RateLimits:
    """The rate limits of this process, one per kind of caller."""

    def __init__(self, settings: RateLimitSettings) -> None:
        limiter = FixedWindowRateLimiter(Counters())
        self.key = Policy("key", settings.per_key, limiter)
        self.member = Policy("member", settings.per_member, limiter)
        self._address = Policy("address", settings.per_address, limiter)
        self._account = Policy("account", settings.per_account, limiter)

    def consume_password_attempt(self, scope: Scope, *account: str) -> None:
        """Count an attempt per address, then per account. Call it before hashing, which costs 20 ms of CPU time."""
        address = client_of(scope)
        self._address.consume(scope, address)
        self._account.consume(scope, address, *(part.lower() for part in account))


def client_of(scope: Scope) -> str:
    """The client's IPv4 address, or the IPv6 network of its customer."""
    client = scope.get("client")
    if not client:
        return "unknown"
    try:
        address = ip_address(client[0])
    except ValueError:
        return str(client[0])
    if isinstance(address, IPv6Address):
        return str(ip_network((address, IPV6_PREFIX), strict=False))
    return str(address)
