"""The record of the checks: one HTML file that needs nothing else, in either language or both."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from expectations.report import MARKS, Checked, worst, write_report
from warehouse.checking import SUITES, CheckResult, checks

AT = datetime(2026, 9, 16, 8, 30, tzinfo=UTC)


def results(*outcomes: str) -> list[CheckResult]:
    """The rules of the product in order, with these outcomes and then passes; the failed ones name a hostile row."""
    given = list(outcomes)
    made = []
    for number, check in enumerate(checks()):
        outcome = given[number] if number < len(given) else "pass"
        n_failed = 1234 if outcome in {"warn", "fail"} else 0
        row = ("vss-2025", "forms.parquet", 7, "<script>alert(1)</script>", "2.1.a.1 = 6")
        result = check.result(84448, n_failed, [row] if n_failed else [])
        made.append(CheckResult(**{**result.__dict__, "outcome": outcome}))
    return made


def written(folder: Path, lang: str, *outcomes: str) -> str:
    survey = {
        "survey": "vss-2025", "year": 2025, "n_forms": 84448, "synthetic": True,
        "title_vi": "Khảo sát mức độ hài lòng năm 2025", "title_en": "Satisfaction survey 2025",
    }  # fmt: skip
    path = folder / "report.html"
    write_report(path, Checked("0" * 12, AT, AT, [survey], results(*outcomes)), lang)
    return path.read_text("utf-8")


class Balanced(HTMLParser):
    """Whether every element that opens closes."""

    VOID = frozenset({"meta", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("lang", ["vi", "en", "both"])
def test_it_is_whole_and_asks_for_nothing(lang: str, tmp_path: Path) -> None:
    page = written(tmp_path, lang, "fail", "warn", "empty")
    parser = Balanced()
    parser.feed(page)
    assert parser.open == []
    assert not {"script", "link", "img", "iframe"} & parser.seen
    assert not re.search(r"https?://|@import|url\(|src=", page)
    assert "&lt;script&gt;" in page


def test_it_says_what_was_checked_and_what_came_of_it(tmp_path: Path) -> None:
    page = written(tmp_path, "both", "fail", "warn", "empty")
    for vi, en in SUITES.values():
        assert vi in page
        assert en in page
    for check in checks():
        assert check.label_vi in page
        assert f"<code>{check.name}</code>" in page
    for outcome, mark in MARKS.items():
        assert f'class="outcome {outcome}"><b aria-hidden="true">{mark}</b>' in page
    first = checks()[0]
    assert f"--where check={first.name} --out {first.name}.csv" in page
    assert "84.448" in page
    assert "1.234" in page
    assert "dữ liệu mô phỏng" in page
    assert "0" * 12 in page


def test_each_language_stands_alone(tmp_path: Path) -> None:
    english = written(tmp_path, "en")
    assert '<html lang="en">' in english
    assert "84,448" in english
    told = english.replace("Hài Lòng", "")
    assert not re.search(r"[ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹđ]", told)
    vietnamese = written(tmp_path, "vi")
    assert "Every rule was kept" not in vietnamese
    assert "Mọi quy tắc đều đạt" in vietnamese


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [((), "pass"), (("warn",), "warn"), (("warn", "fail"), "fail"), (("empty",), "pass")],
)
def test_the_worst_outcome_is_the_conclusion(
    outcomes: tuple[str, ...], expected: str, tmp_path: Path
) -> None:
    assert worst(results(*outcomes)) == expected
    assert worst([]) == "empty"
    heading = written(tmp_path, "en", *outcomes).split("</header>")[0]
    assert f'class="outcome {expected}"' in heading
