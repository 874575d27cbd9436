"""What an archive of a survey holds, written into a folder: see `warehouse.archive`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from warehouse.catalogue.transcript import write_catalogue
from warehouse.export import export_view
from warehouse.extraction import Extraction
from warehouse.plan import TEXT_COLUMNS
from warehouse.published import PUBLISHED
from warehouse.quoting import identifier, literal
from warehouse.snapshot import Snapshot

FORMAT, VERSION = "hailong-archive", 1
HEADER = "archive.json"
Progress = Callable[[str, int], None]
_README = """KHO LƯU TRỮ ĐỢT KHẢO SÁT {survey}, bản số liệu {snapshot}
Lưu theo Quyết định 681/QĐ-BHXH, Điều 8, bước 5. KHÔNG CÔNG BỐ: thư mục delivery chứa từng phiếu trả lời
(không có họ tên, số định danh, số điện thoại; ý kiến ghi bằng lời không được lưu).
{origin_vi}
Mở lại: hailong restore TỆP --warehouse THƯ-MỤC. Kiểm tra từng tệp: sha256sum -c SHA256SUMS.
Phiếu đã cách ly trở lại đúng như đã ghi nhận (vị trí và lý do); nội dung của chúng không được lưu.

ARCHIVE OF THE SURVEY {survey}, snapshot {snapshot}
Kept under Decision 681/QĐ-BHXH, article 8, step 5. NOT FOR PUBLICATION: the folder delivery holds every single form
(no names, identity or telephone numbers; what people wrote in words is not kept).
{origin_en}
To open it: hailong restore FILE --warehouse FOLDER. To verify each file: sha256sum -c SHA256SUMS.
Quarantined forms come back as they were recorded (their place and the reasons); what they held is not kept.
"""


def write_content(snapshot: Snapshot, survey: str, folder: Path, progress: Progress) -> None:
    """Write everything but the hashes and the reports into `folder`, which does not exist yet."""
    about = snapshot.read("survey", survey=survey).row(0, named=True)
    _write_delivery(snapshot, about, folder / "delivery")
    progress("delivery", 0)
    (folder / "provenance").mkdir()
    chosen = {"survey": survey}
    _copy(
        snapshot,
        "source_file",
        "position, delivery, file",
        chosen,
        folder / "provenance" / "source_file.parquet",
    )
    _copy(
        snapshot,
        "(SELECT survey, form_id, delivery, file, row FROM form)",
        "form_id",
        chosen,
        folder / "provenance" / "form_source.parquet",
    )
    write_catalogue(
        snapshot,
        about["instrument"],
        _geographies(snapshot, about["geography"]),
        folder / "catalogue",
    )
    _write_tables(snapshot, about, folder / "tables", progress)
    _write_header(snapshot, about, folder)


def _geographies(snapshot: Snapshot, geography: str) -> list[str]:
    """Return a geography and those that its surveys are carried to, one after the other."""
    successors = dict(snapshot.rows("SELECT geography, successor FROM geography", {}).fetchall())
    found = [geography]
    while (successor := successors.get(found[-1])) and successor not in found:
        found.append(successor)
    return found


def _copy(
    snapshot: Snapshot, source: str, order: str, where: Mapping[str, str], path: Path
) -> None:
    """Write rows of one survey of a relation that is not published, ordered, as Parquet."""
    snapshot.copy(
        f"SELECT * FROM {source} WHERE survey = $survey ORDER BY {order}",
        where,
        f"{literal(str(path))} (FORMAT parquet, COMPRESSION zstd)",
    )


def _write_delivery(snapshot: Snapshot, about: Mapping[str, Any], folder: Path) -> None:
    """Write what was accepted of a survey as one delivery: loading it gives the same figures."""
    folder.mkdir(parents=True)
    manifest: dict[str, object] = {
        name: about[name] for name in ("survey", "year", "instrument", "geography", "synthetic")
    }
    manifest["title"] = {"vi": about["title_vi"], "en": about["title_en"]}
    for period in ("fieldwork", "transactions"):
        days = {end: about[f"{period}_{end}"] for end in ("from", "to")}
        given = {end: day.isoformat() for end, day in days.items() if day}
        if given:
            manifest[period] = given
    (folder / "survey.yaml").write_text(
        yaml.safe_dump(manifest, allow_unicode=True, sort_keys=False), encoding="utf-8"
    )
    chosen = {"survey": about["survey"]}
    options = "(FORMAT parquet, COMPRESSION zstd)"
    snapshot.copy(
        _forms(snapshot, about), chosen, f"{literal(str(folder / 'forms.parquet'))} {options}"
    )
    sides = {
        "issued": "province, channel, date, planned, reserve, issued",
        "indicators": "province, item, breakdown, unit, reference_year, value",
        "quarantine": "delivery, file, row, form_id, province, channel, reasons",
    }
    tables = {"issued": "issued", "indicators": "indicator", "quarantine": "quarantine"}
    for kind, columns in sides.items():
        query = f"SELECT {columns} FROM {tables[kind]} WHERE survey = $survey"
        if snapshot.rows(f"{query} LIMIT 1", chosen).fetchone():
            (folder / kind).mkdir()
            target = literal(str(folder / kind / f"{kind}.parquet"))
            snapshot.copy(f"{query} ORDER BY ALL", chosen, f"{target} {options}")


def _forms(snapshot: Snapshot, about: Mapping[str, Any]) -> str:
    """Return the query of the accepted forms in the columns of the delivery contract, those that hold something."""
    columns = [name for name, *_ in snapshot.rows("DESCRIBE form", {}).fetchall()]
    mark = f"{about['instrument']}/"
    items = {
        name: name.removeprefix(mark).split("[")[0] for name in columns if name.startswith(mark)
    }
    optional = [name for name in TEXT_COLUMNS if name != "comment"] + ["collected_on", "weight"]
    asked = ["province", *(name for name in optional if name in columns), *items]
    counts = ", ".join(
        "count(nullif(province, 'none'))" if name == "province" else f"count({identifier(name)})"
        for name in asked
    )
    found = (
        snapshot.rows(
            f"SELECT {counts} FROM form WHERE survey = $survey", {"survey": about["survey"]}
        ).fetchone()
        or ()
    )
    held = [name for name, n in zip(asked, found, strict=True) if n]
    written = ["form_id", "channel"] + [
        "nullif(province, 'none') AS province"
        if name == "province"
        else f"{identifier(name)} AS {identifier(items.get(name, name))}"
        for name in held
    ]
    return f"SELECT {', '.join(written)} FROM form WHERE survey = $survey ORDER BY form_id"


def _write_tables(
    snapshot: Snapshot, about: Mapping[str, Any], folder: Path, progress: Progress
) -> None:
    """Write every published view as Parquet: the rows of the survey, or of its instrument, or all."""
    folder.mkdir()
    for view in PUBLISHED:
        if not snapshot.holds(view):
            continue
        columns = snapshot.columns(view)
        by = next((name for name in ("survey", "instrument") if name in columns), None)
        # What was announced is of no instrument at times, and is set beside every survey.
        where: dict[str, list[object]] = {}
        if by and view != "published_result":
            where[by] = [about[by]]
        export_view(snapshot, Extraction(view, where), "parquet", folder / f"{view}.parquet")
        progress(view, 0)


def _write_header(snapshot: Snapshot, about: Mapping[str, Any], folder: Path) -> None:
    made = snapshot.read("snapshot_info").row(0, named=True)
    files = snapshot.read("source_file", survey=about["survey"])
    quarantined = snapshot.rows(
        "SELECT count(*) FROM quarantine WHERE survey = $survey", {"survey": about["survey"]}
    ).fetchone()
    release = snapshot.release
    header = {
        "format": FORMAT,
        "format_version": VERSION,
        **{
            name: about[name] for name in ("survey", "year", "instrument", "geography", "synthetic")
        },
        "snapshot": snapshot.id,
        "release": release and release.release,
        "release_status": release and release.status,
        "catalogue_hash": made["catalogue_hash"],
        "code_version": made["code_version"],
        "n_forms": about["n_forms"],
        "n_quarantined": quarantined[0] if quarantined else 0,
        "source_files": files.select("delivery", "file", "sha256", "n_rows").to_dicts(),
        "holds_single_forms": True,
        "clause": "Decision 681/QĐ-BHXH, article 8, step 5",
    }
    written = json.dumps(header, ensure_ascii=False, indent=1)
    (folder / HEADER).write_text(written + "\n", encoding="utf-8")
    synthetic = bool(about["synthetic"])
    told = {
        "survey": about["survey"],
        "snapshot": snapshot.id,
        "origin_vi": "DỮ LIỆU MÔ PHỎNG: không có người thật nào trả lời."
        if synthetic
        else "Dữ liệu khảo sát thật.",
        "origin_en": "SYNTHETIC DATA: no real person answered."
        if synthetic
        else "Real survey data.",
    }
    (folder / "README.txt").write_text(_README.format(**told), encoding="utf-8")
