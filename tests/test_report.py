"""Reports: figures of the views in words and tables, read back from PDF and Word by libraries that wrote neither."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import docx
import polars as pl
import pypdf
import pytest

from dashboard.format import Format, Language
from dashboard.report import making
from dashboard.report.browser import VARIABLE
from dashboard.report.document import Bullets, Document, Facts, Heading, Paragraph, Row, Table
from dashboard.report.making import document
from dashboard.report.pictures import Pictures, pictures
from dashboard.texts import texts_in
from tests.browsing import Visit
from tests.command import in_a_process, in_process
from tests.deliveries import forms, manifest, write_delivery, write_settings
from tests.loading import load
from tests.own_survey import write_catalogue
from tests.pages import open_page
from warehouse import Snapshot, open_current
from warehouse.errors import UsageError

A4 = (595, 842)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PORTAL: dict[str, Any] = {"channel": "public_portal", "2.2.a.1.1": None, "2.2.b.1.1": 5}
HA_NOI, HUE, DA_NANG, HO_CHI_MINH, LANG_SON = "01", "46", "48", "79", "20"


@pytest.fixture(scope="module")
def snapshot(sample_warehouse: Path) -> Snapshot:
    return open_current(sample_warehouse)


@pytest.fixture(scope="module")
def awkward(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Places with two channels, with one, with too few forms, and (most) with none; no synthetic data."""
    folder = tmp_path_factory.mktemp("awkward")
    rows = [
        *forms(40),
        *forms(40, first=1001, **PORTAL),
        *forms(60, first=2001, province=HO_CHI_MINH, **{"2.1.a.1": 5}),
        *forms(4, first=3001, province=HUE),
        *forms(60, first=4001, province=DA_NANG),
    ]
    told = manifest("vss-2025", 2025, synthetic=False)
    assert load(folder / "warehouse", write_delivery(folder / "d", rows, told)).exit_code == 0
    return folder / "warehouse"


@pytest.fixture(scope="module")
def drawer() -> Iterator[Pictures]:
    with pictures() as opened:
        yield opened


def tables(made: Document) -> dict[str, Table]:
    return {block.caption: block for block in made.blocks if isinstance(block, Table)}


def table_of(made: Document, key: str, **values: object) -> Table:
    return tables(made)[texts_in(made.language)(key, **values)]


def plain(table: Table) -> dict[str, Row]:
    """The rows of a table by their first cell."""
    return {row.cells[0]: row for row in table.rows if row.kind != "group"}


def said(made: Document) -> str:
    """All running text of a report, without its marks."""
    parts: list[str] = []
    for block in made.blocks:
        if isinstance(block, Heading | Paragraph):
            parts.append(block.text)
        elif isinstance(block, Bullets):
            parts += block.entries
        elif isinstance(block, Facts):
            parts += [
                part for fact in block.facts for part in (fact.label, fact.value, *fact.lines)
            ]
        elif isinstance(block, Table):
            parts += [cell for row in block.rows for cell in row.cells] + [block.note]
    return "\n".join(parts).replace("**", "")


def index_row(snapshot: Snapshot, **keys: object) -> dict[str, Any]:
    where: dict[str, Any] = {"survey": "vss-2025", "geography": "vn-34", "item": "overall"} | keys
    (row,) = snapshot.read("target_gap", **where).iter_rows(named=True)
    return row


