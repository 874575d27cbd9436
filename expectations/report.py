"""The outcome of the checks as one HTML file for the file of the survey: no script, no network, fit to print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from importlib import resources
from pathlib import Path

from warehouse.checking import SUITES, CheckResult

LANGUAGES = ("vi", "en", "both")
# A mark as well as a colour: the page is printed in black, and not everybody sees red and green apart.
MARKS = {"pass": "✓", "warn": "!", "fail": "✗", "empty": "–"}
TEXTS: dict[str, tuple[str, str]] = {
    "title": ("Biên bản kiểm tra dữ liệu khảo sát", "Record of the checks of the survey data"),
    "product": (
        "Hài Lòng · Đo lường sự hài lòng BHXH, BHYT",
        "Hài Lòng · satisfaction observatory",
    ),
    "snapshot": ("Bản dữ liệu", "Snapshot"),
    "built": ("Thời điểm tạo", "Built"),
    "checked": ("Thời điểm kiểm tra", "Checked"),
    "outcome": ("Kết luận", "Outcome"),
    "surveys": ("Các cuộc khảo sát", "Surveys"),
    "survey": ("Cuộc khảo sát", "Survey"),
    "year": ("Năm", "Year"),
    "forms": ("Phiếu hợp lệ", "Valid forms"),
    "synthetic": ("dữ liệu mô phỏng", "synthetic data"),
    "by_suite": ("Tổng hợp theo bộ quy tắc", "By suite"),
    "suite": ("Bộ quy tắc", "Suite"),
    "rule": ("Quy tắc", "Rule"),
    "looked": ("Số dòng đã xét", "Rows looked at"),
    "failed": ("Số dòng vi phạm", "Rows failed"),
    "first": ("Những dòng vi phạm đầu tiên", "First rows that failed"),
    "all_rows": ("Xuất toàn bộ danh sách bằng lệnh", "Export the whole list with"),
    "pass": ("Đạt", "Passed"),
    "warn": ("Cảnh báo", "Warning"),
    "fail": ("Không đạt", "Failed"),
    "empty": ("Không có gì để xét", "Nothing to look at"),
    "conclusion_pass": ("Mọi quy tắc đều đạt.", "Every rule was kept."),
    "conclusion_warn": (
        "Số liệu được công bố; các cảnh báo dưới đây cần được xem xét.",
        "The figures may be published; the warnings below deserve a look.",
    ),
    "conclusion_fail": (
        "Có quy tắc không đạt: nếu công bố thì số liệu sẽ sai.",
        "Rules were broken that the figures depend on: they must not be published.",
    ),
    "legend": (
        "Không đạt: số liệu sẽ sai nên không được công bố. Cảnh báo: cần xem xét, không loại phiếu nào.",
        "Failed: a figure would be wrong, so nothing is published. Warning: worth a look, drops no form.",
    ),
}


@dataclass(frozen=True)
class Checked:
    """What the report is about.

    Attributes:
        built_at: when the snapshot was built, None where that is lost.
        surveys: rows of the view `survey`.
    """

    snapshot: str
    built_at: datetime | None
    checked_at: datetime
    surveys: Sequence[Mapping[str, object]]
    results: Sequence[CheckResult]


class _Page:
    """The parts of the page in the language wanted."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def say(self, vi: str, en: str) -> str:
        """Return a text in the language wanted; in both, English stands beside Vietnamese in small."""
        if self.lang == "en":
            return f'<span lang="en">{escape(en)}</span>'
        if self.lang == "vi" or vi == en:
            return escape(vi)
        return f'{escape(vi)} <small lang="en">{escape(en)}</small>'

    def text(self, key: str) -> str:
        return self.say(*TEXTS[key])

    def number(self, n: object) -> str:
        grouped = f"{int(str(n)):,}"
        return grouped if self.lang == "en" else grouped.replace(",", ".")

    def outcome(self, outcome: str) -> str:
        return (
            f'<span class="outcome {outcome}"><b aria-hidden="true">{MARKS[outcome]}</b>'
            f" {self.text(outcome)}</span>"
        )

    def moment(self, at: datetime | None) -> str:
        return f"{at:%d/%m/%Y %H:%M} UTC" if at else "–"


def worst(results: Sequence[CheckResult]) -> str:
    """Return the worst outcome: fail, warn, pass, or empty where nothing was looked at."""
    found = {one.outcome for one in results}
    return next((name for name in ("fail", "warn", "pass") if name in found), "empty")


