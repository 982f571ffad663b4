"""The day of an article: datelines that are one, dates that are not, and what `sáng nay (8/10)` gives."""

from __future__ import annotations

import datetime as dt

import pytest

from extract.models import Grain, PublishedSource
from extract.published import find_date_in_path, find_published

DAY = dt.date(2022, 11, 21)


def day_of(text: str, url: str | None = None, body_start: int = 0) -> dt.date | None:
    found = find_published(text, body_start, url)
    return None if found is None else found[0].start


def with_line(line: str) -> str:
    return f"Bình Phước tăng tốc chuyển đổi số\n\n{line}\nThời gian qua, tỉnh đã có 4.285 trạm.\n"


@pytest.mark.parametrize(
    "line",
    [
        "21/11/2022 06:15",
        "AD| 21/11/2022 06:15",
        "Thứ Hai, 21/11/2022",
        "Thứ hai, 21/11/2022 - 09:30",
        "Ngày đăng: 21/11/2022",
        "Cập nhật: 21/11/2022",
        "Cập nhật lúc 06:15, 21/11/2022",
        "18:05 | 21/11/2022",
        "21/11/2022 10:00 GMT+7",
        "21/11/2022 06:15 GMT+07:00",
        "Thứ Hai, ngày 21 tháng 11 năm 2022",
        "21/11/2022",
        "Ngày 21/11/2022",
        "Nguyễn Văn A - Thứ hai, 21/11/2022 | 06:15",
        "Thứ 2, 21/11/2022, 06:15 (GMT+7)",
        "T2, 21/11/2022 06:15",
        "21-11-2022 06:15",
        "21.11.2022 | 06:15",
        "06h15 ngày 21/11/2022",
        "2022-11-21 06:15",
        "21 Th11, 2022",
        "Đăng lúc: 06:15 21/11/2022 - Lượt xem: 1.234",
        "Thanh Hà (TTXVN) 21/11/2022 06:15",
        "Đăng ngày 21/11/2022, cập nhật ngày 25/11/2022",
        "Tác giả: Trần Hồng Phước - Ngày đăng: 21/11/2022",
    ],
)
def test_a_dateline(line: str) -> None:
    found = find_published(with_line(line), 0, None)
    assert found is not None
    assert (found[0].start, found[0].end, found[0].grain) == (DAY, DAY, Grain.DAY)
    assert found[1] is PublishedSource.TEXT


@pytest.mark.parametrize(
    "line",
    [
        # The date of a document, alone or in a sentence.
        "Hà Nội, ngày 21 tháng 11 năm 2022",
        "Nghị quyết số 57-NQ/TW ngày 22/12/2024",
        "Số: 12/2022/QĐ-UBND ngày 21/11/2022",
        "Thực hiện Nghị quyết số 57-NQ/TW ngày 22/12/2024 của Bộ Chính trị, đến nay tỉnh có 9 trạm.",
        "Bình Phước, 21/11/2022",
        # The dates of events.
        "- Thời gian: 08:30 - 11:30, ngày 25/04/2021",
        "*23h30, 1/11/2020, SVĐ Old Trafford, vòng 7 Premier League",
        "- Phía Bắc vào ngày 26/5/2021;",
        "- 21/11/2022: khai mạc",
        "- 21/11/2022",
        "Từ 21/11/2022 đến 25/11/2022",
        "Sáng 21/11/2022",
        # The weekday says that day or month are misread; 21 November 2022 was a Monday.
        "Thứ Ba, 21/11/2022 06:15",
        "31/02/2022 10:00",
        "11/21/2022 10:00",
        "21/11/1922 10:00",
    ],
)
def test_not_a_dateline(line: str) -> None:
    assert day_of(with_line(line)) is None


@pytest.mark.parametrize(
    ("title", "day"),
    [
        ("Thúc đẩy chuyển đổi số trên địa bàn tỉnh Bình Dương (24/05/2022)", dt.date(2022, 5, 24)),
        ("Thúc đẩy chuyển đổi số [24-05-2022]", dt.date(2022, 5, 24)),
        ("Kỷ niệm ngày thành lập Đảng (3/2/2020)", None),
        ("Chào mừng Quốc khánh (2/9/2024)", None),
        ("Chiến dịch 60 ngày (1/5/2024 - 30/6/2024)", None),
        ("Nghị quyết ban hành (24/05/2022) đi vào cuộc sống", None),
    ],
)
def test_a_date_in_brackets_after_the_title(title: str, day: dt.date | None) -> None:
    assert day_of(f"{title}\nToàn tỉnh có 9 trạm.\n") == day


def test_brackets_after_a_later_line_are_no_dateline() -> None:
    assert day_of("Tiêu đề\nBan hành kế hoạch mới (24/05/2022)\n") is None


def test_a_dateline_stands_among_the_first_lines_only() -> None:
    assert day_of("Tiêu đề\n" + "Một dòng của bài viết.\n" * 15 + "21/11/2022 06:15\n" + "Hết.\n" * 5) is None


