"""A plugin of detect-secrets for the keys of partners. secrets.baseline names this file."""

import re

from detect_secrets.plugins.base import RegexBasedDetector


class PartnerKeyDetector(RegexBasedDetector):
    """Keys as `make key` makes them: 32 random bytes in URL-safe Base64."""

    secret_type = "a partner's key"
    denylist = (re.compile(r"fbk_[A-Za-z0-9_-]{43}"),)
