"""The signs of fabricated forms: what is natural at a level is no sign, what is not is one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pytest

from warehouse import relations
from warehouse.catalogue import read_catalogue

PEOPLE = 400
ITEMS = 20
CORRELATION = 0.4


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """The relations that judge patterns, without a warehouse around them."""
    settings = read_catalogue().settings
    with duckdb.connect() as made:
        for macro in relations.macros():
            made.execute(macro)
        made.execute(
            "CREATE TABLE settings AS SELECT unnest($settings)",
            {
                "settings": {
                    name: getattr(settings, name)
                    for name in (
                        "check_min_forms", "pattern_margin_pct", "pattern_correlation_at_most", "credibility_errors",
                        "outlying_margin_pct", "burst_min_forms", "burst_times_expected",
                    )
                }
            },
        )  # fmt: skip
        made.execute("""
            CREATE TABLE survey (survey VARCHAR, year INTEGER, geography VARCHAR, synthetic BOOLEAN);
            INSERT INTO survey VALUES ('s', 2026, 'vn-34', true);
            CREATE TABLE form (
                survey VARCHAR, province VARCHAR, office VARCHAR, channel VARCHAR, collected_on DATE
            );
            CREATE TABLE form_pattern (
                position BIGINT, survey VARCHAR, province VARCHAR, office VARCHAR, channel VARCHAR, mode VARCHAR,
                points TINYINT, n_answered BIGINT, n_highest BIGINT, n_second BIGINT,
                lowest TINYINT, highest TINYINT, mean_pct DOUBLE, answers UBIGINT
            )
        """)
        yield made


def answer(share: float, n: int, seed: int) -> np.ndarray:
    """Forms of people who choose the highest point by a chance of their own, around `share`; the next point else."""
    dice = np.random.default_rng(seed)
    strength = (1 - CORRELATION) / CORRELATION
    chances = dice.beta(share * strength, (1 - share) * strength, n)
    return np.where(dice.random((n, ITEMS)) < chances[:, None], 5, 4)


def fill(con: duckdb.DuckDBPyConnection, province: str, scores: np.ndarray, **same: int) -> None:
    rows = [
        (
            number, "s", province, "", "public_portal", None, 5, ITEMS, int((one == 5).sum()),
            int((one == 4).sum()), int(one.min()), int(one.max()), float(one.mean() * 20),
            same.get("answers", abs(hash((province, number)))),
        )
        for number, one in enumerate(scores)
    ]  # fmt: skip
    con.executemany(f"INSERT INTO form_pattern VALUES ({', '.join('?' * 14)})", rows)


def flagged(con: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    for name in ("pattern_credibility", "twin_credibility", "burst_day", "peer_credibility"):
        con.execute(f"CREATE TABLE {name} AS {relations.text(name)}")
    con.execute(f"CREATE TABLE fieldwork_credibility AS {relations.text('fieldwork_credibility')}")
    return set(
        con.execute(
            "SELECT province, indicator FROM fieldwork_credibility WHERE flagged"
        ).fetchall()
    )


def test_at_a_high_level_many_forms_of_highest_answers_are_natural(
    con: duckdb.DuckDBPyConnection,
) -> None:
    for number, share in enumerate((0.3, 0.5, 0.6, 0.7, 0.85, 0.92)):
        fill(con, f"{number:02}", answer(share, PEOPLE, seed=number))
    assert flagged(con) == set()
    observed = dict(
        con.execute(
            "SELECT province, observed_pct FROM fieldwork_credibility WHERE indicator = 'all_highest'"
        ).fetchall()
    )
    assert observed["05"] > 50
    assert observed["00"] < 5


@pytest.mark.parametrize("share", [0.3, 0.6, 0.7])
def test_at_every_level_forms_that_are_too_many_are_a_sign(
    con: duckdb.DuckDBPyConnection, share: float
) -> None:
    for number in range(4):
        fill(con, f"{number:02}", answer(0.6, PEOPLE, seed=number))
    honest = answer(share, PEOPLE, seed=9)
    fill(con, "99", np.vstack([honest, np.full((PEOPLE // 2, ITEMS), 5)]))
    assert flagged(con) == {("99", "all_highest")}


def test_copies_are_a_sign_where_chance_does_not_make_them(con: duckdb.DuckDBPyConnection) -> None:
    varied = answer(0.5, PEOPLE, seed=1)
    fill(con, "01", varied)
    uniform = np.full(ITEMS, 5)
    uniform[0] = 4
    # Nine fives and a four, common everywhere: no sign. The same vector in one place only: a sign.
    for province in ("02", "03", "04"):
        fill(con, province, np.vstack([varied[:300], np.tile(uniform, (60, 1))]))
    con.execute("UPDATE form_pattern SET answers = 7 WHERE n_second = 1")
    con.execute("UPDATE form_pattern SET answers = 8 WHERE province = '01' AND position < 60")
    found = flagged(con)
    assert {pair for pair in found if pair[1] == "identical_answers"} == {
        ("01", "identical_answers")
    }


def test_thresholds_are_in_the_catalogue(tmp_path: Path) -> None:
    overlay = tmp_path / "catalogue"
    overlay.mkdir()
    (overlay / "settings.yaml").write_text("pattern_margin_pct: 25\n", encoding="utf-8")
    assert read_catalogue(overlay).settings.pattern_margin_pct == 25