# --- the figures are those of the views ----------------------------------------------------------


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_summary_says_the_national_index_its_interval_and_its_verdicts(
    snapshot: Snapshot, language: Language
) -> None:
    made, form = document(snapshot, language, "vss-2025", None), Format(language)
    row = index_row(snapshot, geo_level="nation", channel="all")
    facts = next(block for block in made.blocks if isinstance(block, Facts)).facts
    assert (
        facts[0].value == form.index(row["index_pct"]) == {"vi": "89,50", "en": "89.50"}[language]
    )
    assert facts[0].lines[0] == form.interval(row["ci_low_pct"], row["ci_high_pct"])
    texts = texts_in(language)
    assert (row["verdict_in_force"], row["verdict_goal"]) == ("met", "not_met")
    assert texts("report.on_milestone", milestone="85", verdict=texts("report.surely_met")) in said(
        made
    )


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_province_stands_in_the_summary_as_in_the_ranking(
    snapshot: Snapshot, language: Language
) -> None:
    made, form = document(snapshot, language, "vss-2025", None), Format(language)
    ranking = snapshot.read("province_ranking", survey="vss-2025", geography="vn-34")
    labels = dict(
        snapshot.read(
            "place", ["geo_code", f"label_{language}"], geography="vn-34", geo_level="province"
        ).iter_rows()
    )
    shown = {row.cells[1]: row.cells for row in table_of(made, "report.ranking_caption").rows}
    assert len(shown) == ranking.height == 34
    for row in ranking.iter_rows(named=True):
        cells = shown[labels[row["province"]]]
        assert cells[0] == form.rank(row["rank"], row["rank_low"], row["rank_high"])
        assert cells[2] == form.index(row["index_pct"])
        assert cells[3] == form.interval(row["ci_low_pct"], row["ci_high_pct"])
        assert cells[6] == form.change(row["like_for_like_pct"])
        assert cells[7] == form.count(row["n_forms"])


@pytest.mark.parametrize(("province", "channel"), [(None, "all"), (HUE, "all")])
def test_every_criterion_has_its_index_share_and_answers(
    snapshot: Snapshot, province: str | None, channel: str
) -> None:
    made, form, texts = document(snapshot, "vi", "vss-2025", province), Format("vi"), texts_in("vi")
    where = {"geo_level": "province", "geo_code": province} if province else {"geo_level": "nation"}
    rows = snapshot.read(
        "satisfaction_index",
        survey="vss-2025",
        geography="vn-34",
        channel=channel,
        item_level="criterion",
        **where,
    )
    place = "Huế" if province else texts("finding.nation")
    shown = {
        row.cells[0].split(" ", 1)[0]: row.cells
        for row in table_of(made, "report.criteria_table", place=place).rows
        if row.kind == "plain"
    }
    assert len(shown) == rows.height == (58 if province else 70)
    for row in rows.iter_rows(named=True):
        cells = shown[row["item"]]
        assert cells[1] == form.index(row["index_pct"])
        assert cells[2] == form.interval(row["ci_low_pct"], row["ci_high_pct"])
        assert cells[5] == form.share(row["satisfied_pct"])
        few = " ‡" if row["n_answers"] < 30 else ""
        assert cells[6] == form.count(row["n_answers"]) + few


def test_regions_stand_beside_the_nation_over_the_same_channels(snapshot: Snapshot) -> None:
    made, form = document(snapshot, "vi", "vss-2025", None), Format("vi")
    shown = plain(table_of(made, "report.regions_caption"))
    local = index_row(snapshot, geo_level="nation", channel="local")
    whole = shown.pop(texts_in("vi")("report.nation_local"))
    assert whole.cells[1] == form.index(local["index_pct"]) != "89,50"
    assert len(shown) == 6


def test_the_forms_of_the_summary_are_those_announced(snapshot: Snapshot) -> None:
    made, texts = document(snapshot, "vi", "vss-2025", None), texts_in("vi")
    caption = {"place": texts("finding.nation")}
    total = plain(table_of(made, "report.forms_caption", **caption))[texts("report.total")]
    assert total.cells[1:] == ("91.296", "84.508", "60", "84.448")


def test_a_profile_says_the_weakest_parts_as_the_view_carries_them(snapshot: Snapshot) -> None:
    made, form = document(snapshot, "vi", "vss-2025", HA_NOI), Format("vi")
    rows = snapshot.read(
        "shortfall", survey="vss-2025", geography="vn-34", geo_level="province", geo_code=HA_NOI
    ).sort("contribution_pct", descending=True)
    shown = table_of(made, "report.weakest_caption", place="Hà Nội").rows
    for row, cells in zip(
        rows.head(10).iter_rows(named=True), (r.cells for r in shown), strict=True
    ):
        assert cells[0].startswith(f"{row['item']} ")
        assert cells[2] == form.index(row["index_pct"])
        assert cells[5] == form.count(row["n_steps"])


