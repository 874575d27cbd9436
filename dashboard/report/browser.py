"""The Chromium that draws the charts of reports: where it is, and what is said where there is none."""

import os
import shutil

from warehouse.errors import HailongError

VARIABLE = "BROWSER_PATH"
_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")


class NoBrowser(HailongError):
    """There is no Chromium to draw the charts with, or it does not start."""


def found() -> str | None:
    """The program of Chromium: the environment's BROWSER_PATH, else the one of the system; None without one."""
    named = os.environ.get(VARIABLE)
    if named:
        return shutil.which(named)
    return next(filter(None, map(shutil.which, _NAMES)), None)


def browser() -> str:
    """`found`, which must be there.

    Raises:
        NoBrowser: there is none.
    """
    path = found()
    if path is None:
        raise NoBrowser(
            "reports need Chromium to draw their charts, and none was found: install it"
            f" (Debian: apt-get install chromium), or name its program in the environment's {VARIABLE}"
        )
    return path
