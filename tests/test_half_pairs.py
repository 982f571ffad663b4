"""Half of a surrogate pair, which JSON can write and no file can hold, costs no article and no run."""

from __future__ import annotations

from pathlib import Path

from extract.dataset_run import Options, run
from extract.table import load_documents


def test_half_a_character_in_a_record_costs_no_other_record(tmp_path: Path) -> None:
    records = tmp_path / "a.jsonl"
    lines = [
        '{"id": "1", "text": "Xã có 5 trạm BTS."}',
        '{"id": "2", "title": "x\\ud83d", "text": "Xã có 6 trạm BTS."}',
        '{"id": "3\\udc00", "text": "Xã có 7 trạm BTS."}',
        '{"a\\ud83d": "x"}',
    ]
    records.write_text("\n".join(lines), encoding="utf-8")
    report = run(Options((records,), tmp_path / "out"))
    rows = load_documents(tmp_path / "out").to_pylist()
    assert [row["status"] for row in rows] == ["ok", "ok", "ok", "error"]
    assert report.facts == 3
