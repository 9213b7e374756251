"""FitBurn – Club: attendance, points and leaders, for the people who run a club."""

from grafana import layout
from grafana.panels import GREEN, RED, YELLOW, by_name, columns, lines, stat, steps, table
from grafana.sources import Json, sql_over_time, sql_table

CLUB = "club = ${club:sqlstring}"
DAYS = f"{CLUB} and $__timeFilter(day)"

WORKOUTS_BY_DAY = f"""
select day::timestamp as time, workouts_cnt as workouts
from daily_metrics
where {DAYS}
order by day
"""
ACTIVE_BY_DAY = f"""
select day::timestamp as time, active_users as members
from daily_metrics
where {DAYS}
order by day
"""
POINTS_BY_DAY = f"""
select day::timestamp as time, points_awarded as points
from daily_metrics
where {DAYS}
order by day
"""
CALORIES_BY_DAY = f"""
select day::timestamp as time, total_calories as kcal
from daily_metrics
where {DAYS}
order by day
"""
# Compare seven complete days with the seven before: the last day of the range may be incomplete.
WEEK_OVER_WEEK = f"""
with week as (
    select workouts_cnt, day >= $__timeTo()::date - 7 as is_this_one
    from daily_metrics
    where {CLUB} and day between $__timeTo()::date - 14 and $__timeTo()::date - 1
)
select
    sum(workouts_cnt) filter (where is_this_one)::float8
        / nullif(sum(workouts_cnt) filter (where not is_this_one), 0) - 1 as change
from week
"""
DAYS_AND_A_WEEK_BEFORE = f"""
select
    this.day::timestamp as time, this.workouts_cnt as "this day", before.workouts_cnt as "a week before"
from daily_metrics as this
left join daily_metrics as before on before.club_id = this.club_id and before.day = this.day - 7
where this.{CLUB} and $__timeFilter(this.day)
order by this.day
"""
WEEKS = f"""
select
    to_char(date_trunc('week', day), 'DD Mon') as week, sum(workouts_cnt) as workouts
from daily_metrics
where {DAYS}
group by date_trunc('week', day)
order by date_trunc('week', day)
"""
HOURS = f"""
select to_char(hour, 'FM00') || ' h' as hour, sum(workouts_cnt) as workouts
from hourly_metrics
where {DAYS}
group by hour
order by hour
"""
LEADERBOARD = f"""
select rank as "#", user_id as member, total_calories as kcal, workouts_cnt as workouts, day::text as day
from leaderboard_daily
where {CLUB} and day = (select max(day) from leaderboard_daily where {DAYS})
order by rank, user_id
limit 20
"""
# Include the last row before the range, where the line starts: a day without transfers has no row.
OUTSTANDING = f"""
select greatest(day::timestamp, $__timeFrom()::timestamp) as time, outstanding as points
from points_liability_daily as this
where
    {CLUB} and day <= $__timeTo()::date
    and day >= coalesce(
        (
            select max(day)
            from points_liability_daily
            where {CLUB} and day < $__timeFrom()::date
        ),
        $__timeFrom()::date
    )
order by day
"""
POINTS_IN_AND_OUT = f"""
select day::timestamp as time, issued, -spent as spent, -expired as expired, adjusted as "by hand"
from points_liability_daily
where {DAYS}
order by day
"""
FRESHNESS = """
select extract(epoch from now() - finished_at) as age from mart_runs where mart = 'daily_metrics'
"""


def dashboard() -> Json:
    return layout.dashboard(
        uid="fitburn-club",
        title="FitBurn – Club",
        description="Do members come, what do they earn, who leads? Days are those of the club; shown from the marts.",
        since="now-30d",
        refresh="5m",
        variables=[layout.club_variable(several=False)],
        rows={
            "This range": _numbers(),
            "By day": _days(),
            "Points that can still be spent": _liability(),
            "Rhythm and leaders": _rhythm(),
        },
    )


def _numbers() -> list[Json]:
    return [
        stat("Workouts", "All that were sent, in this range.", sql_over_time(WORKOUTS_BY_DAY), calc="sum"),
        stat(
            "Active members",
            "Mean over the days: members with at least one scored workout.",
            sql_over_time(ACTIVE_BY_DAY),
            calc="mean",
            decimals=0,
        ),
        stat("Points issued", "For the workouts of this range.", sql_over_time(POINTS_BY_DAY), calc="sum"),
        stat(
            "Burnt",
            "Gross kcal of all scored workouts of this range.",
            sql_over_time(CALORIES_BY_DAY),
            calc="sum",
            unit="suffix: kcal",
        ),
        stat(
            "Week over week",
            "Workouts of the last seven whole days against the seven before.",
            sql_table(WEEK_OVER_WEEK),
            unit="percentunit",
            thresholds=steps((-0.1, YELLOW), (0, GREEN), base=RED),
            decimals=1,
            empty="two weeks are needed",
        ),
        stat(
            "Brought up to date",
            "How long ago: the numbers here are as old as this.",
            sql_table(FRESHNESS),
            unit="s",
            thresholds=steps((900, YELLOW), (1800, RED)),
            empty="never",
        ),
    ]


def _days() -> list[Json]:
    return [
        lines(
            "Workouts by day, and a week before",
            "daily_metrics.workouts_cnt.",
            sql_over_time(DAYS_AND_A_WEEK_BEFORE),
            width=12,
            calcs=("sum", "mean"),
            decimals=0,
        ),
        lines(
            "Active members, by day",
            "Members with a scored workout on the day. Not to be added up: one who comes daily is one member.",
            sql_over_time(ACTIVE_BY_DAY),
            width=12,
            calcs=("mean", "max"),
            decimals=0,
        ),
        lines(
            "Points issued, by day",
            "For the workouts of the day; what is held for review has none yet.",
            sql_over_time(POINTS_BY_DAY),
            bars=True,
            width=12,
            calcs=("sum", "mean"),
            decimals=0,
        ),
        lines(
            "Calories burnt, by day",
            "Gross kcal of the scored workouts.",
            sql_over_time(CALORIES_BY_DAY),
            unit="suffix: kcal",
            bars=True,
            width=12,
            calcs=("sum", "mean"),
            decimals=0,
        ),
    ]


def _liability() -> list[Json]:
    return [
        lines(
            "Outstanding points",
            "With members or held for a redemption, at the end of the day: what the club may still be asked for.",
            sql_over_time(OUTSTANDING),
            width=12,
            calcs=("lastNotNull", "max"),
            decimals=0,
            noValue="no points were issued yet",
        ),
        lines(
            "Points in and out, by day",
            "Issued less taken back, spent, expired, corrected by hand: together the change of what is outstanding.",
            sql_over_time(POINTS_IN_AND_OUT),
            bars=True,
            stacked=True,
            width=12,
            calcs=("sum",),
            decimals=0,
            below_zero=True,
        ),
    ]


def _rhythm() -> list[Json]:
    return [
        columns(
            "Workouts by week",
            "Weeks begin on Monday; the first and the last may be cut off by the range.",
            sql_table(WEEKS),
            category="week",
            unit="short",
        ),
        columns(
            "When members come",
            "Workouts of this range by the hour in which they started, in the club's time zone.",
            sql_table(HOURS),
            category="hour",
            unit="short",
        ),
        table(
            "Leaderboard of the latest day",
            "The 20 first places. Equal totals share a place; members who opted out are not in it.",
            sql_table(LEADERBOARD),
            overrides=[by_name("kcal", unit="suffix: kcal", decimals=1), by_name("#", custom__width=60)],
        ),
    ]
