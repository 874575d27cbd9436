"""Any figure explains itself: the panel against the oracle, and its SQL run on the snapshot's file."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from playwright.sync_api import expect
from streamlit.testing.v1 import AppTest

from dashboard import explain, figure
from dashboard.context import Context
from dashboard.data import WAREHOUSE_VARIABLE, Source
from dashboard.format import Format, Language, half_up
from dashboard.reference import Reference
from dashboard.selection import Selection
from dashboard.texts import texts_in
from dashboard.theme import LIGHT, Style
from ingest.load import load_deliveries
from tests.browsing import NO_WIDER, PHONE, Visit, press
from tests.deliveries import Form, manifest, nothing_hidden, write_delivery
from tests.oracle import Survey, surveys_of
from tests.oracle_catalogue import Catalogue
from tests.own_survey import write_catalogue
from tests.pages import Page, facts, named, open_page, said, unfolded
from warehouse import Snapshot, open_current
from warehouse.catalogue import read_catalogue
from warehouse.store import Store

ASKED = {
    "one_stop": ("2.2.a.1.1", "2.2.a.2.1", "2.2.a.4.3"),
    "public_portal": ("2.2.b.1.1", "2.2.b.3.3"),
    "support_zalo": ("2.2.d.1.1", "2.2.d.4.1"),
}
EVERYONE = ("2.1.a.1", "2.1.a.2", "2.1.b.1")


@pytest.fixture
def page(sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> Page:
    """Open a page over the three synthetic surveys."""
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(sample_warehouse))
    return open_page


def answered(n: int, provinces: tuple[str, ...], seed: int, **columns: Any) -> list[Form]:
    """Forms with every scale in them, at local channels and at one that is run from the centre."""
    dice = random.Random(seed)
    rows = []
    for number in range(n):
        channel = dice.choice(sorted(ASKED))
        row: Form = {
            "form_id": f"F{number}",
            "channel": channel,
            "province": None if channel == "support_zalo" else dice.choice(provinces),
            "1.1": dice.randint(1, 4),
            "1.2": sorted({dice.randint(1, 8), dice.randint(1, 8)}),
            "1.5": dice.choice([1, 1, 2, None]),
            "3.4": dice.choice([2, 3, 4, None]),
            **columns,
        }
        for item in (*EVERYONE, *ASKED[channel]):
            row[item] = dice.choice([None, 1, 2, 3, 4, 4, 5, 5, 5])
        rows.append(row)
    return rows


@pytest.fixture(scope="module")
def deliveries(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two small surveys: one of the former provinces, and one that delivers weights."""
    folder = tmp_path_factory.mktemp("deliveries")
    former = answered(150, ("01", "02", "08"), 1)
    weighted = [
        {**row, "weight": 1 + n % 3} for n, row in enumerate(answered(120, ("01", "08"), 2))
    ]
    return [
        write_delivery(folder / "vss-2024", former, manifest("vss-2024", 2024)),
        write_delivery(folder / "vss-2025", weighted, manifest("vss-2025", 2025)),
    ]


