"""All routers of the service. Requests are matched in this order, so the busiest routes come first."""

from app.accounts import routes as accounts
from app.audit import routes as audit
from app.boards import routes as boards
from app.challenges import routes as challenges
from app.club import routes as club
from app.diary import routes as diary
from app.members import routes as members
from app.operations import health
from app.operations import routes as operations
from app.points import routes as points
from app.predictions import routes as predictions
from app.progress import routes as progress
from app.redemptions import routes as redemptions
from app.review import routes as review
from app.rewards import routes as rewards
from app.rules import routes as rules
from app.stats import routes as stats
from app.workouts import routes as workouts
from app.workouts import submitting

ROUTERS = (
    submitting.checked_router,
    submitting.router,
    workouts.router,
    predictions.router,
    members.router,
    diary.router,
    points.router,
    progress.router,
    challenges.router,
    rewards.router,
    redemptions.router,
    review.router,
    audit.router,
    stats.router,
    boards.router,
    club.router,
    operations.router,
    accounts.router,
    rules.router,
    health.router,
)