def test_nothing_is_recommended_on_a_handful_of_answers(snapshot: Snapshot) -> None:
    few = snapshot.read("shortfall", survey="vss-2025", geography="vn-34", geo_level="province")
    few = few.sort("contribution_pct", descending=True).group_by("geo_code").first()
    provinces = few.filter(few["n_answers"] < 30)["geo_code"].sort().to_list()
    assert provinces
    made = document(snapshot, "vi", "vss-2025", provinces[0])
    (heaviest,) = few.filter(geo_code=provinces[0]).iter_rows(named=True)
    recommended = next(
        block.entries
        for before, block in zip(made.blocks, made.blocks[1:], strict=False)
        if isinstance(block, Bullets)
        and isinstance(before, Paragraph)
        and before.text == texts_in("vi")("report.recommend_text")
    )
    first = f"trong {Format('vi').count(heaviest['n_answers'])} lượt"
    assert not any(heaviest["item"] in entry and first in entry for entry in recommended)


def test_a_merged_province_names_its_predecessors(snapshot: Snapshot) -> None:
    made = document(snapshot, "vi", "vss-2024", "08")
    assert "Hà Giang" in said(made)
    assert texts_in("vi")("offices.merged", place="Tuyên Quang") in said(made)


# --- awkward places -------------------------------------------------------------------------------


def test_a_province_without_data_says_so_and_nothing_else(awkward: Path) -> None:
    made, texts = document(open_current(awkward), "vi", None, LANG_SON), texts_in("vi")
    text = said(made)
    assert texts("report.no_answers", place="Lạng Sơn", year=2025) in text
    assert texts("report.measure_next", place="Lạng Sơn", year=2025) in text
    assert not made.figures
    assert [b.text for b in made.blocks if isinstance(b, Heading) and b.level == 1][:3] == [
        f"I. {texts('report.part_overview')}",
        f"II. {texts('report.part_results')}",
        f"III. {texts('report.part_conclusions')}",
    ]


def test_a_province_of_too_few_forms_is_hidden_in_its_profile_and_in_the_summary(
    awkward: Path,
) -> None:
    snapshot, texts = open_current(awkward), texts_in("vi")
    hidden = (
        snapshot.read("province_ranking")
        .filter(pl.col("index_pct").is_null())["province"]
        .to_list()
    )
    assert HUE in hidden
    text = said(document(snapshot, "vi", None, HUE))
    assert texts("report.hidden_place", place="Huế", year=2025) in text
    assert not re.search(r"\b\d\d,\d\d\b", text)
    ranked = {
        row.cells[1]: row
        for row in table_of(document(snapshot, "vi", None, None), "report.ranking_caption").rows
    }
    assert ranked["Huế"].cells[0] == texts("report.hidden_short")
    assert ranked["Huế"].cells[2] == texts("report.hidden")
    assert "–" not in ranked["Huế"].cells


def test_a_province_with_one_channel_has_a_whole_report(awkward: Path) -> None:
    snapshot = open_current(awkward)
    shown = snapshot.read("province_ranking", province=(DA_NANG, HO_CHI_MINH))
    # One of the two protects the hidden one.
    province = shown.filter(pl.col("index_pct").is_not_null())["province"][0]
    label = {DA_NANG: "Đà Nẵng", HO_CHI_MINH: "Hồ Chí Minh"}[province]
    made, texts = document(snapshot, "vi", None, province), texts_in("vi")
    (row,) = table_of(made, "report.channels_caption", place=label).rows
    whole = index_row(snapshot, geo_level="province", geo_code=province, channel="all")
    assert row.cells[1] in (Format("vi").index(whole["index_pct"]), texts("report.hidden"))
    assert made.mark == ""
    assert texts("report.real_data") in said(made)


def test_no_cell_of_any_report_is_a_dash_without_a_reason(awkward: Path) -> None:
    snapshot = open_current(awkward)
    for province in (None, HA_NOI, HUE, DA_NANG, HO_CHI_MINH, LANG_SON):
        for language in ("vi", "en"):
            for table in tables(document(snapshot, language, None, province)).values():
                for row in table.rows:
                    assert all(cell not in ("", "–", "nan", "None") for cell in row.cells), row