@pytest.fixture(scope="module")
def small(deliveries: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse of the two small surveys."""
    folder = tmp_path_factory.mktemp("small")
    load_deliveries(deliveries, folder, nothing_hidden())
    return folder


@pytest.fixture(scope="module")
def oracle(deliveries: list[Path]) -> Mapping[str, Survey]:
    return surveys_of(deliveries, Catalogue())


def context_of(snapshot: Snapshot, **chosen: str) -> Context:
    """What a page starts from, without a page."""
    source = Source(snapshot, "vi")
    reference = Reference(source)
    selection, refused = reference.admit(Selection.from_address(chosen))
    assert refused == ()
    style = Style(texts_in("vi"), Format("vi"), LIGHT)
    return Context(source, selection, refused, reference, style)


def pairs(app: AppTest) -> dict[str, str]:
    """What the panel lists, by what it is called."""
    listed: dict[str, str] = {}
    for table in app.table:
        frame = table.value
        listed |= dict(zip(frame.iloc[:, 0], frame.iloc[:, 1], strict=True))
    return listed


def formulas(app: AppTest) -> str:
    return "\n".join(str(one.value) for one in app.latex)


def printed(snapshot: Snapshot, statement: str) -> list[Any]:
    """What a statement gives on the snapshot's own file, and nothing but it."""
    with duckdb.connect(str(snapshot.path), read_only=True) as con:
        found = con.execute(statement)
        names = [column[0] for column in found.description or []]
        return [dict(zip(names, row, strict=True))["printed"] for row in found.fetchall()]


# --- opening and closing ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["overview", "ranking", "profile", "target", "factors"])
@pytest.mark.parametrize(
    ("lang", "why", "close"),
    [
        ("vi", "Vì sao là 89,50?", "Đóng phần giải thích"),
        ("en", "Why 89.50?", "Close the explanation"),
    ],
)
def test_every_page_of_indices_explains_its_figure(
    page: Page, name: str, lang: str, why: str, close: str
) -> None:
    app = page(name, lang=lang)
    (button,) = [one for one in app.button if one.label == why]
    button.click().run()
    assert app.query_params["explain"] == "overall"
    assert app.query_params["survey"] == "vss-2025", "a bookmark must open on the same figures"
    assert f"### {why}" in said(app)
    (button,) = [one for one in app.button if one.label == close]
    button.click().run()
    assert "explain" not in app.query_params
    assert app.code == []


@pytest.mark.parametrize(
    ("lang", "asked"),
    [("vi", "Các con số này được tính thế nào?"), ("en", "How are these figures made?")],
)
def test_assessments_and_needs_open_on_one_of_their_own(page: Page, lang: str, asked: str) -> None:
    app = page("needs", lang=lang)
    (button,) = [one for one in app.button if one.label == asked]
    button.click().run()
    assert app.query_params["explain"] == "1.1"
    assert app.selectbox(key="explain").value == "1.1"
    assert len(app.code) == 2


def test_the_figure_of_a_narrowed_page(page: Page) -> None:
    """The button speaks of the very figure in the facts: family, channel and place chosen."""
    app = page("profile", province="48", family="feedback", channel="public_portal")
    (index,) = [value for label, (value, _) in facts(app).items() if label.startswith("Tiếp nhận")]
    app.button(key="explain_open").click().run()
    assert f"### Vì sao là {index}?" in said(app)
    assert app.query_params["explain"] == "feedback"


def test_another_item_is_chosen_from_the_list(page: Page) -> None:
    app = page("profile", province="48", explain="overall")
    options = app.selectbox(key="explain").options
    assert options[0] == "Chỉ số hài lòng chung"
    assert "2.1.a.1 Thông tin qua nhiều hình thức, dễ tiếp cận" in options
    assert not any(option.startswith("2.2.d") for option in options), "no place has support forms"
    app.selectbox(key="explain").select("2.1.a.1").run()
    assert app.query_params["explain"] == "2.1.a.1"
    assert "### Vì sao là 93,16?" in said(app)


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("su tham gia to chuc", "2.1.b Sự tham gia của tổ chức, cá nhân"),
        ("Sự tham gia", "2.1.b Sự tham gia của tổ chức, cá nhân"),
        ("2.2.A.5", "2.2.a.5 Tiếp nhận, xử lý phản ánh, kiến nghị"),
    ],
)
def test_an_item_is_found_by_what_is_typed_without_marks(
    page: Page, typed: str, label: str
) -> None:
    app = page("profile", province="48", explain="overall")
    app.text_input(key="explain_find").set_value(typed).run()
    found = [one for one in app.button if str(one.key).startswith("explain_to_")]
    assert 1 <= len(found) <= explain.MOST_FOUND
    (wanted,) = [one for one in found if one.label == label]
    wanted.click().run()
    assert app.query_params["explain"] == label.partition(" ")[0]
    assert app.selectbox(key="explain").value == label.partition(" ")[0]
    assert app.text_input(key="explain_find").value == ""


def test_what_no_item_answers_is_said(page: Page) -> None:
    app = page("profile", province="48", explain="overall")
    app.text_input(key="explain_find").set_value("xyz").run()
    assert "Không có gì khớp với “xyz”." in said(app)
    assert not [one for one in app.button if str(one.key).startswith("explain_to_")]


