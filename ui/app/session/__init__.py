"""Who is logged in, and what the browser's session keeps of the forms that a member fills in."""

from app.session.login import api, end, enter, has_ended, leave, member, mount_cookie, remember_profile, units

__all__ = ["api", "end", "enter", "has_ended", "leave", "member", "mount_cookie", "remember_profile", "units"]
