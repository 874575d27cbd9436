"""Each formula's proof stands beside it, as `-- assert:` lines in its file; all of them run here."""

from __future__ import annotations

import re

import duckdb
import pytest

from warehouse import relations

PROOFS = [
    (re.findall(r"CREATE MACRO (\w+)", text)[0], assertion)
    for text in relations.macros()
    for assertion in re.findall(r"^-- assert: (.+)$", text, flags=re.MULTILINE)
]


@pytest.fixture(scope="module")
def formulas() -> duckdb.DuckDBPyConnection:
    """A database with every formula and nothing else."""
    con = duckdb.connect()
    for text in relations.macros():
        con.execute(text)
    return con


@pytest.mark.parametrize(("name", "assertion"), PROOFS)
def test_proof(formulas: duckdb.DuckDBPyConnection, name: str, assertion: str) -> None:
    assert formulas.execute(f"SELECT {assertion}").fetchone() == (True,), name


def test_every_formula_has_a_proof() -> None:
    """A macro without an assertion would be a formula that nobody checked."""
    names = [re.findall(r"CREATE MACRO (\w+)", text) for text in relations.macros()]
    assert all(len(found) == 1 for found in names)
    assert {name for name, _ in PROOFS} == {found[0] for found in names}
