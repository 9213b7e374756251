"""The client over a real connection, mostly its behaviour on faults."""

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.server import ThreadingHTTPServer
from itertools import count
from pathlib import Path

import pytest
from fake_api import KEY, FakeApi, Fault, serve

from fitburn_client import (
    FitBurn,
    InvalidRequestError,
    NotFoundError,
    OverloadedError,
    StillPendingError,
    UnauthorizedError,
    UnexpectedResponseError,
    UnreachableError,
    Workout,
)

START = datetime(2026, 1, 1, 10, tzinfo=UTC)


def workout(minutes: float = 30, user_id: str = "u1") -> Workout:
    return Workout(user_id=user_id, ts=START, duration_min=minutes)


def test_submit_then_wait_returns_calories_and_points(client: FitBurn) -> None:
    submission = client.workouts.submit(workout())
    prediction = client.predictions.wait(submission.workout_id, timeout=60)
    assert (prediction.status, prediction.calories_pred, prediction.points) == ("done", 300.0, 30)
    assert prediction.processed_at == datetime(2026, 1, 1, 0, 0, 1, 500_000, tzinfo=UTC)


def test_same_key_is_reported_as_a_replay(client: FitBurn, api: FakeApi) -> None:
    first, second = (client.workouts.submit(workout(), "visit-1") for _ in range(2))
    assert (first.replayed, second.replayed) == (False, True)
    assert first.workout_id == second.workout_id
    assert len(api.workouts) == 1


@pytest.mark.parametrize("fault", [Fault(cut=True), Fault(late=True)], ids=["cut", "late"])
def test_response_lost_after_the_commit_doubles_nothing(impatient: FitBurn, api: FakeApi, fault: Fault) -> None:
    api.faults.append(fault)
    submission = impatient.workouts.submit(workout())
    assert submission.replayed
    assert len(api.workouts) == 1
    assert api.paths() == ["POST /workouts"] * 2


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_transient_refusals_are_retried(client: FitBurn, api: FakeApi, status: int) -> None:
    api.faults.extend([Fault(status), Fault(status)])
    assert client.workouts.submit(workout()).status == "pending"
    assert len(api.requests) == 3


def test_retry_waits_for_retry_after(client: FitBurn, api: FakeApi) -> None:
    api.faults.append(Fault(503, {"Retry-After": "1"}))
    client.workouts.submit(workout())
    assert api.times[1] - api.times[0] >= 1.0


def test_retry_after_beyond_retry_for_fails_immediately_with_retry_after(api: FakeApi) -> None:
    api.faults.append(Fault(503, {"Retry-After": "3600"}))
    with FitBurn(api.url, KEY, retry_for=5) as client, pytest.raises(OverloadedError) as caught:
        client.workouts.submit(workout())
    assert caught.value.retry_after == 3600
    assert len(api.requests) == 1


def test_on_retry_is_called_before_each_pause(api: FakeApi) -> None:
    retries: list[tuple[type, float]] = []
    api.faults.append(Fault(503))
    with FitBurn(api.url, KEY, on_retry=lambda error, pause: retries.append((type(error), pause))) as client:
        client.workouts.submit(workout())
    assert [kind for kind, _ in retries] == [OverloadedError]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 500])
def test_permanent_refusals_are_not_retried(client: FitBurn, api: FakeApi, status: int) -> None:
    api.faults.append(Fault(status))
    with pytest.raises(Exception) as caught:
        client.workouts.submit(workout())
    assert caught.value.status == status  # type: ignore[attr-defined]
    assert len(api.requests) == 1


@pytest.mark.parametrize("fault", [Fault(503), Fault(cut=True), Fault(late=True)], ids=["503", "cut", "late"])
def test_login_that_was_sent_is_not_retried(impatient: FitBurn, api: FakeApi, fault: Fault) -> None:
    api.faults.append(fault)
    with pytest.raises((OverloadedError, UnreachableError)):
        impatient.accounts.login("anna@example.com", "secret")
    assert len(api.requests) == 1


def test_refused_connection_is_retried_until_the_api_is_up() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    tried = threading.Event()

    def come_up_after_the_first_try() -> ThreadingHTTPServer:
        assert tried.wait(60)
        return serve(port)[1]

    with ThreadPoolExecutor(1) as pool:
        starting = pool.submit(come_up_after_the_first_try)
        with FitBurn(f"http://127.0.0.1:{port}", KEY, on_retry=lambda *_: tried.set()) as client:
            assert client.accounts.login("anna@example.com", "secret").user_id == "m-1"
        starting.result().shutdown()
        starting.result().server_close()


def test_refused_connection_is_unreachable_and_names_the_address() -> None:
    with (
        FitBurn("http://127.0.0.1:1", KEY, retry_for=0) as client,
        pytest.raises(UnreachableError, match=r"127\.0\.0\.1:1"),
    ):
        client.operations.health()


def test_error_names_fields_code_and_request(client: FitBurn) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        client.workouts.submit(workout(minutes=1000))
    error = caught.value
    assert (error.status, error.code, error.request_id) == (422, "invalid_fields", "r1")
    assert [field.pointer for field in error.errors] == ["/duration_min"]
    assert "duration_min: should be 1 to 600" in str(error)


def test_wrong_key_is_unauthorized(api: FakeApi) -> None:
    with FitBurn(api.url, "fbk_wrong") as client, pytest.raises(UnauthorizedError):
        client.workouts.submit(workout())


