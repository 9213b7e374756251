"""One HTTP call to the API: pooled connections, retries, and errors that carry what the API said."""

import logging
import math
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_before_delay, wait_random_exponential
from urllib3.exceptions import NewConnectionError

from fitburn_client.decoding import decode
from fitburn_client.errors import FitBurnError, Overloaded, Problem, UnexpectedAnswer, Unreachable, error_of

Query = Mapping[str, str | int | float | None] | Sequence[tuple[str, str]]
OnRetry = Callable[[FitBurnError, float], None]
"""Called before each pause with the reason and the seconds until the next try."""

POOL_SIZE = 16
FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 15.0

log = logging.getLogger("fitburn_client")


class Transport:
    """Calls `base_url` with a bearer token.

    After construction nothing of the session changes (cookies are refused), so threads may share one Transport;
    beyond POOL_SIZE calls at a time, connections are opened and thrown away.
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
        self._backoff = wait_random_exponential(multiplier=FIRST_PAUSE_S, max=LONGEST_PAUSE_S)
        self._session = _session()

    def with_token(self, token: str) -> "Transport":
        """The same calls as the holder of another token, over the same connections."""
        other = copy(self)
        other._token = _checked_token(token)
        return other

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
        holds_for: float = 0.0,
    ) -> requests.Response:
        """The answer, if it is a success; else an error of `fitburn_client.errors`.

        Calls that are not `replayable` are tried again only when they surely never left this machine.
        `retry_for` seconds of trouble are borne (default: the Transport's). `holds_for` is how long the API may
        hold the request back on purpose.
        """
        patience = self._retry_for if retry_for is None else retry_for
        retrying = Retrying(
            retry=retry_if_exception(lambda error: _worth_retrying(error, replayable)),
            wait=self._pause,
            stop=stop_before_delay(patience),
            before_sleep=self._tell,
            reraise=True,
        )
        asked: dict[str, Any] = {"json": body, "params": query, "headers": dict(headers or {})}
        return retrying(self._once, method, path, holds_for, **asked)

    def close(self) -> None:
        self._session.close()

    def _once(self, method: str, path: str, holds_for: float, **asked: Any) -> requests.Response:
        try:
            response = self._session.request(
                method,
                self.base_url + path,
                **asked,
                auth=self._authorize,
                timeout=(self._timeout, self._timeout + holds_for),
                allow_redirects=False,
            )
        except requests.exceptions.SSLError as error:
            raise UnexpectedAnswer(f"no safe connection to {self.base_url}: {error}") from error
        except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError) as error:
            raise _unreachable(self.base_url, error) from error
        except requests.RequestException as error:
            raise UnexpectedAnswer(f"{method} {self.base_url}{path} cannot be sent: {error}") from error
        if response.ok and not response.is_redirect:
            return response
        raise _refusal(response)

    def _authorize(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        # As an auth hook rather than a header: requests lets a ~/.netrc entry overwrite a plain Authorization header.
        if self._token is not None:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def _pause(self, state: RetryCallState) -> float:
        """Full-jitter back-off, never earlier than the API asked for."""
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after if isinstance(error, Overloaded) and error.retry_after else 0.0
        return asked + self._backoff(state)

    def _tell(self, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, FitBurnError):
            log.info("trying again in %.1f s: %s", state.upcoming_sleep, error)
            if self._on_retry:
                self._on_retry(error, state.upcoming_sleep)


def json_of(response: requests.Response, *promised: str) -> dict[str, Any]:
    """The JSON object of an answer; UnexpectedAnswer when there is none or a promised field is missing."""
    try:
        data = response.json()
    except requests.JSONDecodeError:
        data = None
    if isinstance(data, dict) and data.keys() >= set(promised):
        return data
    raise UnexpectedAnswer(
        f"{response.url} answered {response.status_code} with something that FitBurn does not say: "
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


def _worth_retrying(error: BaseException, replayable: bool) -> bool:
    if isinstance(error, Unreachable):
        return replayable or not error.sent
    return replayable and isinstance(error, Overloaded)


def _unreachable(base_url: str, error: requests.RequestException) -> Unreachable:
    reason = getattr(error.args[0], "reason", None) if error.args else None
    unsent = isinstance(error, requests.ConnectTimeout) or isinstance(reason, NewConnectionError)
    if unsent:
        return Unreachable(f"nothing answers at {base_url}: is the API up and the address right?", sent=False)
    if isinstance(error, requests.Timeout):
        return Unreachable(f"{base_url} did not answer in time", sent=True)
    return Unreachable(f"the connection to {base_url} broke before the answer came", sent=True)


def _refusal(response: requests.Response) -> FitBurnError:
    if response.is_redirect:
        return UnexpectedAnswer(f"{response.url} leads on to {response.headers['location']}: use that as base URL")
    return error_of(_problem(response), _retry_after(response))


def _problem(response: requests.Response) -> Problem:
    """The problem document; one made from the status when a proxy, not the API, answered."""
    try:
        return decode(Problem, response.json())
    except (requests.JSONDecodeError, UnexpectedAnswer):
        detail = f"{response.url} answered {response.status_code} {response.reason or ''}".rstrip()
        return Problem(status=response.status_code, code=f"http_{response.status_code}", detail=detail)


def _retry_after(response: requests.Response) -> float | None:
    """Seconds to wait. The date form of the header is left to the back-off: it needs clocks that agree."""
    try:
        seconds = float(response.headers.get("Retry-After", ""))
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None
