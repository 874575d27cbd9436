"""The profile's answers to a director: its weakest criteria and what they take, its peers, its own fieldwork."""

from __future__ import annotations

from math import ceil
from pathlib import Path

import polars as pl
import pytest

from dashboard.data import WAREHOUSE_VARIABLE
from dashboard.format import Format, Language
from tests.pages import Page, facts, links, named, open_page, said
from warehouse import open_current

LANGUAGES: tuple[Language, ...] = ("vi", "en")
KEYS = {"survey": "vss-2025", "geography": "vn-34"}
SINGLES = ["one_stop", "development_agent", "payment_agent", "public_portal", "health_facility"]


@pytest.fixture
def page(sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> Page:
    """Open a page over the three synthetic surveys."""
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(sample_warehouse))
    return open_page


def criteria(warehouse: Path, province: str, *channels: str) -> pl.DataFrame:
    """The criteria of a province at some channels, with the counts of every answer."""
    return (
        open_current(warehouse)
        .read("satisfaction_index", **KEYS, geo_level="province", geo_code=province)
        .filter(pl.col("channel").is_in(channels), item_level="criterion")
        .with_columns(
            points=pl.sum_horizontal(*(pl.col(f"n{step}") * step for step in range(1, 6))),
            answers=pl.sum_horizontal(*(f"n{step}" for step in range(1, 6))),
        )
    )


def people_needed(points: int, answers: int) -> int:
    """How many have to move one step up for a mean of 4.5."""
    return max(ceil(4.5 * answers - points), 0)


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith(("1. ", "2. ", "3. "))]


