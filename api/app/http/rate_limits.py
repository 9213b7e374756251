"""How often one may call: by key, by member, and for passwords by address and by account.

Counted in the memory of each API process (docs/decisions/0008-rate-limits.md), on the event loop only. What is left is
told as `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-11).
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

STANDING = "fitburn.rate_limit"
"""Where a request's scope keeps the headers that tell what is left."""
MAX_COUNTERS = 100_000
"""Keys, members, addresses and accounts that are counted at a time; beyond that the oldest window is forgotten."""
IPV6_OF_ONE_CUSTOMER = 64

Headers = tuple[tuple[bytes, bytes], tuple[bytes, bytes]]


class Counters(Storage):
    """Counts of windows in memory, of which there is a bounded number.

    The library's own store looks through all windows every 10 ms from a thread, and keeps as many as anybody makes.
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
    """One limit with its name; without a limit it lets everything pass."""

    def __init__(self, name: str, limit: RateLimitItem | None, limiter: FixedWindowRateLimiter) -> None:
        self._name = name
        self._limit = limit
        self._limiter = limiter
        if limit is not None:
            self._told = f'"{name}";q={limit.amount};w={limit.get_expiry()}'.encode()

    def spend(self, scope: Scope, *whose: str) -> None:
        """Count one request. Raises TooManyRequestsError beyond the limit."""
        if self._limit is None:
            return
        passes = self._limiter.hit(self._limit, self._name, *whose)
        resets_at, left = self._limiter.get_window_stats(self._limit, self._name, *whose)
        seconds = max(1, round(resets_at - time.time() + 0.5))
        standing = f'"{self._name}";r={max(0, left)};t={seconds}'.encode()
        scope[STANDING] = (b"ratelimit-policy", self._told), (b"ratelimit", standing)
        if not passes:
            raise TooManyRequestsError(
                f"More than {self._limit.amount} requests in {self._limit.get_expiry()} s. "
                f"Try again in {seconds} s, and slow down.",
                seconds,
            )


class RateLimits:
    """The limits of this process, one for each kind of caller."""

    def __init__(self, settings: RateLimitSettings) -> None:
        limiter = FixedWindowRateLimiter(Counters())
        self.key = Policy("key", settings.per_key, limiter)
        self.member = Policy("member", settings.per_member, limiter)
        self._address = Policy("address", settings.per_address, limiter)
        self._account = Policy("account", settings.per_account, limiter)

    def spend_password(self, scope: Scope, *account: str) -> None:
        """Before a password is hashed or compared, which costs 20 ms of a processor: by address, then by account."""
        address = client_of(scope)
        self._address.spend(scope, address)
        self._account.spend(scope, address, *(part.lower() for part in account))


def client_of(scope: Scope) -> str:
    """Who the request comes from: an IPv4 address, or the IPv6 network that one customer has to themselves."""
    client = scope.get("client")
    if not client:
        return "unknown"
    try:
        address = ip_address(client[0])
    except ValueError:
        return str(client[0])
    if isinstance(address, IPv6Address):
        return str(ip_network((address, IPV6_OF_ONE_CUSTOMER), strict=False))
    return str(address)