def test_a_row_that_is_picked_is_explained(
    page: Page, sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the tables of the profile call with the row picked: the address then names its item."""
    written: dict[str, str] = {}
    monkeypatch.setattr(
        explain, "write_choice", lambda name, value, _: written.update({name: value})
    )
    context = context_of(open_current(sample_warehouse), province="48")
    explain.picking(context, pl.DataFrame({"item": ["2.1", "2.1.a"]}))(1)
    assert written == {"explain": "2.1.a"}
    app = unfolded(page("profile", province="48"), "tree")
    assert {"weakest_0", "tree_0"} <= {table.key for table in app.dataframe}


def test_an_item_without_answers_says_so(page: Page) -> None:
    app = page("overview", survey="vss-2026", explain="2.2.c.1.1")
    assert "không có số liệu nào cho mục “`2.2.c.1.1`”" in said(app)
    assert app.code == []
    assert "không có số liệu nào cho mục “`nonsense`”" in said(page("overview", explain="nonsense"))


def test_a_snapshot_of_an_earlier_version_says_so(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    holds = Source.holds
    monkeypatch.setattr(
        Source, "holds", lambda own, view: view != "index_formula" and holds(own, view)
    )
    assert "phiên bản phần mềm trước" in said(page("overview", explain="overall"))


def test_an_analyst_asks_why_it_says_87_47(page: Page, sample_warehouse: Path) -> None:
    """From the first page: choose the survey, click the button. The SQL gives the same digits."""
    app = page("overview")
    app.selectbox(key="survey").select("vss-2024").run()
    app.button(key="explain_open").click().run()
    assert "### Vì sao là 87,47?" in said(app)
    snapshot = open_current(sample_warehouse)
    assert [str(printed(snapshot, code.value)[0]) for code in app.code] == ["87.47", "87.47"]


# --- what it says, against the oracle -----------------------------------------------------------


@pytest.mark.parametrize(
    ("survey", "address", "place"),
    [
        ("vss-2024", {"province": "08"}, ("province", "08")),
        ("vss-2025", {}, ("nation", "vn")),
        ("vss-2025", {"region": "DBSH", "channel": "2.2.a"}, ("region", "DBSH")),
    ],
)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_criterion_from_its_counts(
    small: Path,
    oracle: Mapping[str, Survey],
    monkeypatch: pytest.MonkeyPatch,
    survey: str,
    address: dict[str, str],
    place: tuple[str, str],
    lang: Language,
) -> None:
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(small))
    form, year = Format(lang), int(survey[-4:])
    channel = address.get("channel", "all")
    row = oracle[survey].view("satisfaction_index")[
        (survey, year, "vn-34", *place, channel, "criterion", "2.1.a.1")
    ]
    counts = [row[f"n{point}"] for point in range(1, 6)]
    points = sum(point * n for point, n in enumerate(counts, start=1))
    app = open_page("profile", survey=survey, explain="2.1.a.1", lang=lang, **address)
    typeset = formulas(app)
    for point, n in enumerate(counts, start=1):
        assert rf"{point} \cdot {n}" in typeset
    assert rf"\frac{{{points}}}{{{5 * sum(counts)}}} \times 100" in typeset
    index = form.index(float(row["index_pct"]))
    assert rf"\mathbf{{{index.replace(',', '{,}')}}}" in typeset
    listed = pairs(app)
    assert [listed[name] for name in listed if re.match(r"n[1-5] –", name)] == [
        form.count(n) for n in counts
    ]
    assert form.count(row["n_forms"]) in listed.values()
    assert form.share(float(row["satisfied_pct"])) in listed.values()


@pytest.mark.parametrize("item", ["overall", "2.1", "2.2.a", "2.1.a", "feedback"])
def test_a_mean_from_its_criteria(
    small: Path, oracle: Mapping[str, Survey], monkeypatch: pytest.MonkeyPatch, item: str
) -> None:
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(small))
    figures = oracle["vss-2025"].view("satisfaction_index")
    slice_of = ("vss-2025", 2025, "vn-34", "nation", "vn", "all")
    (row,) = [one for key, one in figures.items() if key[:6] == slice_of and key[7] == item]
    averages = oracle["vss-2025"].manifest.instrument.averages
    (below,) = [codes for (_, code), codes in averages.items() if code == item]
    indices = {code: figures.get((*slice_of, "criterion", code)) for code in below}
    measured = {code: found for code, found in indices.items() if found}
    total = sum((found["index_pct"] for found in measured.values()), Fraction())
    assert total / len(measured) == row["index_pct"]
    app = open_page("overview", survey="vss-2025", explain=item)
    form = Format("vi")
    divided = form.exact(float(total)).replace(",", "{,}")
    assert rf"\frac{{{divided}}}{{{len(measured)}}} =" in formulas(app)
    shown = named_table(app, "explain_criteria")
    assert shown["criterion"].str.split(" ").list.first().to_list() == list(measured)
    assert shown["index_pct"].to_list() == pytest.approx(
        [float(found["index_pct"]) for found in measured.values()]
    )
    text = said(app)
    missing = [code for code in below if code not in measured]
    assert (f"không vào trung bình: {', '.join(missing)}." in text) == bool(missing)
    listed = pairs(app)
    defined = form.count(row["n_criteria_defined"])
    assert any(f"{len(measured)} trong {defined} tiêu chí" in value for value in listed.values())


def named_table(app: AppTest, key: str) -> pl.DataFrame:
    (found,) = [one for one in app.dataframe if str(one.key).startswith(key)]
    return pl.from_pandas(found.value)


def test_what_an_index_is_made_of_against_the_oracle(
    small: Path, oracle: Mapping[str, Survey]
) -> None:
    """The whole view: numerators and denominators of every row, and the people its interval rests on."""
    snapshot = open_current(small)
    made = snapshot.read("index_formula")
    errors = snapshot.read("satisfaction_index")
    assert made.height == errors.height > 500
    keys = ["survey", "year", "geography", "geo_level", "geo_code", "channel", "item_level", "item"]
    rows = made.join(errors.select(*keys, "se_pct", "n_answers", "n_forms"), on=keys)
    figures = {survey: one.view("satisfaction_index") for survey, one in oracle.items()}
    for row in rows.iter_rows(named=True):
        expected = figures[row["survey"]][tuple(row[key] for key in keys)]
        if row["item_level"] == "criterion":
            points = sum(point * expected[f"n{point}"] for point in range(1, 6))
            assert (row["sum_points"], row["most_points"]) == (points, 5 * expected["n_answers"])
            assert row["sum_pct"] is None
        else:
            total = expected["index_pct"] * expected["n_criteria"]
            assert row["sum_pct"] == pytest.approx(float(total), abs=1e-9)
            assert row["sum_points"] is None
        people = row["n_answers"] if row["item_level"] == "criterion" else row["n_forms"]
        index, error = row["index_pct"], row["se_pct"]
        if error > 1e-9:
            people = (index - 20) * (100 - index) / error**2
        assert row["n_effective"] == pytest.approx(people)


def test_the_weighted_index_stands_beside(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(small))
    snapshot = open_current(small)
    with duckdb.connect(str(snapshot.path), read_only=True) as con:
        people = con.execute(
            'SELECT weight, "vss-1111/2.1.a.1" AS score FROM form'
            " WHERE survey = 'vss-2025' AND score IS NOT NULL"
        ).fetchall()
    total = sum(weight for weight, _ in people)
    by_hand = sum(weight * score for weight, score in people) / total * 20
    value = pairs(open_page("overview", survey="vss-2025", explain="2.1.a.1"))
    written = value["Chỉ số có trọng số (không chính thức)"]
    assert written.startswith(f"{Format('vi').index(by_hand)}; sai số chuẩn ")
    other = pairs(open_page("overview", survey="vss-2024", explain="2.1.a.1"))
    assert "không có trọng số" in other["Chỉ số có trọng số (không chính thức)"]


def test_interval_error_verdict_and_change(page: Page, sample_warehouse: Path) -> None:
    app = page("profile", province="48", explain="2.2.b.1.3")
    keys = {"survey": "vss-2025", "geography": "vn-34", "geo_code": "48", "channel": "all"}
    snapshot, form = open_current(sample_warehouse), Format("vi")
    row = snapshot.read("satisfaction_index", item="2.2.b.1.3", **keys).row(0, named=True)
    change = snapshot.read("index_change", item="2.2.b.1.3", **keys).row(0, named=True)
    listed = pairs(app)
    assert listed["Khoảng tin cậy"] == form.interval(row["ci_low_pct"], row["ci_high_pct"])
    assert listed["Sai số chuẩn, điểm"] == form.exact(row["se_pct"])
    assert listed["Hệ số thiết kế"] == form.index(row["design_effect"])
    assert row["ci_high_pct"] < 90
    assert listed["Mốc 90"] == "■ chưa đạt"
    told = listed["So với 2024"]
    assert told.startswith(f"{form.with_error(change['change_pct'], change['change_se_pct'])}; ")
    assert f"thực chất {form.change(change['real_pct'])}" in told
    assert "1 tiêu chí cùng đo" in told
    assert told.endswith("hai đợt so sánh được với nhau")


def test_a_need_on_four_points(page: Page, sample_warehouse: Path) -> None:
    keys = {"survey": "vss-2025", "geography": "vn-34", "geo_code": "48", "channel": "all"}
    snapshot, form = open_current(sample_warehouse), Format("vi")
    row = snapshot.read("expectation_index", item="3.4", **keys).row(0, named=True)
    error = snapshot.read("answer_interval", item="3.4", **keys).row(0, named=True)
    app = page("profile", province="48", explain="3.4")
    assert f"### Vì sao là {form.index(row['index_pct'])}?" in said(app)
    for point in range(1, 5):
        assert rf"{point} \cdot {form.count(row[f'n{point}'])}" in formulas(app)
    points = sum(point * row[f"n{point}"] for point in range(1, 5))
    exact = form.exact(points / (4 * row["n_answers"]) * 100).replace(",", "{,}")
    assert f"{exact} \\approx" in formulas(app)
    listed = pairs(app)
    assert listed["Khoảng tin cậy"] == form.interval(error["ci_low_pct"], error["ci_high_pct"])
    assert listed["Sai số chuẩn, điểm"] == form.exact(error["se_pct"])
    assert "Mốc 90" not in listed, "the goal is about satisfaction"


def test_where_an_item_stands_in_its_document(page: Page) -> None:
    assert "Plan 1111/KH-BHXH of Vietnam Social Security" in said(
        page("overview", lang="en", explain="overall")
    )
    assert "Phụ lục I, 2.1.a, tiêu chí 1" in said(page("overview", explain="2.1.a.1"))
    assert "Phụ lục" not in said(page("overview", explain="staff")), "families are ours"


def test_where_the_figure_comes_from(page: Page, sample_warehouse: Path) -> None:
    snapshot = open_current(sample_warehouse)
    app = page("overview", survey="vss-2024", explain="overall")
    files = snapshot.read("source_file", survey="vss-2024")
    shown = named(app, "explain.files")
    assert shown["file"].to_list() == files["file"].to_list()
    assert shown["sha256"].to_list() == files["sha256"].to_list()
    origin, listed = snapshot.read("snapshot_info").row(0, named=True), pairs(app)
    assert listed["Bản số liệu"] == f"`{origin['snapshot']}`"
    assert listed["Mã băm của danh mục"] == f"`{origin['catalogue_hash']}`"
    assert listed["Phiên bản chương trình"] == f"`{origin['code_version']}`"
    n_checks = snapshot.read("data_check").height
    assert str(n_checks) in listed["Kiểm tra"]
    assert Store(sample_warehouse).existing().name in said(app), "the file to run the SQL on"


@pytest.mark.parametrize("item", ["1.2", "1.5"])
def test_a_nominal_question_by_option(
    small: Path, oracle: Mapping[str, Survey], monkeypatch: pytest.MonkeyPatch, item: str
) -> None:
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(small))
    figures = oracle["vss-2025"].view("assessment_index")
    slice_of = ("vss-2025", 2025, "vn-34", "nation", "vn", "all", item)
    app, form = open_page("overview", survey="vss-2025", explain=item), Format("vi")
    own = {key[7]: row for key, row in figures.items() if key[:7] == slice_of}
    assert len(own) > 1
    listed = pairs(app)
    for option, row in own.items():
        (value,) = [value for name, value in listed.items() if name.startswith(f"{option} – ")]
        counts = f"{row['n_chosen']} / {row['n_answers']}"
        assert value.startswith(f"{counts} = **{form.share(float(row['index_pct']))}** (")
    snapshot = open_current(small)
    for code in app.code:
        digits = [half_up(float(own[option]["index_pct"]), 2) for option in sorted(own)]
        assert printed(snapshot, code.value) == digits


# --- its SQL ------------------------------------------------------------------------------------

SLICES = [
    {"survey": "vss-2025"},
    {"survey": "vss-2025", "channel": "local"},
    {"survey": "vss-2025", "province": "79", "channel": "public_portal"},
    {"survey": "vss-2024", "province": "48"},
    {"survey": "vss-2024", "region": "DBSH", "channel": "2.2.a"},
    {"survey": "vss-2026", "channel": "support_zalo"},
]


@pytest.mark.parametrize("chosen", SLICES, ids=lambda chosen: " ".join(chosen.values()))
def test_the_sql_gives_the_printed_digits(sample_warehouse: Path, chosen: dict[str, str]) -> None:
    """From the counts and from the forms, on items of every level; exactly the digits, as decimals."""
    snapshot = open_current(sample_warehouse)
    context = context_of(snapshot, **chosen)
    channel = context.selection.channel
    measured = figure.explicable(context, context.place, channel)
    levels: dict[str, list[str]] = {}
    for item, level in figure.items(context).select("item", "item_level").iter_rows():
        if item in measured:
            levels.setdefault(level, []).append(item)
    assert {"overall", "content", "factor", "criterion", "family", "assessment"} <= set(levels)
    dice = random.Random(1)
    for items in levels.values():
        for item in dice.sample(items, min(2, len(items))):
            shown = figure.figure(context, context.place, channel, item)
            assert shown is not None
            values = (
                shown.options["index_pct"].to_list()
                if shown.index_pct is None
                else [shown.index_pct]
            )
            digits = [half_up(value, 2) for value in values]
            for statement in figure.statements(context, shown):
                assert printed(snapshot, statement) == digits, statement


def test_the_sql_of_every_criterion_of_a_small_survey(small: Path) -> None:
    """Few answers, so that ties of rounding and quotients of all kinds come up."""
    snapshot = open_current(small)
    for survey, province in (("vss-2024", "08"), ("vss-2025", "01")):
        context = context_of(snapshot, survey=survey, province=province)
        items = figure.explicable(context, context.place, "all")
        assert len(items) > 10
        for item in items:
            shown = figure.figure(context, context.place, "all", item)
            assert shown is not None
            if shown.index_pct is not None:
                for statement in figure.statements(context, shown):
                    assert printed(snapshot, statement) == [half_up(shown.index_pct, 2)]


def test_a_survey_of_the_user_s_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Criteria on four points beside those on five, another hierarchy, former provinces of another country."""
    rows = [
        {
            "form_id": f"C{n}",
            "channel": ["counter", "hotline"][n % 4 == 3],
            "province": [["01", "02", "03"][n % 3], None][n % 4 == 3],
            "R": 1 + n % 5,
            "Q1a": 5 - n % 4,
            **({"Q2": 1 + n % 4} if n % 4 == 3 else {"Q1b": 1 + n % 3}),
        }
        for n in range(60)
    ]
    told = manifest("patients-2024", 2024, instrument="patients", geography="old-isles")
    delivery = write_delivery(tmp_path / "isles", rows, told)
    overlay = write_catalogue(tmp_path / "catalogue")
    load_deliveries([delivery], tmp_path / "warehouse", read_catalogue(overlay))
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(tmp_path / "warehouse"))
    snapshot = open_current(tmp_path / "warehouse")
    typeset = ""
    for place in ({}, {"province": "02"}):
        for item in ("overall", "Q1", "Q", "comfort", "Q1b"):
            app = open_page("profile", explain=item, **place)
            (why,) = re.findall(r"### Vì sao là ([\d,]+)\?", said(app))
            digits = [str(printed(snapshot, code.value)[0]) for code in app.code]
            assert digits == [why.replace(",", ".")] * 2
            typeset = formulas(app)
    assert r"{4 \cdot 30} \times 100" in typeset, "four points, of thirty people"
    assert r"\frac{1\,n_1 + 2\,n_2 + 3\,n_3 + 4\,n_4}{4" in typeset


