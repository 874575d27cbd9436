"""How the deliveries are written: under the names of the contract, or as an older system wrote them out."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from warehouse.catalogue import Geography

# The same syllable with its tone mark on either vowel.
_TONE_MARKS = {"òa": "oà", "óa": "oá", "ủy": "uỷ", "úy": "uý"}


@dataclass(frozen=True)
class Spelling:
    """Names of columns and values in the files of a delivery.

    Attributes:
        columns: names of the columns by their name in the contract; others stand as they are.
        item_prefix: put before an item whose dots become `_`; None leaves the code as it is.
        values: texts by column and value of the contract.
        no_answer, not_applicable: codes written where an item was asked and not answered; None writes null.
        province_names: whether all files write names; else only the paper forms do, the rest writes codes.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    item_prefix: str | None = None
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    no_answer: int | None = None
    not_applicable: int | None = None
    province_names: bool = False

    def column(self, name: str) -> str:
        """Name of a column that is no item."""
        return self.columns.get(name, name)

    def item(self, code: str) -> str:
        """Name of an item's column."""
        return code if self.item_prefix is None else self.item_prefix + code.replace(".", "_")

    def words(self, column: str, values: list[str]) -> list[str]:
        """The texts for `values` of `column`."""
        written = self.values.get(column, {})
        return [written.get(value, value) for value in values]

    @property
    def missing_codes(self) -> list[int]:
        """Codes that stand for no answer."""
        return [code for code in (self.no_answer, self.not_applicable) if code is not None]


CONTRACT = Spelling()
OLDER_SYSTEM = Spelling(
    columns={
        "form_id": "MaPhieu",
        "channel": "KenhKhaoSat",
        "province": "TinhThanh",
        "office": "DonVi",
        "venue": "DiaDiem",
        "mode": "HinhThuc",
        "collected_on": "NgayThuThap",
        "respondent_type": "DoiTuong",
        "policy_field": "LinhVuc",
        "sex": "GioiTinh",
        "age_group": "NhomTuoi",
        "education": "TrinhDo",
        "occupation": "NgheNghiep",
        "income_band": "ThuNhap",
    },
    item_prefix="C",
    values={
        "channel": {
            "one_stop": "1",
            "development_agent": "2",
            "payment_agent": "3",
            "public_portal": "4",
            "health_facility": "5",
            "support_hotline": "61",
            "support_fanpage": "62",
            "support_zalo": "63",
            "support_email": "64",
            "support_website": "65",
        },
        "venue": {
            "province_office": "BHXH tỉnh",
            "local_office": "BHXH huyện",
            "public_centre": "Trung tâm hành chính công",
        },
        "mode": {
            "paper": "Phiếu giấy",
            "online": "Trực tuyến",
            "face_to_face": "Phỏng vấn trực tiếp",
            "phone": "Điện thoại",
        },
        "respondent_type": {"individual": "Cá nhân", "organisation": "Tổ chức"},
        "policy_field": {"bhxh": "BHXH", "bhtn": "BHTN", "bhyt": "BHYT"},
        "sex": {"male": "Nam", "female": "Nữ"},
        "age_group": {"18-30": "18 đến 30", "31-55": "31 đến 55", "over_55": "Trên 55"},
        "education": {
            "lower_secondary": "Cấp 1, 2",
            "upper_secondary": "Cấp 3",
            "college_or_higher": "Trung cấp trở lên",
        },
        "occupation": {
            "self_employed": "Lao động tự do",
            "enterprise": "Tổ chức, doanh nghiệp",
            "public_sector": "Cán bộ, công chức, viên chức",
            "retired": "Hưu trí",
            "other": "Khác",
        },
        "income_band": {
            "under_12m": "Dưới 12 triệu",
            "12m_17m": "12 đến dưới 17 triệu",
            "17m_and_over": "Từ 17 triệu",
        },
    },
    no_answer=9,
    not_applicable=99,
    province_names=True,
)


def province_spellings(geography: Geography) -> list[list[str]]:
    """Return for each province the ways in which people write its name, the commonest first and several times."""
    return [_spellings(province.label_vi, province.kind) for province in geography.provinces]


def _spellings(name: str, kind: str) -> list[str]:
    other_marks = name
    for usual, other in _TONE_MARKS.items():
        other_marks = other_marks.replace(usual, other)
    prefixed = f"TP. {name}" if kind == "city" else f"Tỉnh {name}"
    return [name, name, name, name, prefixed, other_marks, unicodedata.normalize("NFD", name)]