def test_netrc_does_not_replace_the_key(client: FitBurn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login user password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    assert client.workouts.submit(workout()).status == "pending"


@pytest.mark.parametrize("body", ["<html>hello</html>", "[]", '{"other": 1}'])
def test_response_of_another_server_is_unexpected(client: FitBurn, api: FakeApi, body: str) -> None:
    api.faults.append(Fault(200, body=body))
    with pytest.raises(UnexpectedResponseError):
        client.operations.health()


def test_redirect_is_not_followed_with_the_key(client: FitBurn, api: FakeApi) -> None:
    api.faults.append(Fault(307, {"Location": "https://elsewhere.example/"}))
    with pytest.raises(UnexpectedResponseError, match=r"elsewhere\.example"):
        client.workouts.submit(workout())


def test_bulk_returns_one_result_per_item_in_order_across_requests(client: FitBurn, api: FakeApi) -> None:
    minutes = [30.0 if n % 7 else 0.0 for n in range(2500)]
    results = list(client.workouts.submit_bulk(workout(m, f"u{n}") for n, m in enumerate(minutes)))
    assert [result.index for result in results] == list(range(2500))
    assert [result.accepted for result in results] == [m > 0 for m in minutes]
    assert api.paths() == ["POST /workouts/bulk"] * 3


def test_bulk_is_lazy(client: FitBurn, api: FakeApi) -> None:
    endless = (workout(user_id=f"u{n}") for n in count())
    assert next(client.workouts.submit_bulk(endless)).accepted
    assert next(endless).user_id == "u1000"


def test_bulk_that_is_too_large_is_bisected(client: FitBurn, api: FakeApi) -> None:
    api.body_limit = 20_000
    results = list(client.workouts.submit_bulk(workout(user_id=f"u{n}") for n in range(1000)))
    assert [result.index for result in results] == list(range(1000))
    assert all(result.accepted for result in results)


def test_single_item_that_is_too_large_is_refused_alone(client: FitBurn, api: FakeApi) -> None:
    api.body_limit = 2_000
    results = list(client.workouts.submit_bulk([workout(), workout(user_id="x" * 5_000), workout()]))
    assert [result.status for result in results] == [202, 413, 202]


def test_lost_bulk_response_doubles_nothing(client: FitBurn, api: FakeApi) -> None:
    api.faults.append(Fault(cut=True))
    results = list(client.workouts.submit_bulk(workout(user_id=f"u{n}") for n in range(50)))
    assert all(result.replayed for result in results)
    assert len(api.workouts) == 50


def test_wait_all_yields_every_prediction_once(client: FitBurn, api: FakeApi) -> None:
    api.looks_until_done = 3
    ids = [result.workout_id for result in client.workouts.submit_bulk(workout(user_id=f"u{n}") for n in range(250))]
    done = [prediction.workout_id for prediction in client.predictions.wait_all(filter(None, ids), timeout=60)]
    assert sorted(done) == sorted(filter(None, ids))


def test_wait_all_yields_the_rest_before_it_names_the_pending(client: FitBurn, api: FakeApi) -> None:
    first, second = (client.workouts.submit(workout()).workout_id for _ in range(2))
    api.looks_until_done = 10**9
    api.workouts[first]["looks"] = 10**9
    yielded = []
    with pytest.raises(StillPendingError) as caught:
        for prediction in client.predictions.wait_all([first, second], timeout=0.2):
            yielded.append(prediction.workout_id)
    assert caught.value.workout_ids == (second,)
    assert yielded == [first]


def test_waiting_for_an_unknown_workout_fails_immediately(client: FitBurn) -> None:
    with pytest.raises(NotFoundError):
        list(client.predictions.wait_all(["00000000-0000-7000-8000-000000000000"], timeout=60))


def test_wait_that_times_out_raises_a_timeout_error(client: FitBurn, api: FakeApi) -> None:
    api.looks_until_done = 10**9
    submission = client.workouts.submit(workout())
    with pytest.raises(TimeoutError):
        client.predictions.wait(submission.workout_id, timeout=0.1)


def test_balance_is_that_of_the_api(client: FitBurn) -> None:
    assert client.points.get("u1").balance == 15


def test_another_token_shares_the_connections(client: FitBurn, api: FakeApi) -> None:
    stranger = client.with_token("fbk_unknown")
    with pytest.raises(UnauthorizedError):
        stranger.points.get("u1")
    assert client.points.get("u1").balance >= 0
    assert stranger._transport._session is client._transport._session


def test_threads_share_one_client(client: FitBurn, api: FakeApi) -> None:
    with ThreadPoolExecutor(8) as pool:
        submissions = list(pool.map(lambda n: client.workouts.submit(workout(), f"k{n}"), range(100)))
    assert len({submission.workout_id for submission in submissions}) == len(api.workouts) == 100


def test_workout_without_a_time_zone_is_refused_at_construction() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Workout(user_id="u1", ts=datetime(2026, 1, 1), duration_min=30)


@pytest.mark.parametrize("key", ["", "x" * 129, "mit Umlaut ä", "line\nbreak", "a space"])
def test_key_that_no_header_can_carry_is_refused_before_sending(client: FitBurn, api: FakeApi, key: str) -> None:
    with pytest.raises(ValueError, match="idempotency key"):
        client.workouts.submit(workout(), key)
    assert not api.requests


def test_repr_of_a_login_hides_the_token(client: FitBurn) -> None:
    assert KEY not in repr(client.accounts.login("anna@example.com", "secret"))