# --- in the browser -----------------------------------------------------------------------------


@pytest.mark.browser
def test_a_criterion_picked_in_a_table_is_explained_at_the_top(visit: Visit) -> None:
    page = visit.open("/profile?province=48")
    page.locator(".st-key-open_tree summary").press("Enter")
    for key, row, why in (("tree", 3, "Vì sao là 93,16?"), ("weakest", 1, "Vì sao là 82,15?")):
        canvas = page.locator(f".st-key-{key} canvas").first
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        assert box is not None
        # A table that is drawn anew sees a click only where it has seen the mouse.
        page.mouse.move(box["x"] + 200, box["y"] + 40)
        press(page, canvas, x=200, y=36 + 33 * (row + 0.5))
        panel = page.locator(".st-key-explanation")
        expect(panel.locator("h3").first).to_have_text(why)
        visit.settle()
        expect(panel).to_be_in_viewport()
    page.get_by_role("button", name="Đóng phần giải thích").click()
    expect(page.locator(".st-key-explanation")).to_have_count(0)


@pytest.mark.browser
@pytest.mark.parametrize("item", ["overall", "2.1.a.1"])
def test_the_panel_fits_a_phone(visit: Visit, item: str) -> None:
    visit.page.set_viewport_size(PHONE)
    page = visit.open(f"/profile?province=48&explain={item}")
    panel = page.locator(".st-key-explanation")
    expect(panel.get_by_test_id("stCode")).to_have_count(2)
    assert page.get_by_test_id("stMain").evaluate(NO_WIDER)
    for formula in panel.locator(".katex-html").all():
        box = formula.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= PHONE["width"], "a formula is cut off"
