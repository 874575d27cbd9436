"""A catalogue folder of a user's own: another hierarchy, other scales, another country."""

from __future__ import annotations

from pathlib import Path

FILES = {
    "instruments/patients/instrument.yaml": """
title: {vi: Khảo sát bệnh nhân, en: Patient survey}
document: {vi: Quyết định 1, en: Decision 1}
date: 2024-01-01
families:
  comfort: {vi: Tiện nghi, en: Comfort}
""",
    "instruments/patients/items.csv": """
item,level,parent,family,scale,asked_of,conditional,experience,adverse,label_vi,label_en,status,clause
Q,chapter,,,,,false,false,false,Chất lượng,Quality,law,1
Q1,section,Q,comfort,,,false,false,false,Phòng,Room,law,1
Q1a,criterion,Q1,,likert5,everyone,false,false,false,Sạch,Clean,law,1
Q1b,criterion,Q1,,interval4,counter,false,false,false,Yên tĩnh,Quiet,law,1
Q2,criterion,Q,,interval4,hotline,true,false,false,Lịch sự,Polite,law,1
R,criterion,,comfort,likert5,everyone,false,false,false,Chung,On the whole,law,1
N,assessment,,,nominal,everyone,false,false,true,Phải chờ,Had to wait,law,1
M,expectation,,,nominal_multi,counter,false,false,false,Mong muốn,Wishes,law,1
W,expectation,,,interval4,hotline,false,false,false,Gọi lại,Call back,law,1
""",
    "instruments/patients/options.csv": """
item,option,label_vi,label_en,status,clause
N,1,Có,Yes,law,1
N,2,Không,No,law,1
M,1,Ghế,Chairs,law,1
M,2,Nước,Water,law,1
M,3,Tin,News,law,1
""",
    "instruments/patients/channels.csv": """
channel,service_group,is_local,owner,label_vi,label_en,owner_vi,owner_en,sort,status,clause
counter,,true,hospital,Quầy,Counter,Bệnh viện,Hospital,1,law,1
hotline,,false,centre,Đường dây nóng,Hotline,Trung tâm,Centre,2,law,1
""",
    "geographies/old-isles/geography.yaml": """
title: {vi: Quần đảo cũ, en: Old isles}
nation: {vi: Quần đảo, en: The isles}
document: {vi: Luật 0, en: Act 0}
valid_to: 2024-12-31
successor: isles
""",
    "geographies/old-isles/regions.csv": "region_code,label_vi,label_en,sort,clause\nS,Biển,Sea,1,1\n",
    "geographies/old-isles/provinces.csv": """
province_code,label_vi,label_en,kind,region_code,successor_code,sort,clause
01,Đảo Ngọc,Pearl,island,S,02,1,1
02,Đảo Cát,Sand,island,S,02,2,1
03,Đảo Đá,Rock,island,S,01,3,1
""",
    "geographies/isles/geography.yaml": """
title: {vi: Quần đảo, en: Isles}
nation: {vi: Quần đảo, en: The isles}
document: {vi: Luật 1, en: Act 1}
valid_from: 2025-01-01
""",
    "geographies/isles/regions.csv": """
region_code,label_vi,label_en,sort,clause
E,Đông,East,1,1
W,Tây,West,2,1
""",
    "geographies/isles/provinces.csv": """
province_code,label_vi,label_en,kind,region_code,successor_code,sort,clause
01,Đảo Đá,Rock,island,E,,1,1
02,Đảo Cát Ngọc,Pearl Sand,island,W,,2,1
""",
}


def write_catalogue(folder: Path) -> Path:
    """The instrument `patients` and the geographies `old-isles` and `isles`, in a catalogue folder."""
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text.lstrip("\n"), encoding="utf-8")
    return folder