def test_a_survey_of_the_user_s_own(tmp_path: Path) -> None:
    """Another hierarchy, another country, no service groups, criteria that stand below nothing."""
    overlay = write_settings(write_catalogue(tmp_path / "catalogue"), suppress_below_forms=0)
    ordinary = {"channel": "counter", "Q1a": 4, "R": 5, "2.1.a.1": None, "2.2.a.1.1": None}
    rows = [
        {key: value for key, value in form.items() if value is not None}
        for code in ("01", "02")
        for form in forms(30, first=int(code) * 100, province=code, **ordinary)
    ]
    told = manifest("patients-2025", 2025, instrument="patients", geography="isles")
    delivery = write_delivery(tmp_path / "isles", rows, told)
    assert load(tmp_path / "warehouse", delivery, "--catalogue", overlay).exit_code == 0
    snapshot = open_current(tmp_path / "warehouse")
    for province, place in ((None, "The country"), ("01", "Rock")):
        made = document(snapshot, "en", None, province)
        shown = plain(table_of(made, "report.criteria_table", place=place))
        assert shown["Q1a Clean"].cells[1] == "80.00"
        assert shown["R On the whole"].cells[1] == "100.00"


def test_nothing_is_praised_where_what_is_short_is_hidden(awkward: Path) -> None:
    snapshot, texts = open_current(awkward), texts_in("vi")
    for province in (HA_NOI, DA_NANG):
        rows = snapshot.read("shortfall", geo_level="province", geo_code=province)
        text = said(document(snapshot, "vi", None, province))
        below = (rows["contribution_pct"] > 0).any() or rows["contribution_pct"].null_count()
        assert (texts("report.keep") in text) == (not below)


# --- PDF -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=[("vi", None), ("vi", HUE), ("en", HA_NOI)])
def pair(
    request: pytest.FixtureRequest, snapshot: Snapshot, drawer: Pictures
) -> tuple[Document, dict[making.Form, bytes]]:
    """A report and its files."""
    language, province = request.param
    made = document(snapshot, language, "vss-2025", province)
    return made, making.written(made, making.FORMS, drawer)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_the_pdf_is_a4_of_vectors_in_its_own_type_and_says_everything(
    pair: tuple[Document, dict[making.Form, bytes]],
) -> None:
    made, files = pair
    read = pypdf.PdfReader(io.BytesIO(files["pdf"]))
    fonts = set()
    for page in read.pages:
        assert (round(page.mediabox.width), round(page.mediabox.height)) == A4
        assert not page.images
        resources: Any = page["/Resources"]
        for font in resources.get("/Font", {}).values():
            (descendant,) = font.get_object()["/DescendantFonts"]
            descriptor = descendant.get_object()["/FontDescriptor"]
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)
            fonts.add(descriptor["/FontName"].split("+")[1])
    assert {name.split("-")[0] for name in fonts} <= {
        "BeVietnamPro",
        "NotoSans",
        "NotoSansMath",
        "NotoSansSymbols2",
    }
    text = squeezed("".join(page.extract_text() for page in read.pages))
    for block in made.blocks:
        if isinstance(block, Heading):
            assert squeezed(block.text) in text
        if isinstance(block, Table):
            assert squeezed(block.caption) in text
            for row in block.rows:
                assert squeezed(row.cells[0]) in text, row
    for page in read.pages[1:]:
        head = squeezed(page.extract_text())
        assert squeezed(made.mark) in head
        assert squeezed(made.running) in head
    assert squeezed(made.mark_explained) in squeezed(read.pages[0].extract_text())


def test_the_pdf_is_open_to_assistive_tools(
    pair: tuple[Document, dict[making.Form, bytes]],
) -> None:
    made, files = pair
    read = pypdf.PdfReader(io.BytesIO(files["pdf"]))
    root: Any = read.trailer["/Root"]
    assert str(root["/Lang"]) == made.language
    assert root["/MarkInfo"]["/Marked"]
    assert read.metadata is not None
    assert read.metadata.title == made.title
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    assert len(read.outline) >= 3


