"""What goes with a table that leaves the warehouse: where it is from, how it was narrowed, what its columns mean."""

from __future__ import annotations

import json
from dataclasses import dataclass

from warehouse.extraction import Extraction
from warehouse.masking import SUPPRESSED
from warehouse.meaning import column_meaning, view_meaning
from warehouse.published import PUBLISHED
from warehouse.snapshot import Snapshot


@dataclass(frozen=True)
class Note:
    """One line: what it says, in both languages, and the value."""

    vi: str
    en: str
    value: str


def synthetic_mark(snapshot: Snapshot, extraction: Extraction) -> str:
    """Return whether the rows are generated: `true`, `false`, `mixed`, or empty where they are of no survey."""
    marks = extraction.distinct(snapshot, "synthetic")
    return "mixed" if len(marks) > 1 else "".join(str(mark).lower() for mark in marks)


def metadata(snapshot: Snapshot, extraction: Extraction) -> dict[str, str]:
    """Return what a Parquet file says of itself: snapshot, view, filters (JSON), columns (JSON) and their origin."""
    made = snapshot.read("snapshot_info").row(0, named=True)
    return {
        "view": extraction.view,
        "comment": PUBLISHED[extraction.view].comment,
        "key": json.dumps(PUBLISHED[extraction.view].key),
        "filters": json.dumps(_filters(extraction), ensure_ascii=False),
        "columns": json.dumps(
            {name: column_meaning(name).en for name in extraction.types(snapshot)},
            ensure_ascii=False,
        ),
        "snapshot": snapshot.id,
        **_release(snapshot),
        "catalogue_hash": str(made["catalogue_hash"]),
        "code_version": str(made["code_version"]),
        "synthetic": synthetic_mark(snapshot, extraction),
    }


def notes(snapshot: Snapshot, extraction: Extraction, n_rows: int) -> list[Note]:
    """Return the lines that go with a table of `n_rows` rows: table, filters, snapshot, surveys, what is hidden."""
    view = PUBLISHED[extraction.view]
    meaning, made = view_meaning(view.name), metadata(snapshot, extraction)
    filters = [
        Note("Bộ lọc", "Filter", f"{name} = {' | '.join(values)}")
        for name, values in _filters(extraction).items()
    ]
    return [
        Note("Bảng", "Table", view.name),
        Note("Nội dung", "What it holds", f"{meaning.vi}\n{meaning.en}"),
        Note("Mỗi dòng là một", "One row per", ", ".join(view.key)),
        Note("Số dòng", "Rows", str(n_rows)),
        *(filters or [Note("Bộ lọc", "Filter", "không / none")]),
        Note("Số liệu", "Data", _ORIGINS[made["synthetic"]]),
        *_surveys(snapshot, extraction),
        Note("Bản số liệu", "Snapshot", snapshot.id),
        *_released(snapshot),
        Note("Danh mục", "Catalogue", made["catalogue_hash"]),
        Note("Phiên bản mã nguồn", "Code version", made["code_version"]),
        Note("Bảo vệ người trả lời", "Disclosure", _disclosure(snapshot, extraction)),
        Note(
            "Làm tròn",
            "Rounding",
            "Ô tính giữ đủ chữ số; chỉ hiển thị hai chữ số thập phân.\n"
            "Cells hold every digit; two decimals are shown.",
        ),
    ]


_ORIGINS = {
    "true": "DỮ LIỆU MÔ PHỎNG: không có người thật nào trả lời.\n"
    "SYNTHETIC DATA: no real person answered.",
    "false": "Dữ liệu khảo sát thật.\nReal survey data.",
    "mixed": "Có cả DỮ LIỆU MÔ PHỎNG; xem cột synthetic.\n"
    "Some rows are SYNTHETIC DATA; see the column synthetic.",
    "": "Không phải câu trả lời khảo sát.\nNo answers of a survey.",
}


_STATUSES = {"final": "chính thức / final", "provisional": "tạm thời / provisional"}


def _release(snapshot: Snapshot) -> dict[str, str]:
    """Return the release that the snapshot is opened as, and its status; nothing where it is opened as none."""
    release = snapshot.release
    if release is None:
        return {}
    return {
        "release": release.release,
        "release_status": "withdrawn" if release.withdrawn_at else release.status,
    }


def _released(snapshot: Snapshot) -> list[Note]:
    release = snapshot.release
    if release is None:
        return []
    told = f"{release.release} ({_STATUSES[release.status]})"
    if release.withdrawn_at:
        told += f"\nĐÃ THU HỒI / WITHDRAWN: {release.reason}"
    return [Note("Bản phát hành", "Release", told)]


def _filters(extraction: Extraction) -> dict[str, list[str]]:
    return {
        name: ["" if value is None else str(value) for value in values]
        for name, values in extraction.where.items()
    }


def _surveys(snapshot: Snapshot, extraction: Extraction) -> list[Note]:
    """Return the surveys that the rows are of, each with the files of its deliveries and their hashes."""
    found = extraction.distinct(snapshot, "survey")
    titles = snapshot.read("survey", ["survey", "title_vi", "title_en"], survey=found)
    files = snapshot.read("source_file", ["delivery", "file", "sha256"], survey=found)
    return [
        Note("Đợt khảo sát", "Survey", f"{name}: {vi}\n{name}: {en}")
        for name, vi, en in titles.iter_rows()
    ] + [
        Note("Tệp nguồn", "Source file", f"{delivery}/{file} sha256 {digest}")
        for delivery, file, digest in files.iter_rows()
    ]


def _disclosure(snapshot: Snapshot, extraction: Extraction) -> str:
    forms = snapshot.disclosure.below
    if forms and SUPPRESSED in snapshot.columns(extraction.view):
        return (
            f"Nhóm dưới {forms} phiếu, và nhóm có thể dùng để suy ra nhóm đó, được ẩn: dòng vẫn còn, số liệu để trống,"
            " lý do ở cột suppressed.\n"
            f"Slices of fewer than {forms} forms, and those from which they could be worked out, are hidden: the row"
            " stays, its figures are empty, the reason is in suppressed."
        )
    return (
        f"Không dòng nào của bảng này bị ẩn (ngưỡng của danh mục: {forms} phiếu); không có ý kiến ghi"
        " của người trả lời.\n"
        f"No row of this table is hidden (limit of the catalogue: {forms} forms); it holds no comment that"
        " anybody wrote."
    )
