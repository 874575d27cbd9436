"""Rules of the house that no linter knows: what files say, how they are named, how long they grow."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.checkout import PACKAGES, PROJECT, ROOT, files, texts

MEGABYTE = 1_000_000
LONGEST_MODULE = 350
LONGEST_FUNCTION = 70


def modules() -> dict[Path, ast.Module]:
    """The product's own Python, parsed."""
    return {
        path: ast.parse(text)
        for path, text in texts().items()
        if path.suffix == ".py" and path.parts[0] in PACKAGES
    }


def imported(module: ast.Module) -> set[str]:
    """Names of the top-level packages that a module imports anywhere, lazily or not."""
    names: set[str] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


# --- text ---------------------------------------------------------------------------------------


def test_the_walk_sees_the_house() -> None:
    """The other tests would pass on an empty list."""
    assert {Path("pyproject.toml"), Path("sql/__init__.py"), Path("tests/test_house.py")} <= set(
        files()
    )
    assert {path.parts[0] for path in modules()} == set(PACKAGES)


def test_text_files_are_small() -> None:
    assert [str(path) for path in texts() if (ROOT / path).stat().st_size >= MEGABYTE] == []


def test_text_ends_its_lines_one_way() -> None:
    wrong = [
        str(path) for path, text in texts().items() if "\r" in text and "fixtures" not in path.parts
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(r"pypi\.org|python[h]osted|registry\.npm|deb\.debian", id="registry"),
        pytest.param(
            r"(?<![\w.~])/(?:home|mnt|root|tmp|work|Users)/\w|[A-Z]:\\\\?Users", id="machine"
        ),
        pytest.param(r"\b(?:TODO|FIXME|XXX|HACK)\b", id="unfinished"),
        pytest.param(r"^(?:<{7}|>{7}) ", id="conflict"),
    ],
)
def test_no_file_names(pattern: str) -> None:
    """Hosts of registries and paths of one machine are nobody else's; what is unfinished is not kept."""
    here = Path("tests/test_house.py")
    found = [
        f"{path}: {match.group()}"
        for path, text in texts().items()
        if path != here
        for match in re.finditer(pattern, text, re.MULTILINE)
    ]
    assert found == []


def test_no_people_in_the_history() -> None:
    """Deliveries and warehouses are made or received, never committed."""
    kept = [
        str(path)
        for path in files()
        if path.suffix in {".duckdb", ".parquet"} and "tests" not in path.parts
    ]
    assert kept == []


# --- SQL ----------------------------------------------------------------------------------------


def sql_files() -> list[Path]:
    return [path for path in files() if path.parts[0] == "sql" and path.suffix == ".sql"]


def header(path: Path) -> dict[str, str]:
    """The labelled lines of the comment that a SQL file opens with."""
    fields: dict[str, str] = {}
    label = ""
    for line in texts()[path].splitlines():
        comment = re.match(r"--(?: (\w+):| ) *(.*)", line)
        if comment is None:
            break
        label = comment[1] or label
        fields[label] = f"{fields.get(label, '')} {comment[2]}".strip()
    return fields


def test_there_is_sql_to_hold() -> None:
    assert len(sql_files()) > 20


@pytest.mark.parametrize("path", sql_files(), ids=str)
def test_sql_says_what_it_is(path: Path) -> None:
    """What it holds, one row per what, and which clause it follows; a formula brings its proof instead of a grain."""
    asked = {"what", "clause"} | ({"assert"} if path.parent.name == "macro" else {"grain"})
    said = {label for label, text in header(path).items() if text}
    assert asked <= said


def test_sql_names_are_unique() -> None:
    stems = [path.stem for path in sql_files()]
    assert sorted(stems) == sorted(set(stems))


# --- Python -------------------------------------------------------------------------------------


def test_modules_stay_readable() -> None:
    long = {str(path): texts()[path].count("\n") for path in modules()}
    assert {path: n for path, n in long.items() if n > LONGEST_MODULE} == {}


def test_functions_fit_a_screen() -> None:
    long = [
        f"{path}:{node.lineno} {node.name}"
        for path, module in modules().items()
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


def test_modules_are_named_by_nouns_of_the_domain() -> None:
    vague = {"common", "helper", "helpers", "misc", "tools", "util", "utils"}
    assert [str(path) for path in modules() if path.stem in vague] == []


def test_nothing_is_imported_behind_the_back_of_the_import_rules() -> None:
    dynamic = [
        f"{path}:{node.lineno}"
        for path, module in modules().items()
        for node in ast.walk(module)
        if isinstance(node, ast.Name | ast.Attribute)
        and (node.id if isinstance(node, ast.Name) else node.attr)
        in {"__import__", "import_module"}
    ]
    assert dynamic == []


def test_charts_and_reports_are_drawn_without_streamlit() -> None:
    pure = {"charts", "reports"}
    assert [
        str(path)
        for path, module in modules().items()
        if path.parts[0] == "dashboard"
        and pure & set(path.parts)
        and "streamlit" in imported(module)
    ] == []


def test_the_dashboard_fetches_no_world_map() -> None:
    """Plotly's geographic traces ask the internet for one and stay blank without."""
    geographic = re.compile(
        r"\b(?:[Cc]horopleth|[Ss]cattergeo|[Ss]catter_geo|line_geo|[Dd]ensity_?map|[Ss]cattermap)"
    )
    assert [str(path) for path in modules() if geographic.search(texts()[path])] == []


def test_the_dashboard_has_no_folder_that_streamlit_takes_for_its_own() -> None:
    assert [str(path) for path in files() if path.parts[:2] == ("dashboard", "pages")] == []


def test_the_command_line_starts_light() -> None:
    """`hailong --help` must not wait for what only some commands need."""
    heavy = ["dashboard", "duckdb", "great_expectations", "polars", "streamlit"]
    script = f"import sys, ingest.cli; print([name for name in {heavy} if name in sys.modules])"
    told = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert told.stdout.strip() == "[]"


# --- documents ----------------------------------------------------------------------------------


def test_the_changelog_knows_the_version() -> None:
    assert f"## {PROJECT['project']['version']}" in texts()[Path("CHANGELOG.md")]


def test_decisions_are_numbered_and_say_why() -> None:
    decisions = [path for path in files() if path.parent == Path("docs/decisions")]
    numbers = [path.name[:4] for path in decisions]
    assert decisions
    assert numbers == [f"{number:04}" for number in range(1, len(decisions) + 1)]
    for path in decisions:
        sections = re.findall(r"^## (.+)$", texts()[path], re.MULTILINE)
        assert sections == ["What", "Why", "Measured"], path


def test_the_glossary_has_both_languages() -> None:
    rows = [
        line.strip("|").split("|")
        for line in texts()[Path("docs/GLOSSARY.md")].splitlines()
        if line.startswith("|")
    ]
    assert len(rows) > 30
    assert [row for row in rows if len(row) != 3 or not all(cell.strip() for cell in row)] == []


def test_links_between_documents_lead_somewhere() -> None:
    links = [
        (path, target)
        for path, text in texts().items()
        if path.suffix == ".md"
        for target in re.findall(r"\]\((?!\w+:|#)([^)#\s]+)", text)
    ]
    assert [link for link in links if not (ROOT / link[0].parent / link[1]).exists()] == []