def test_charts_carry_the_vietnamese_names_as_text(
    pair: tuple[Document, dict[making.Form, bytes]], drawer: Pictures
) -> None:
    made, _ = pair
    for figure in made.figures:
        drawn = drawer.svg(figure.chart)
        assert "<image" not in drawn
        assert "Be Vietnam Pro" in drawn
        assert figure.alt


# --- Word ----------------------------------------------------------------------------------------


def test_the_word_file_has_styles_real_tables_and_every_text(
    pair: tuple[Document, dict[making.Form, bytes]],
) -> None:
    made, files = pair
    word = docx.Document(io.BytesIO(files["docx"]))
    headings = [
        (p.text, p.style.name)
        for p in word.paragraphs
        if p.style and p.style.name.startswith("Heading")
    ]
    assert headings == [
        (block.text, f"Heading {block.level}")
        for block in made.blocks
        if isinstance(block, Heading)
    ]
    with_head = [t for t in word.tables if t._tbl.findall(f".//{W}tblHeader")]
    wanted = list(tables(made).values())
    assert len(with_head) == len(wanted)
    for table, written in zip(with_head, wanted, strict=True):
        assert [cell.text.replace("\xa0", " ") for cell in table.rows[0].cells] == [
            column.head for column in written.columns
        ]
        for shown, row in zip(table.rows[1:], written.rows, strict=True):
            cells = [cell.text for cell in shown.cells]
            assert (cells[:1] if row.kind == "group" else cells) == list(row.cells)
    text = "\n".join(p.text for p in word.paragraphs).replace("\xa0", " ")
    for block in made.blocks:
        if isinstance(block, Paragraph):
            assert block.text.replace("**", "") in text
        if isinstance(block, Bullets):
            assert all(entry.replace("**", "") in text for entry in block.entries)
    assert made.mark in word.sections[0].header.paragraphs[0].text


def test_the_word_file_has_fields_its_language_and_its_type(
    pair: tuple[Document, dict[making.Form, bytes]],
) -> None:
    made, files = pair
    packed = zipfile.ZipFile(io.BytesIO(files["docx"]))
    body = packed.read("word/document.xml").decode()
    assert 'TOC \\o "1-2"' in body
    assert body.count(" SEQ ") == len(made.figures) + len(tables(made))
    assert body.count("descr=") >= len(made.figures)
    footers = [name for name in packed.namelist() if name.startswith("word/footer")]
    assert any(b" PAGE " in packed.read(name) for name in footers)
    styles = ET.fromstring(packed.read("word/styles.xml"))
    (tongue,) = styles.findall(f"./{W}docDefaults//{W}lang")
    assert tongue.get(f"{W}val") == {"vi": "vi-VN", "en": "en-GB"}[made.language]
    assert styles.findall(f"./{W}style[@{W}styleId='Header']//{W}tab") == []
    fonts = [name for name in packed.namelist() if name.endswith(".odttf")]
    assert len(fonts) == 2
    head = packed.read(fonts[0])[:32]
    (key, *_) = re.findall(rb'fontKey="\{([^}]+)\}"', packed.read("word/fontTable.xml"))
    pattern = bytes.fromhex(key.decode().replace("-", ""))[::-1] * 2
    assert bytes(a ^ b for a, b in zip(head, pattern, strict=True))[:4] == b"\x00\x01\x00\x00"


def test_the_same_snapshot_gives_the_same_files(snapshot: Snapshot, drawer: Pictures) -> None:
    made = [document(snapshot, "vi", "vss-2025", HUE) for _ in range(2)]
    first, second = (making.written(one, making.FORMS, drawer) for one in made)
    assert first == second


# --- the command and the pages -------------------------------------------------------------------


