"""Actions that the audit log records."""

from enum import StrEnum


class Action(StrEnum):
    """What was done, as noun.verb. A page shows each in words; a test compares them."""

    POINTS_ADJUSTED = "points.adjusted"
    POINTS_EXPIRED = "points.expired"
    WORKOUT_APPROVED = "workout.approved"
    WORKOUT_REJECTED = "workout.rejected"
    WORKOUT_DELETED = "workout.deleted"
    REWARD_CREATED = "reward.created"
    REWARD_CHANGED = "reward.changed"
    REDEMPTION_FULFILLED = "redemption.fulfilled"
    REDEMPTION_CANCELLED = "redemption.cancelled"
    REDEMPTION_EXPIRED = "redemption.expired"
    CHALLENGE_CREATED = "challenge.created"
    CHALLENGE_CHANGED = "challenge.changed"
    CHALLENGE_CANCELLED = "challenge.cancelled"
    WEEKLY_TARGET_SET = "weekly_target.set"
    POINTS_VALIDITY_CHANGED = "club.points_validity_changed"
