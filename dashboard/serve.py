"""`hailong serve`: the dashboard on one port, from whatever folder it is started."""

import gc
import logging
import os
import sys
import time
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from threading import Thread

from dashboard import comparisons
from dashboard.boundaries import BOUNDARIES_VARIABLE, features
from dashboard.comparisons import CHARACTERISTICS
from dashboard.data import MOST_WHOLE, WAREHOUSE_VARIABLE, is_whole, open_source, whole
from dashboard.reference import reference_of
from dashboard.selection import EVERY_CHANNEL
from dashboard.texts import LANGUAGES, texts_in
from warehouse.plan import MOST_SURVEYS
from warehouse.published import PUBLISHED
from warehouse.store import Store

ENTRYPOINT = Path(__file__).with_name("app.py")
LOOPBACK = "127.0.0.1"
WARMED_SECONDS = 60
# The first reader has seen his page by then.
AHEAD_SECONDS = 5
_LOG = logging.getLogger(__name__)


def serve(
    warehouse: Path, port: int, address: str = LOOPBACK, boundaries: Path | None = None
) -> int:
    """Serve the dashboard until it is interrupted; the exit code.

    Theme, fonts and what is the same for every run stand in `.streamlit/config.toml` beside the entrypoint,
    which Streamlit reads whatever the current folder is. What must hold even against a configuration in the
    user's home is given as a flag: flags win.

    Args:
        warehouse: folder with the snapshots; it may still be empty.
        port: TCP port to listen on.
        address: address to listen on; loopback unless the user asks for more.
        boundaries: GeoJSON file with the outlines of the provinces, if the map is to show them.

    Raises:
        BoundariesError: the file is no GeoJSON of polygons.
    """
    if boundaries is not None:
        features(boundaries)
        os.environ[BOUNDARIES_VARIABLE] = str(boundaries.resolve())
    from streamlit.web import cli

    warehouse = warehouse.resolve()
    os.environ[WAREHOUSE_VARIABLE] = str(warehouse)
    _prepare()
    Thread(target=_keep_ahead, args=[warehouse], daemon=True).start()
    flags = {
        "server.port": port,
        "server.address": address,
        "server.headless": "true",
        "server.enableStaticServing": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
    }
    arguments = ["run", str(ENTRYPOINT), *(f"--{name}={value}" for name, value in flags.items())]
    try:
        cli.main(arguments, standalone_mode=False)
    except SystemExit as stopped:
        return stopped.code if isinstance(stopped.code, int) else 1
    finally:
        sys.stdout.flush()
    return 0


def _prepare() -> None:
    """Read all texts and make the first page once before the port opens: no reader waits for that.

    What a page imports, reads of the snapshot and draws is kept for all who come; made for nobody, the first page
    leaves nothing else behind.
    """
    import pandas.io.formats.style  # type: ignore[import-untyped]  # noqa: F401
    from streamlit.testing.v1 import AppTest

    import dashboard.tables  # noqa: F401

    for language in LANGUAGES:
        texts_in(language)
    # Streamlit warns that there is no reader.
    logging.disable(logging.WARNING)
    with suppress(RuntimeError):  # it took too long: the first reader waits after all
        AppTest.from_file(ENTRYPOINT, default_timeout=WARMED_SECONDS).run()
    logging.disable(logging.NOTSET)
    # Nor is what it says of flags true before there is a server: that it has to be started again.
    logging.getLogger("streamlit.config").addFilter(lambda told: "restart" not in told.getMessage())


def read_ahead(warehouse: Path) -> None:
    """Read the latest surveys whole, and who answered them, so that no page has to.

    Raises:
        warehouse.HailongError: there is nothing to read, or it cannot be read.
    """
    source = replace(open_source(warehouse, LANGUAGES[0]), shown_only=True)  # as pages ask
    views = [view for view in PUBLISHED if is_whole(view) and source.holds(view)]
    reference = reference_of(source)
    surveys = reference.surveys.values()
    for survey in islice(surveys, MOST_WHOLE // len(views)):
        for view in views:
            whole(source.snapshot, view, survey.survey, survey.geography)
    for survey in islice(surveys, MOST_SURVEYS):
        comparisons.groups(
            source, survey, reference.nation(survey), EVERY_CHANNEL, CHARACTERISTICS[0]
        )


def _keep_ahead(warehouse: Path) -> None:
    """Read ahead what a snapshot that has just taken over serves, for as long as the server runs."""
    read, told = None, ""
    while True:
        time.sleep(AHEAD_SECONDS)
        serving = read
        try:
            serving = Store(warehouse).current()
            if serving not in (read, None):
                read_ahead(warehouse)
                # What was made of the snapshot before refers to it and it to them: some hundred megabytes.
                gc.collect()
        except Exception as fault:  # noqa: BLE001 - told in the log
            # Pages say what is wrong; the next snapshot is read ahead again.
            if told != (told := repr(fault)):
                _LOG.exception("snapshot %s could not be read ahead", serving)
        read = serving
