"""Invented comments, short and in the words of people who deal with social insurance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ingest.sample.forms import NONE, Forms, Generator
from warehouse.catalogue import Instrument

_ANYWHERE = ""
PRAISE: Mapping[str, Sequence[str]] = {
    _ANYWHERE: (
        "Tôi hài lòng với cách phục vụ.",
        "Thủ tục bây giờ gọn hơn trước nhiều.",
        "Mọi việc đều ổn, không có gì phải góp ý.",
    ),
    "2.2.a": (
        "Nhân viên hướng dẫn tận tình, dễ hiểu.",
        "Hồ sơ được trả đúng hẹn.",
        "Không phải chờ lâu, có chỗ ngồi thoáng mát.",
        "Người tiếp nhận hồ sơ lịch sự, giải thích rõ từng mục.",
        "Nộp hồ sơ một lần là xong, không phải bổ sung.",
    ),
    "2.2.b": (
        "Nộp hồ sơ qua mạng tiện, đỡ mất công đi lại.",
        "Kết quả được gửi về điện thoại nhanh hơn tôi nghĩ.",
        "Đóng tiếp bảo hiểm cho bố mẹ trên Cổng rất thuận tiện.",
        "Biểu mẫu đã điền sẵn thông tin nên làm rất nhanh.",
    ),
    "2.2.c": (
        "Đi khám chỉ cần căn cước công dân, rất tiện.",
        "Bác sĩ khám kỹ và dặn dò cẩn thận.",
        "Thanh toán bảo hiểm y tế nhanh, bảng kê rõ ràng.",
        "Điều dưỡng nhẹ nhàng, chu đáo với người già.",
    ),
    "2.2.d": (
        "Tổng đài trả lời rõ ràng, lịch sự.",
        "Nhắn tin hỏi buổi tối vẫn có người trả lời.",
        "Được hướng dẫn cặn kẽ cách tra cứu quá trình đóng.",
    ),
}
COMPLAINT: Mapping[str, Sequence[str]] = {
    _ANYWHERE: (
        "Đã gửi góp ý nhưng chưa thấy ai trả lời.",
        "Chính sách thay đổi nhiều, người dân khó theo dõi.",
        "Nên thông báo sớm hơn khi hồ sơ bị chậm.",
    ),
    "2.2.a": (
        "Buổi sáng đầu tuần rất đông, phải chờ lâu.",
        "Thiếu ghế ngồi chờ và chỗ viết.",
        "Từ khi sáp nhập, đường đến nơi nộp hồ sơ xa hơn nhiều.",
        "Phải khai lại thông tin đã có trên hệ thống.",
        "Máy lấy số hay hỏng, mọi người chen nhau.",
        "Mong được nhắc trước khi thẻ hết hạn.",
    ),
    "2.2.b": (
        "Trang hay báo lỗi khi tải tệp lên.",
        "Đăng nhập nhiều bước, người lớn tuổi khó dùng.",
        "Tra cứu hồ sơ chậm, nhiều lúc không vào được.",
        "Không biết hồ sơ đang ở bước nào.",
        "Tìm đúng thủ tục cần làm mất khá nhiều thời gian.",
    ),
    "2.2.c": (
        "Chờ lấy kết quả xét nghiệm quá lâu.",
        "Phòng chờ nóng, thiếu ghế và nước uống.",
        "Nhiều loại thuốc phải ra ngoài mua.",
        "Chưa rõ khoản nào bảo hiểm chi trả, khoản nào tự trả.",
    ),
    "2.2.d": (
        "Giờ cao điểm gọi mãi không gặp được tổng đài viên.",
        "Trả lời chung chung, chưa đúng câu tôi hỏi.",
        "Gửi thư ba ngày sau mới có phản hồi.",
        "Trang tra cứu khó dùng trên điện thoại.",
    ),
}
_PRAISE_END = ("", "", " Xin cảm ơn.", " Mong tiếp tục phát huy.")
_COMPLAINT_END = ("", "", " Mong sớm được khắc phục.", " Đề nghị ngành xem xét.")
_N_COMMENTS = 420


def write_comments(rng: Generator, forms: Forms, instrument: Instrument) -> None:
    """Give some hundred forms a comment that fits their channel and the mood of the person."""
    group = np.array([channel.service_group or _ANYWHERE for channel in instrument.channels])
    rows = rng.choice(np.flatnonzero(forms.valid), _N_COMMENTS, replace=False)
    words: dict[str, int] = {}
    codes = np.full(len(forms), NONE, dtype=np.int64)
    for row in rows:
        content = forms.mood[row] + rng.standard_normal() * 0.5 > 0
        remarks = PRAISE if content else COMPLAINT
        known = str(group[forms.codes["channel"][row]])
        said = rng.choice([*remarks[_ANYWHERE], *remarks.get(known, ()), *remarks.get(known, ())])
        text = f"{said}{rng.choice(_PRAISE_END if content else _COMPLAINT_END)}"
        codes[row] = words.setdefault(text, len(words))
    forms.words["comment"] = list(words)
    forms.codes["comment"] = codes
