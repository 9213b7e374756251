"""Random messages on the queue become dead letters, and the valid ones among them are scored once."""

import uuid
from typing import Any

import orjson
import pika
from at_work import make_worker, running
from chance import examples
from gym import Gym
from hypothesis import example, given, settings
from hypothesis import strategies as st
from patience import until
from post import Post
from sqlalchemy import Engine

from app.inbox import RabbitInbox
from app.model_loader import Model
from app.settings import WorkerSettings
from fitburn import broker

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
plain = st.none() | st.booleans() | st.integers(-(2**31), 2**31) | texts
json_values = st.recursive(
    plain | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=10,
)
# Almost a score request, of workouts that do not exist.
ids = st.uuids().map(str) | json_values
near_misses = st.fixed_dictionaries(
    {}, optional={"workout_id": ids, "prediction_id": ids, "WORKOUT_ID": ids, "points": plain}
)
bodies = st.binary(max_size=300) | st.one_of(json_values, near_misses).map(orjson.dumps)
headers = st.dictionaries(texts, plain | st.lists(plain, max_size=3), max_size=4)
properties = st.builds(
    pika.BasicProperties,
    content_type=st.none() | texts,
    content_encoding=st.none() | st.sampled_from(["gzip", "utf-8", "x"]),
    headers=st.none() | headers,
    delivery_mode=st.sampled_from([1, 2]),
    priority=st.none() | st.integers(0, 255),
    correlation_id=st.none() | texts,
    reply_to=st.none() | texts,
    message_id=st.none() | texts,
    type=st.none() | texts,
    app_id=st.none() | texts,
)
messages = st.lists(st.tuples(bodies, properties), min_size=1, max_size=20)
PLAIN = pika.BasicProperties()


@settings(max_examples=examples(12))
@given(garbage=messages)
@example(garbage=[(b"\xff" * 2_000_000, PLAIN), (b"[" * 100_000, PLAIN), (b"", PLAIN), (b"\0", PLAIN)])
def test_any_messages_are_dead_letters_and_their_neighbours_are_scored(
    gym: Gym, post: Post, engine: Engine, model: Model, garbage: list[tuple[bytes, Any]]
) -> None:
    first, last = gym.log_plain(2)
    wrong_prediction = orjson.dumps({"workout_id": str(first.workout_id), "prediction_id": str(uuid.uuid4())})
    post.send([first])
    for body, message_properties in [*garbage, (wrong_prediction, PLAIN)]:
        post.send_raw([body], message_properties)
    post.send([last, first])
    inbox = RabbitInbox(post.url, WorkerSettings(batch_size=7, batch_wait_ms=1))
    with running(make_worker(engine, model, inbox, every_sec=5)):
        until(lambda: gym.all_done([first, last]))
        until(lambda: post.waiting(broker.DEAD_QUEUE) == len(garbage) + 1)
        until(lambda: post.waiting() == 0)
    assert sorted(post.dead_bodies()) == sorted([*(body for body, _ in garbage), wrong_prediction])
    gym.assert_books_balance()