@pytest.mark.parametrize("province", ["48", "79", "42"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_three_weakest_criteria_and_what_they_take(
    page: Page, sample_warehouse: Path, province: str, lang: Language
) -> None:
    """Index, heaviest channel and people needed, recounted from the answers at every channel."""
    app = page("profile", province=province, lang=lang)
    form = Format(lang)
    whole = criteria(sample_warehouse, province, "local").with_columns(
        own=pl.col("points") / pl.col("answers") * 20
    )
    parts = criteria(sample_warehouse, province, *SINGLES).with_columns(
        missing=4.5 * pl.col("answers") - pl.col("points")
    )
    labels = dict(
        open_current(sample_warehouse)
        .read("channel", ["channel", f"label_{lang}"], instrument="vss-1111")
        .iter_rows()
    )
    weakest = whole.sort("own", "item").head(3).select("item", "own", "points", "answers")
    for line, (item, own, points, answers) in zip(
        lines(said(app)), weakest.iter_rows(), strict=True
    ):
        assert f" **{form.index(own)}** " in line
        assert f" {item} " in line
        heaviest = parts.filter(item=item).sort("missing")["channel"][-1]
        assert f"**{labels[heaviest]}**" in line
        n = people_needed(points, answers)
        if not n:
            assert ("Đã từ 90" in line) or ("already" in line)
            continue
        steps = {"vi": f"**{form.count(n)} mức**", "en": f"**{form.count(n)} steps**"}[lang]
        assert (f"**{form.count(n)}**" if n <= answers else steps) in line
        assert f" {form.count(answers)} " in line


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_channel_that_pulls_down_most(
    page: Page, sample_warehouse: Path, lang: Language
) -> None:
    """Of Đà Nẵng's distance every channel's part is added up from its criteria."""
    whole = criteria(sample_warehouse, "48", "local").select("item", n_whole="answers")
    parts = criteria(sample_warehouse, "48", *SINGLES).join(whole, on="item")
    missing = (90 - pl.col("points") / pl.col("answers") * 20) * pl.col("answers")
    by_channel = (
        parts.with_columns(part=missing / pl.col("n_whole") / whole.height)
        .group_by("channel")
        .agg(pl.col("part").sum(), below=(pl.col("points") < 4.5 * pl.col("answers")).sum())
        .sort("part")
    )
    channel, part, below = by_channel.row(-1)
    assert (channel, below) == ("public_portal", 14)
    text = said(page("profile", province="48", lang=lang))
    (line,) = [
        line for line in text.splitlines() if line.startswith(("**Kênh kéo", "**The channel"))
    ]
    assert Format(lang).index(part) in line
    assert " 14 " in line
    assert " 26 " in line


def test_a_channel_has_weakest_criteria_of_its_own(page: Page, sample_warehouse: Path) -> None:
    own = criteria(sample_warehouse, "48", "one_stop").with_columns(
        own=pl.col("points") / pl.col("answers") * 20
    )
    text = said(page("profile", province="48", channel="one_stop"))
    wanted = own.sort("own", "item").head(3)["item"].to_list()
    assert [line.split(" · ")[1].split(" ")[0] for line in lines(text)] == wanted
    assert "**Kênh kéo" not in text, "one channel is not set beside others"
    group = lines(said(page("profile", province="79", channel="2.2.a", family="feedback")))
    assert len({line.split(" · ")[1].split(" ")[0] for line in group}) == 3
    family = lines(said(page("profile", province="48", family="feedback")))
    assert all(" · 2.2." in line and ".5." in line for line in family)


def test_what_each_weak_criterion_carries(page: Page, sample_warehouse: Path) -> None:
    table = named(page("profile", province="48"), "profile.weakest")
    whole = criteria(sample_warehouse, "48", "local").with_columns(
        own=pl.col("points") / pl.col("answers") * 20
    )
    mean = whole["own"].sum() / whole.height
    shares = [(90 - own) / whole.height / (90 - mean) * 100 for own in whole["own"].sort()[:10]]
    assert table["share_pct"].to_list() == pytest.approx(shares)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_similar_provinces(page: Page, sample_warehouse: Path, lang: Language) -> None:
    """Half to twice the forms, and the nearest mix of channels, by hand from the number of forms."""
    forms = open_current(sample_warehouse).read(
        "satisfaction_index", **KEYS, geo_level="province", item="overall"
    )
    sizes = dict(forms.filter(channel="all").select("geo_code", "n_forms").iter_rows())
    mix = {
        code: {
            channel: n / sizes[code]
            for channel, n in forms.filter(pl.col("channel").is_in(SINGLES), geo_code=code)
            .select("channel", "n_forms")
            .iter_rows()
        }
        for code in sizes
    }
    unlike = {
        other: sum(abs(mix["48"][c] - mix[other][c]) for c in SINGLES) / 2
        for other, n in sizes.items()
        if other != "48" and sizes["48"] / 2 <= n <= sizes["48"] * 2
    }
    wanted = sorted(unlike, key=lambda code: (unlike[code], code))[:5]
    app = page("profile", province="48", lang=lang)
    table = named(app, "peers.title")
    assert table["dissimilarity_pct"].to_list() == pytest.approx(
        [unlike[code] * 100 for code in wanted]
    )
    assert table["other_n_forms"].to_list() == [sizes[code] for code in wanted]
    index = dict(forms.filter(channel="all").select("geo_code", "index_pct").iter_rows())
    assert table["difference_pct"].to_list() == pytest.approx(
        [index["48"] - index[code] for code in wanted]
    )
    told = open_current(sample_warehouse).read("province_difference", **KEYS, province="48")
    surely = dict(told.select("other_province", "is_distinct").iter_rows())
    (finding,) = [line for line in said(app).splitlines() if line.startswith(("Xét chỉ", "By the"))]
    words = {"vi": ("cao hơn", "thấp hơn"), "en": ("above", "below")}[lang]
    for part in finding.split(";"):
        above, below = (word in part for word in words)
        for code, label in zip(wanted, table["label"], strict=True):
            if label in part:
                assert surely[code] == (above or below)
                assert not above or index["48"] > index[code]
                assert not below or index["48"] < index[code]


def test_similar_provinces_are_of_the_whole_place(page: Page) -> None:
    for address in ({}, {"region": "BTB"}, {"province": "48", "channel": "one_stop"}):
        assert "Tương tự nghĩa là" not in said(page("profile", **address))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_quality_of_its_own_fieldwork(
    page: Page, sample_warehouse: Path, lang: Language
) -> None:
    app = page("profile", province="48", lang=lang)
    funnel = (
        open_current(sample_warehouse)
        .read("response_funnel", survey="vss-2025", province="48")
        .filter(pl.col("channel").is_in([*SINGLES]))
    )
    form = Format(lang)
    (line,) = [
        line
        for line in said(app).splitlines()
        if line.startswith(("Phát ra", f"**{form.count(int(funnel['issued'].sum()))}"))
    ]
    for name in ("issued", "returned", "missing", "valid", "quarantined"):
        assert f"**{form.count(int(funnel[name].sum()))}**" in line
    word = {"vi": "Xem trang", "en": "See the page"}[lang]
    to = [address for label, address in links(app).items() if label.startswith(word)]
    assert [one.partition("?")[0] for one in to] == ["fieldwork", "quality"]
    assert all("province=48" in one for one in to)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_two_channels_are_called_alike(page: Page, lang: Language) -> None:
    """A widget picks by what it shows: a group and its only channel must not look the same."""
    (choice,) = [box for box in page("profile", lang=lang).selectbox if box.key == "channel"]
    assert len(choice.options) > 10
    assert len(set(choice.options)) == len(choice.options)
    app = page("profile", lang=lang, province="48", channel="public_portal")
    assert app.selectbox(key="channel").value == "public_portal"


def test_a_survey_before_the_merger_is_looked_at_in_what_became_the_province(
    page: Page, sample_warehouse: Path
) -> None:
    snapshot = open_current(sample_warehouse)
    former = snapshot.read("place", ["geo_code"], geography="vn-63", successor_code="48")
    codes = tuple(former["geo_code"])
    looked = snapshot.read("fieldwork_credibility", survey="vss-2024", province=codes)
    assert len(codes) == 2
    assert not looked["flagged"].any()
    text = said(page("profile", province="48", survey="vss-2024"))
    assert f"Không có dấu hiệu đáng ngờ nào trong {looked.height} lượt rà soát" in text


def test_the_rank_says_what_it_is_of(page: Page) -> None:
    """There is one official rank; a page narrowed to a channel or a family does not pass it off as its own."""
    label, narrowed = "Xếp hạng trong 34 địa phương", "Xếp hạng chỉ số chung trong 34 địa phương"
    rank = facts(page("profile", province="48"))[label]
    for filters in ({"channel": "public_portal"}, {"family": "staff"}):
        shown = facts(page("profile", province="48", **filters))
        assert label not in shown
        assert shown[narrowed] == rank


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_change_on_what_both_years_measured_has_its_error(
    page: Page, sample_warehouse: Path, lang: Language
) -> None:
    form = Format(lang)
    row = (
        open_current(sample_warehouse)
        .read(
            "index_change",
            survey="vss-2026",
            geo_level="province",
            geo_code="48",
            channel="all",
            item="overall",
        )
        .row(0, named=True)
    )
    assert row["like_for_like_se_pct"] > 0
    app = page("profile", survey="vss-2026", province="48", lang=lang)
    alike = (
        f"**{form.change(row['like_for_like_pct'])} ({form.index(row['like_for_like_se_pct'])})**"
    )
    told = {"vi": "không đủ để khẳng định là có thay đổi", "en": "cannot tell it from no change"}
    (line,) = [caption.value for caption in app.caption if alike in caption.value]
    assert form.probability(row["like_for_like_p_value"]) in line
    assert (told[lang] in line) == (row["like_for_like_p_value"] >= 0.05)