def test_the_last_lines_need_a_label() -> None:
    body = "Tiêu đề\n" + "Một dòng của bài viết.\n" * 15
    assert day_of(f"{body}Ngày đăng: 21/11/2022\n") == DAY
    assert day_of(f"{body}21/11/2022 06:15\n") is None


def test_two_datelines_that_disagree() -> None:
    assert day_of("Tiêu đề\n21/11/2022 06:15\n22/11/2022 08:00\n") is None
    # The day of the visit at the head of the page has no clock time; the article's has.
    assert day_of("Thứ Tư, 23/11/2022\nTiêu đề\n21/11/2022 06:15\n") == DAY
    assert day_of("Ngày đăng: 21/11/2022\nCập nhật: 25/11/2022 10:00\n") == DAY


def test_header_lines_are_not_looked_at() -> None:
    header = "21/11/2022 06:15\n"
    assert day_of(f"{header}Tiêu đề\n", body_start=len(header)) is None


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://example.com/xa-hoi/bai-viet-20210420064430661.htm", dt.date(2021, 4, 20)),
        ("https://example.com/bai-viet-20210420.htm", dt.date(2021, 4, 20)),
        ("https://example.com/2021/04/20/bai-viet.html?x=2", dt.date(2021, 4, 20)),
        ("https://example.com/2021/4/20/bai-viet", dt.date(2021, 4, 20)),
        ("bai-viet-20210420064430661.txt", dt.date(2021, 4, 20)),
        ("https://example.com/bai-viet-20211332.htm", None),
        ("https://example.com/bai-viet-20210420998877.htm", None),
        ("https://example.com/bai-viet-4592034.htm", None),
        ("https://example.com/ke-hoach-2021-2025.htm", None),
        ("https://example.com/xa-hoi/1-11-2020.htm", None),
        ("001_70b6e61a1dd99024.txt", None),
    ],
)
def test_a_date_in_an_address(url: str, day: dt.date | None) -> None:
    assert find_date_in_path(url) == day
    found = find_published("Tiêu đề\nToàn tỉnh có 9 trạm.\n", 0, url)
    assert (found[0].start if found else None) == day
    assert found is None or found[1] is PublishedSource.PATH


def test_the_text_wins_over_the_address() -> None:
    assert day_of(with_line("21/11/2022 06:15"), "https://example.com/a-20210420.htm") == DAY


@pytest.mark.parametrize(
    ("text", "day"),
    [
        # The text says which year is its own: by words, or by naming it again and again.
        ("Sáng nay (8/10), năm 2024 có 9 trạm, từ nay đến hết năm 2024, đến năm 2030.", dt.date(2024, 10, 8)),
        ("Hôm nay (21/10), 9 tháng đầu năm 2021 có 10 trạm, năm 2020 có 9.", dt.date(2021, 10, 21)),
        ("Chiều nay 8/10, năm 2024, Ngày Chuyển đổi số 2024, Nghị định 82/2024/NĐ-CP.", dt.date(2024, 10, 8)),
        ("Sáng nay, ngày 8/10/2024, tỉnh khai trương.", dt.date(2024, 10, 8)),
        # No word for today, or no year, or one that is only a goal.
        ("Ngày 8/10, từ nay đến hết năm 2024.", None),
        ("Ngày Chuyển đổi số quốc gia năm nay (10/10), từ nay đến hết năm 2024.", None),
        ("Sáng nay (8/10), tỉnh khai trương.", None),
        ("Sáng nay (8/10), từ nay đến hết năm 2024, tầm nhìn đến năm 2030.", None),
        ("Sáng nay (8/10), đến năm 2030, giai đoạn 2021-2025, tầm nhìn 2045, đến năm 2030.", None),
        ("Sáng nay (8/10), Nghị quyết ban hành năm 2020.", None),
        # A fraction; two days; a day that is not in the calendar.
        ("Đến hôm nay 1/3 số hộ dân có mạng, 6 tháng đầu năm 2024.", None),
        ("Sáng nay (8/10) và chiều nay (9/10), 6 tháng đầu năm 2024.", None),
        ("Sáng nay (31/9), 6 tháng đầu năm 2024.", None),
        # In January most years named are last year's.
        ("Sáng nay (5/1), năm 2020, trong năm 2020, cả năm 2020, 11 tháng đầu năm 2020.", None),
        ("Sáng nay (5/1), tính đến tháng 12/2020, năm 2020, cả năm 2020 có 9 trạm.", None),
        ("Sáng nay (25/3), ngày 2/3/2021, quý I/2021, năm 2021 có 9 trạm.", dt.date(2021, 3, 25)),
    ],
)
def test_today_with_a_year_nearby(text: str, day: dt.date | None) -> None:
    assert day_of(f"Tiêu đề\n{text}\n") == day
