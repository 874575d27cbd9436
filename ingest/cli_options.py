"""What the commands share: the folders that they are told, and the progress that they show."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

DEFAULT_WAREHOUSE = Path("data") / "warehouse"


def _default_warehouse() -> str:
    return os.environ.get("HAILONG_WAREHOUSE") or str(DEFAULT_WAREHOUSE)


warehouse_option = click.option(
    "--warehouse",
    type=click.Path(path_type=Path, file_okay=False),
    default=_default_warehouse,
    help="Warehouse folder; else the environment's HAILONG_WAREHOUSE, else data/warehouse.",
)
catalogue_option = click.option(
    "--catalogue",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    help="Folder laid over the shipped catalogue (see docs/catalogue.md).",
)


@contextmanager
def progress_shown(label: str, steps: int) -> Iterator[Callable[[str, int], None]]:
    """Show a progress bar on a terminal, and plain lines of the steps that took in rows elsewhere."""
    if sys.stderr.isatty():
        with click.progressbar(length=steps, label=label, file=sys.stderr, show_eta=False) as bar:
            yield lambda step, rows: bar.update(1)
    else:
        yield (
            lambda step, rows: (
                click.echo(f"{label}: {step} ({rows} rows)", err=True) if rows else None
            )
        )