def test_a_failure_names_the_province_and_the_others_are_made(
    awkward: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = making.document

    def failing(
        snapshot: Snapshot, language: Language, survey: str | None, province: str | None
    ) -> Document:
        if province == HUE:
            raise ValueError("out of ink")
        return whole(snapshot, language, survey, province)

    monkeypatch.setattr(making, "document", failing)
    outcome = in_process(
        *("report", "--province", "Huế", "--province", LANG_SON, "--format", "pdf"),
        *("--out", tmp_path / "out", "--warehouse", awkward),
    )
    assert outcome.exit_code == 1
    assert "not made: 46 Huế: ValueError: out of ink" in outcome.output
    (made,) = (tmp_path / "out").iterdir()
    id_ = open_current(awkward).id
    assert made.name == f"province-profile_vss-2025_20_Lang-Son_vi_{id_}.pdf"


def test_all_is_the_summary_and_every_province(
    awkward: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted: list[str | None] = []

    def noted(*arguments: Any) -> Document:
        wanted.append(arguments[3])
        raise ValueError("not today")

    monkeypatch.setattr(making, "document", noted)
    outcome = in_process("report", "--all", "--out", tmp_path, "--warehouse", awkward)
    assert outcome.exit_code == 1
    assert len(wanted) == 35
    assert wanted[0] is None
    assert len(set(wanted)) == 35


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--province", "Atlantis"], "Atlantis"),
        (["--survey", "vss-1999"], "there is no survey 'vss-1999'"),
        (["--all", "--province", "01"], "leave out --province"),
        (["--format", "odt"], "odt"),
    ],
)
def test_wrong_usage_exits_2(awkward: Path, arguments: list[str], message: str) -> None:
    outcome = in_process("report", *arguments, "--warehouse", awkward)
    assert outcome.exit_code == 2
    assert message in outcome.output


def test_without_chromium_the_command_says_the_remedy(awkward: Path, tmp_path: Path) -> None:
    outcome = in_a_process(
        "report", "--out", tmp_path, "--warehouse", awkward, **{VARIABLE: "/no/such/browser"}
    )
    assert outcome.exit_code == 1
    assert outcome.output.startswith("Error: reports need Chromium")
    assert "apt-get install chromium" in outcome.output
    assert not list(tmp_path.iterdir())


def test_the_reports_import_no_streamlit() -> None:
    code = "import sys; import dashboard.report.making, dashboard.report.word; print('streamlit' in sys.modules)"
    outcome = in_python(code)
    assert outcome == "False"


def in_python(code: str) -> str:
    import subprocess
    import sys

    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_an_unknown_province_is_refused(snapshot: Snapshot) -> None:
    with pytest.raises(UsageError, match="there is no 77"):
        document(snapshot, "vi", "vss-2025", "77")


@pytest.fixture
def served_sample(sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAILONG_WAREHOUSE", str(sample_warehouse))


@pytest.mark.usefixtures("served_sample")
@pytest.mark.parametrize(
    ("page", "keys"),
    [
        ("overview", ["report_pdf_country", "report_docx_country"]),
        ("profile", ["report_pdf_46", "report_docx_46"]),
        (
            "downloads",
            ["report_pdf_country", "report_docx_country", "report_pdf_46", "report_docx_46"],
        ),
    ],
)
def test_pages_offer_the_report(page: str, keys: list[str]) -> None:
    app = open_page(page, survey="vss-2025", province=HUE)
    offered = [button.proto.id.rsplit("-", 1)[-1] for button in app.get("download_button")]
    assert [key for key in offered if key.startswith("report_")] == keys


@pytest.mark.usefixtures("served_sample")
def test_without_chromium_a_page_says_so_and_offers_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(VARIABLE, "/no/such/browser")
    app = open_page("profile", survey="vss-2025", province=HUE)
    offered = [button.proto.id for button in app.get("download_button")]
    assert not [key for key in offered if "report_" in key]
    assert texts_in("vi")("report.no_browser") in [caption.value for caption in app.caption]


@pytest.mark.browser
def test_one_click_on_the_profile_takes_the_report(visit: Visit, tmp_path: Path) -> None:
    page = visit.open(f"/profile?survey=vss-2025&province={HUE}")
    with page.expect_download(timeout=90_000) as taken:
        page.get_by_role("button", name="Báo cáo Huế, năm 2025 (PDF)").click()
    name = taken.value.suggested_filename
    assert re.fullmatch(r"province-profile_vss-2025_46_Hue_vi_[0-9a-f]{12}\.pdf", name)
    taken.value.save_as(tmp_path / name)
    first = pypdf.PdfReader(tmp_path / name).pages[0].extract_text()
    assert squeezed(texts_in("vi")("report.title_province", place="Huế")) in squeezed(first)
