"""What may mean two things is asked about, and each answer is an option or another row."""

from typing import Any

import pytest
from desk import EVENING, Desk

REFUSED = [
    ("user_id,ts,minutes,hr,hr\nu1,{t},30,140,150\n", "avg_hr may be in 2 columns"),
    ("user_id,ts,minutes,hr,pulse\nu1,{t},30,140,150\n", "'hr' (#4) or 'pulse' (#5)"),
    ("user_id,date,minutes\nu1,05/06/2026,30\nu1,07/08/2026,30\n", "2026-06-05 (--date-order dmy) or 2026-05-06"),
    ("user_id,date,minutes\nu1,26/11/2026,30\nu1,11/27/2026,30\n", "has its day first, line 3"),
    ("user_id,date,minutes\nu1,46352,30\n", "Excel's number of 2026-11-26 (--date-order excel)"),
    ("user_id,ts,duration\nu1,{t},1:30\n", "90 minutes (--unit duration_min=h:mm) or 1.5 minutes"),
    ("user_id,ts,duration\nu1,{t},2400\n", "seconds (--unit duration_min=s)"),
    ("user_id,ts,Elapsed Time\nu1,{t},300\n", "seconds (--unit duration_min=s)"),
    ("user_id,ts,minutes,distance\nu1,{t},30,5210\n", "metres (--unit distance_km=m)"),
    ("user_id,ts,minutes,kcal\nu1,{t},30,1.234\n", "1.234 (--decimal point) or 1234 (--decimal comma)"),
    ('user_id,ts,minutes,kcal\nu1,{t},30,"1,234"\n', "1.234 (--decimal comma) or 1234 (--decimal point)"),
    ("user_id,ts,minutes,Sport discipline\nu1,{t},30,yoga\n", "looks like workout_type, and was not recognised"),
    ("user_id,ts,minutes,HR (morning)\nu1,{t},30,140\n", "looks like avg_hr, and was not recognised"),
    ("user_id,ts,minutes,weigth_kg\nu1,{t},30,80\n", "looks like weight_kg"),
    ("user_id,ts,minutes,type\nu1,{t},30,golf\n", "no workout type, and no other row has one"),
    ("user_id,date,time\nu1,2026-11-26,18:30\n", "may be the time of day or the duration"),
    ("user_id,start time,minutes\nu1,18:30,30\n", "no column has the day"),
]


@pytest.mark.parametrize(("text", "question"), REFUSED, ids=[question[:40] for _, question in REFUSED])
def test_what_may_mean_two_things_is_refused_before_anything_is_sent(desk: Desk, text: str, question: str) -> None:
    assert desk.run(desk.write("two.csv", text.replace("{t}", f"{EVENING}Z")), "--yes") == 2
    assert question in desk.err
    assert not desk.workouts


DECIDED = [
    ("user_id,date,minutes\nu1,05/06/2026,30\nu1,26/06/2026,30\n", [], ("ts", "2026-06-04T21:00:00+00:00")),
    ("user_id,date,minutes\nu1,05/06/2026,30\n", ["--date-order", "mdy"], ("ts", "2026-05-05T21:00:00+00:00")),
    ("user_id,date,minutes\nu1,46352,30\n", ["--date-order", "excel"], ("ts", "2026-11-25T21:00:00+00:00")),
    ("user_id,ts,duration\nu1,{t},1:30\n", ["--unit", "duration_min=h:mm"], ("duration_min", 90)),
    ("user_id,ts,duration\nu1,{t},1:30\nu1,{t},0:45\n", [], ("duration_min", 90)),
    ("user_id,ts,duration\nu1,{t},2400\n", ["--unit", "duration_min=s"], ("duration_min", 40)),
    ("user_id,ts,Duration (h)\nu1,{t},1.5\n", [], ("duration_min", 90)),
    ("user_id,ts,minutes,Distance (mi)\nu1,{t},30,3\n", [], ("distance_km", 4.828032)),
    ("user_id,ts,minutes,distance\nu1,{t},30,3 mi\n", [], ("distance_km", 4.828032)),
    ("user_id,ts,minutes,pace\nu1,{t},30,5:00\n", [], ("speed_kmh", 12)),
    ("user_id,ts,minutes,hr,pulse\nu1,{t},30,140,150\n", ["--map", "avg_hr=#5"], ("avg_hr", 150)),
    ("user_id,ts,minutes,type\nu1,{t},30,golf\n", ["--type", "Golf=walking"], ("workout_type", "walking")),
    ("user_id,ts,minutes,kcal,weight\nu1,{t},30,1.234,70.5\n", [], ("calories_measured", 1.234)),
    ("user_id;ts;minutes;kcal;weight\nu1;{t};30;1.234;70,5\n", [], ("calories_measured", 1234)),
    ("user_id,ts,minutes,distance_km\nu1,{t},30,5.210\n", [], ("distance_km", 5.21)),
    ("user_id,ts,minutes\nu1,1795717812,30\n", [], ("ts", "2026-11-26T18:30:12+00:00")),
    ("user_id,ts,minutes\nu1,2026-11-26T18:30+03,30\n", [], ("ts", f"{EVENING}+03:00")),
    ('user_id,ts,minutes\nu1,"Nov 26, 2026, 6:30 PM",30\n', [], ("ts", f"{EVENING}+03:00")),
    ("user_id,date,start time,minutes\nu1,26.11.2026,18:30,30\n", [], ("ts", f"{EVENING}+03:00")),
]


@pytest.mark.parametrize(("text", "options", "expected"), DECIDED)
def test_options_and_other_rows_decide(desk: Desk, text: str, options: list[str], expected: tuple[str, Any]) -> None:
    assert desk.run(desk.write("two.csv", text.replace("{t}", f"{EVENING}Z")), *options) == 0, desk.err
    assert desk.workouts[0][expected[0]] == pytest.approx(expected[1])


def test_unknown_types_are_named_in_the_plan_and_rejected(desk: Desk) -> None:
    path = desk.write("types.csv", f"user_id,ts,minutes,type\nu1,{EVENING}Z,30,yoga\nu2,{EVENING}Z,30,golf\n")
    assert desk.run(path) == 1
    assert "types not known, their rows will be rejected: 'golf' (1)" in desk.out
    assert [workout["workout_type"] for workout in desk.workouts] == ["yoga"]


@pytest.mark.parametrize(("answer", "sent"), [("y", 1), ("", 0), ("n", 0), ("да", 1)])
def test_terminal_is_asked_after_the_plan(desk: Desk, monkeypatch: pytest.MonkeyPatch, answer: str, sent: int) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda prompt: answer)
    assert desk.run("local_time.csv") == (0 if sent else 2)
    assert len(desk.workouts) == sent
    assert "columns: user_id" in desk.out
    desk.run("local_time.csv", "--yes")
    assert len(desk.workouts) == 1
