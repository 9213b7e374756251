"""`python -m fitburn_client` is the command `fitburn`."""

import sys

from fitburn_client.cli import main

sys.exit(main())