def write_report(target: Path, checked: Checked, lang: str = "both") -> None:
    """Write the outcome of the checks to `target`, one HTML file that needs nothing else.

    Args:
        target: the file; it is replaced.
        checked: the snapshot and its results.
        lang: `vi`, `en`, or `both` with Vietnamese first.
    """
    page = _Page(lang)
    style = resources.files("expectations").joinpath("report.css").read_text(encoding="utf-8")
    title = escape(TEXTS["title"][1 if lang == "en" else 0])
    suites = list(dict.fromkeys(one.suite for one in checked.results))
    body = [
        _heading(page, checked),
        _surveys(page, checked),
        _summary(page, checked, suites),
        *(_suite(page, checked, suite) for suite in suites),
        f"<footer><p>{page.text('legend')}</p></footer>",
    ]
    target.write_text(
        f'<!DOCTYPE html>\n<html lang="{"en" if lang == "en" else "vi"}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title} · {checked.snapshot}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(body)
        + "\n</main>\n</body>\n</html>\n",
        encoding="utf-8",
    )


def _heading(page: _Page, checked: Checked) -> str:
    outcome = worst(checked.results)
    conclusion = page.text(f"conclusion_{outcome}") if outcome != "empty" else page.text("empty")
    return (
        f'<header><p class="product">{page.text("product")}</p><h1>{page.text("title")}</h1>'
        f"<dl><dt>{page.text('snapshot')}</dt><dd><code>{checked.snapshot}</code></dd>"
        f"<dt>{page.text('built')}</dt><dd>{page.moment(checked.built_at)}</dd>"
        f"<dt>{page.text('checked')}</dt><dd>{page.moment(checked.checked_at)}</dd>"
        f"<dt>{page.text('outcome')}</dt><dd>{page.outcome(outcome)} {conclusion}</dd></dl></header>"
    )


def _surveys(page: _Page, checked: Checked) -> str:
    rows = []
    for survey in checked.surveys:
        mark = f" <em>({page.text('synthetic')})</em>" if survey["synthetic"] else ""
        title = page.say(str(survey["title_vi"]), str(survey["title_en"]))
        rows.append(
            f"<tr><td><code>{escape(str(survey['survey']))}</code> {title}{mark}</td>"
            f'<td class="n">{survey["year"]}</td><td class="n">{page.number(survey["n_forms"])}</td></tr>'
        )
    return (
        f"<h2>{page.text('surveys')}</h2><table><thead><tr><th>{page.text('survey')}</th>"
        f'<th class="n">{page.text("year")}</th><th class="n">{page.text("forms")}</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _summary(page: _Page, checked: Checked, suites: Sequence[str]) -> str:
    outcomes = ("pass", "warn", "fail", "empty")
    head = "".join(f'<th class="n">{page.outcome(outcome)}</th>' for outcome in outcomes)
    rows = []
    for suite in suites:
        found = [one.outcome for one in checked.results if one.suite == suite]
        counts = "".join(f'<td class="n">{found.count(outcome)}</td>' for outcome in outcomes)
        rows.append(f'<tr><td><a href="#{suite}">{page.say(*SUITES[suite])}</a></td>{counts}</tr>')
    return (
        f"<h2>{page.text('by_suite')}</h2><table><thead><tr><th>{page.text('suite')}</th>{head}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _suite(page: _Page, checked: Checked, suite: str) -> str:
    rows = [_rule(page, checked, one) for one in checked.results if one.suite == suite]
    return (
        f'<section id="{suite}"><h2>{page.say(*SUITES[suite])}</h2><table class="rules"><thead><tr>'
        f"<th>{page.text('outcome')}</th><th>{page.text('rule')}</th>"
        f'<th class="n">{page.text("looked")}</th><th class="n">{page.text("failed")}</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></section>"
    )


def _rule(page: _Page, checked: Checked, one: CheckResult) -> str:
    failing = ""
    if one.n_failed:
        listed = "".join(f"<li>{escape(row)}</li>" for row in one.detail.split("; "))
        command = (
            f"hailong export failed_row --snapshot {checked.snapshot} --where check={one.check}"
            f" --out {one.check}.csv"
        )
        failing = (
            f"<p>{page.text('first')}</p><ul>{listed}</ul>"
            f"<p>{page.text('all_rows')}<br><code>{escape(command)}</code></p>"
        )
    return (
        f"<tr><td>{page.outcome(one.outcome)}</td>"
        f"<td>{page.say(one.label_vi, one.label_en)} <code>{one.check}</code>{failing}</td>"
        f'<td class="n">{page.number(one.n_rows)}</td><td class="n">{page.number(one.n_failed)}</td></tr>'
    )
