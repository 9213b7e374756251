"""One HTTP call to the API: pooled connections, retries, and errors that carry the API's problem document."""

import logging
import math
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from datetime import date
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_before_delay, wait_random_exponential
from urllib3.exceptions import NewConnectionError

from fitburn_client.decoding import decode
from fitburn_client.errors import (
    FitBurnError,
    OverloadedError,
    Problem,
    UnexpectedResponseError,
    UnreachableError,
    error_of,
)

Query = Mapping[str, str | float | date | Sequence[str] | None]
"""None leaves a parameter out; a sequence repeats it."""

OnRetry = Callable[[FitBurnError, float], None]
"""Called before each pause with the error and the seconds until the next attempt."""

PARTNER_KEY_PREFIX = "fbk_"
POOL_SIZE = 16
FIRST_PAUSE_SEC = 0.2
LONGEST_PAUSE_SEC = 15.0

log = logging.getLogger("fitburn_client")


class Transport:
    """Calls `base_url` with a bearer token.

    The session does not change after construction (cookies are refused), so threads may share one Transport. More than
    POOL_SIZE concurrent calls work too, over connections that are not kept.
    """

    def __init__(
        self, base_url: str, token: str | None, *, timeout: float, retry_for: float, on_retry: OnRetry | None
    ) -> None:
        if not base_url.startswith(("http://", "https://")):
            raise ValueError(f"base_url must start with http:// or https://, got {base_url!r}")
        self.base_url = base_url.rstrip("/")
        self._token = None if token is None else _checked_token(token)
        self._timeout = timeout
        self._retry_for = retry_for
        self._on_retry = on_retry
        self._backoff = wait_random_exponential(multiplier=FIRST_PAUSE_SEC, max=LONGEST_PAUSE_SEC)
        self._session = _session()

    def with_token(self, token: str) -> "Transport":
        """The same calls with another token, over the same connections."""
        other = copy(self)
        other._token = _checked_token(token)
        return other

    @property
    def has_partner_key(self) -> bool:
        return self._token is not None and self._token.startswith(PARTNER_KEY_PREFIX)

    def call(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        query: Query | None = None,
        headers: Mapping[str, str] | None = None,
        replayable: bool = True,
        retry_for: float | None = None,
        hold_sec: float = 0.0,
    ) -> requests.Response:
        """The response, if it is a success; otherwise raises an error of `fitburn_client.errors`.

        A call that is not `replayable` is retried only if it certainly never left this machine. `retry_for` seconds
        after the first attempt no further one is made (default: the Transport's). `hold_sec` is how long the API may
        hold the request open on purpose; it extends the read timeout.
        """
        retrying = Retrying(
            retry=retry_if_exception(lambda error: _is_retryable(error, replayable)),
            wait=self._pause_sec,
            stop=stop_before_delay(self._retry_for if retry_for is None else retry_for),
            before_sleep=self._report_retry,
            reraise=True,
        )
        request: dict[str, Any] = {"json": body, "params": query, "headers": dict(headers or {})}
        return retrying(self._send, method, path, hold_sec, **request)

    def close(self) -> None:
        self._session.close()

    def _send(self, method: str, path: str, hold_sec: float, **request: Any) -> requests.Response:
        try:
            response = self._session.request(
                method,
                self.base_url + path,
                **request,
                auth=self._authorize,
                timeout=(self._timeout, self._timeout + hold_sec),
                allow_redirects=False,
            )
        except requests.exceptions.SSLError as error:
            raise UnexpectedResponseError(f"no safe connection to {self.base_url}: {error}") from error
        except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError) as error:
            raise _unreachable(self.base_url, error) from error
        except requests.RequestException as error:
            raise UnexpectedResponseError(f"{method} {self.base_url}{path} cannot be sent: {error}") from error
        if response.ok and not response.is_redirect:
            return response
        raise _refusal(response)

    def _authorize(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        # An auth hook rather than a header: requests lets a ~/.netrc entry overwrite a plain Authorization header.
        if self._token is not None:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def _pause_sec(self, state: RetryCallState) -> float:
        """Full-jitter back-off, never earlier than Retry-After."""
        error = state.outcome.exception() if state.outcome else None
        retry_after = error.retry_after if isinstance(error, OverloadedError) and error.retry_after else 0.0
        return retry_after + self._backoff(state)

    def _report_retry(self, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, FitBurnError):
            log.info("retrying in %.1f s: %s", state.upcoming_sleep, error)
            if self._on_retry:
                self._on_retry(error, state.upcoming_sleep)


def json_of(response: requests.Response, *required: str) -> dict[str, Any]:
    """The JSON object of a response; UnexpectedResponseError if it is none or lacks a `required` field."""
    try:
        data = response.json()
    except requests.JSONDecodeError:
        data = None
    if isinstance(data, dict) and data.keys() >= set(required):
        return data
    raise UnexpectedResponseError(
        f"{response.url} answered {response.status_code} with something other than FitBurn's JSON: "
        "does the base URL lead to the API?"
    )


def _checked_token(token: str) -> str:
    if token.isascii() and token.isprintable() and token and " " not in token:
        return token
    raise ValueError("the token holds characters that no FitBurn key has: was it copied whole, on one line?")


def _session() -> requests.Session:
    session = requests.Session()
    session.headers.update({"Accept": "application/json", "User-Agent": "fitburn-client"})
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    adapter = HTTPAdapter(pool_maxsize=POOL_SIZE)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


def _is_retryable(error: BaseException, replayable: bool) -> bool:
    if isinstance(error, UnreachableError):
        return replayable or not error.sent
    return replayable and isinstance(error, OverloadedError)


def _unreachable(base_url: str, error: requests.RequestException) -> UnreachableError:
    reason = getattr(error.args[0], "reason", None) if error.args else None
    unsent = isinstance(error, requests.ConnectTimeout) or isinstance(reason, NewConnectionError)
    if unsent:
        return UnreachableError(f"nothing answers at {base_url}: is the API up and the address right?", sent=False)
    if isinstance(error, requests.Timeout):
        return UnreachableError(f"{base_url} did not answer in time", sent=True)
    return UnreachableError(f"the connection to {base_url} broke before the answer came", sent=True)


def _refusal(response: requests.Response) -> FitBurnError:
    if response.is_redirect:
        location = response.headers["location"]
        return UnexpectedResponseError(f"{response.url} redirects to {location}: use that as base URL")
    return error_of(_problem(response), _retry_after_sec(response))


def _problem(response: requests.Response) -> Problem:
    """The problem document, or a substitute when a proxy in front of the API responded."""
    try:
        return decode(Problem, response.json())
    except (requests.JSONDecodeError, UnexpectedResponseError):
        detail = f"{response.url} answered {response.status_code} {response.reason or ''}".rstrip()
        return Problem(status=response.status_code, code=f"http_{response.status_code}", detail=detail)


def _retry_after_sec(response: requests.Response) -> float | None:
    """Retry-After in seconds. Its date form is ignored, since that needs clocks that agree; the back-off covers it."""
    try:
        seconds = float(response.headers.get("Retry-After", ""))
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None
