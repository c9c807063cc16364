"""python -m varinf.progress, for where the command is not on the path."""

import sys

from .command import main

sys.exit(main())
