"""Articles made of clauses as the news has them, for tests of what must hold for any text."""

from __future__ import annotations

from hypothesis import strategies as st

PLACES = ("tỉnh Bến Tre", "Lạng Sơn", "tỉnh Cà Mau", "thành phố Cần Thơ", "Hà Giang", "xã Mỹ Lý", "cả nước")
PERIODS = (
    "Năm 2023,", "Đến hết năm 2022,", "6 tháng đầu năm 2024,", "Quý III/2023,", "Ngày 15/8/2024,",
    "Hiện nay,", "Giai đoạn 2021 - 2025,", "Từ đầu năm đến nay,", "Đến năm 2030,",
)  # fmt: skip
NUMBERS = (
    "5", "12", "1.676", "75,6", "2.450", "48", "0,5", "hơn 120", "gần 3.000", "khoảng 15", "mười hai",
    "1,46 triệu", "từ 10 đến 15", "340", "trên 85",
)  # fmt: skip
MEASURES = (
    "trạm BTS", "tổ công nghệ số cộng đồng", "hộ nghèo", "ha lúa", "tấn thủy sản", "km đường", "cây cầu treo",
    "thuê bao di động", "lượt khách", "doanh nghiệp", "người dân",
)  # fmt: skip
SHARES = (
    "tỷ lệ hồ sơ trực tuyến đạt {n}%", "tỷ lệ hộ nghèo giảm {n}%", "giải ngân {n}% kế hoạch",
    "doanh thu du lịch tăng {n}% so với cùng kỳ", "phấn đấu tỷ lệ hộ dân có Internet đạt {n}%",
    "thu ngân sách đạt {n} tỷ đồng", "giá cà phê là {n} đồng/kg",
)  # fmt: skip
# They name no number, place, time, measure or goal, and nobody who could be spoken of again.
FILLERS = (
    "Bà con rất phấn khởi.", "Mọi người đều vui mừng.", "Ai nấy cũng hài lòng.", "Không khí thật đầm ấm.",
    "Trời trong xanh, gió mát.",
)  # fmt: skip
HEADINGS = ("Đổi mới từng ngày", "Khởi sắc vùng cao", "Chuyện bên sông", "Vượt khó đi lên")


@st.composite
def clauses(draw: st.DrawFn) -> str:
    """Writes what is measured with its number."""
    number = draw(st.sampled_from(NUMBERS))
    if draw(st.booleans()):
        verb = draw(st.sampled_from(["có", "đã xây dựng", "đón", "tăng thêm", "đạt"]))
        return f"{verb} {number} {draw(st.sampled_from(MEASURES))}"
    return draw(st.sampled_from(SHARES)).format(n=number)


@st.composite
def sentences(draw: st.DrawFn) -> str:
    """Writes a sentence of one or two clauses."""
    period = draw(st.sampled_from(["", *PERIODS]))
    place = draw(st.sampled_from(["", *PLACES]))
    text = " ".join(part for part in (period, place, draw(clauses())) if part)
    if draw(st.booleans()):
        text += draw(st.sampled_from(["; ", ", ", " và ", ", trong đó "])) + draw(clauses())
    return f"{text[0].upper()}{text[1:]}."


@st.composite
def paragraphs(draw: st.DrawFn) -> str:
    """Writes a few sentences, some of which state nothing."""
    return " ".join(draw(st.lists(st.one_of(sentences(), st.sampled_from(FILLERS)), min_size=1, max_size=4)))


@st.composite
def articles(draw: st.DrawFn) -> str:
    """Writes an article: a heading and some paragraphs."""
    heading = draw(st.sampled_from(["", *HEADINGS]))
    body = draw(st.lists(paragraphs(), min_size=1, max_size=3))
    return "\n".join([*([heading] if heading else []), *body])
