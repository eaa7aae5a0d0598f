"""``deskcheck demo``, ``hall``, ``layout import``, ``serve`` and ``doctor`` on a hall that the tiny model can see."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from deskcheck_service.demo.build import ACCOUNTS
from deskcheck_service.demo.hall_file import demo_hall_path, read_hall
from deskcheck_vision.images import decode_picture
from films import write_film
from tiny_desk import ALLOWED, CORNERS_PX, tiny_layout, tiny_photo

from tests.integration.cli.conftest import Command

PASSWORD = "correct horse battery"


@pytest.fixture
def hall(tmp_path: Path, tiny_onnx: Any, deskcheck: Command, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two windows: in A03 a bottle is planted, in A04 it is allowed and something is planted that is not there."""
    monkeypatch.setenv("DESKCHECK_MODEL_PATH", str(tiny_onnx()))
    folder = tmp_path / "hall"
    (folder / "photos").mkdir(parents=True)
    (folder / "layouts").mkdir()
    (folder / "photos" / "a03-1.jpg").write_bytes(tiny_photo())
    (folder / "photos" / "a03-2.jpg").write_bytes(tiny_photo(green=0))
    (folder / "photos" / "a04-1.jpg").write_bytes(tiny_photo(green=225))
    (folder / "layouts" / "A03.yaml").write_text(tiny_layout(), encoding="utf-8")
    (folder / "layouts" / "A04.yaml").write_text(tiny_layout(*ALLOWED, window="A04", view="a04-1"), encoding="utf-8")

    def photo(name: str, *planted: dict[str, str], **more: Any) -> dict[str, Any]:
        taken_at = "2026-11-20T10:00:00+08:00"
        return {"file": f"photos/{name}", "captured_at": taken_at, "planted": list(planted), **more}

    def window(code: str, zh: str, en: str, *photos: dict[str, Any]) -> dict[str, Any]:
        return {
            "code": code, "name_zh": zh, "name_en": en, "area_zh": "甲区", "area_en": "area A",
            "layout": f"layouts/{code}.yaml", "photos": list(photos),
        }  # fmt: skip

    described = {
        "format": "1",
        "windows": [
            window(
                *("A03", "三号", "three"),
                photo("a03-1.jpg", {"rule": "V01", "item": "beverage_container"}, corners_px=CORNERS_PX),
                photo("a03-2.jpg", corners_px=CORNERS_PX, reference=True),
            ),
            window("A04", "四号", "four", photo("a04-1.jpg", {"rule": "V01", "item": "food"})),
        ],
    }
    path = folder / "hall.json"
    path.write_text(json.dumps(described, ensure_ascii=False), encoding="utf-8")
    return path


def _counted(document: dict[str, Any]) -> tuple[int, int, int]:
    """Count found, missed and false anew from the document itself."""
    planted = [(entry["photo"], entry["rule"], entry["item"]) for entry in document["planted"]]
    suspected = [
        (one["photo"], finding["rule"], finding["item"])
        for one in document["windows"]
        for finding in one["findings"]
        if finding["state"] == "suspected"
    ]
    found = sum(key in suspected for key in planted)
    return found, len(planted) - found, sum(key not in planted for key in suspected)


def test_the_demo_prints_one_document_and_ends(deskcheck: Command, hall: Path, tmp_path: Path) -> None:
    ran = deskcheck("demo", "--no-serve", "--json", "--hall", hall)
    assert ran.code == 0, ran.err
    document = json.loads(ran.out)
    assert list(document) == ["windows", "planted", "found", "missed", "false"]
    assert [(one["window"], one["photo"], one["state"]) for one in document["windows"]] == [
        ("A03", "a03-1.jpg", "suspected"),
        ("A03", "a03-2.jpg", "pass"),
        ("A04", "a04-1.jpg", "pass"),
    ]
    assert (document["found"], document["missed"], document["false"]) == (1, 1, 0) == _counted(document)
    for one in document["windows"]:
        for finding in one["findings"]:
            assert list(finding) == ["rule", "state", "item", "measured", "limit", "unit"]
    assert (tmp_path / "demo-data" / "deskcheck.db").is_file()
    assert any((tmp_path / "demo-data" / "evidence").rglob("*"))


def test_running_it_again_starts_afresh_and_says_the_same(deskcheck: Command, hall: Path, tmp_path: Path) -> None:
    first = deskcheck("demo", "--no-serve", "--json", "--hall", hall)
    (tmp_path / "demo-data" / "left-over.txt").write_text("old")
    second = deskcheck("demo", "--no-serve", "--json", "--hall", hall)
    assert (second.code, second.out) == (0, first.out)
    assert not (tmp_path / "demo-data" / "left-over.txt").exists()


def test_people_see_a_table_with_found_and_missed(deskcheck: Command, hall: Path) -> None:
    ran = deskcheck("demo", "--no-serve", "--hall", hall, "--lang", "zh")
    assert ran.code == 0
    assert "V01 饮料瓶罐 禁止放在" in ran.out, ran.out
    assert "预设问题 2 处：发现 1，遗漏 1；误报 0。" in ran.out
    assert "遗漏：a04-1.jpg V01 food" in ran.out
    assert "missed: a04-1.jpg V01 food" in deskcheck("demo", "--no-serve", "--hall", hall).out


def test_a_folder_of_somebody_elses_is_not_touched(deskcheck: Command, hall: Path, tmp_path: Path) -> None:
    ran = deskcheck("demo", "--no-serve", "--hall", hall, "--dir", hall.parent)
    assert ran.code == 2
    assert ran.err.startswith("error demo.folder_taken")
    assert hall.is_file()


@pytest.mark.parametrize(
    ("break_it", "code"),
    [
        (lambda hall: (hall.parent / "photos" / "a03-2.jpg").unlink(), "hall.unusable"),
        (lambda hall: (hall.parent / "layouts" / "A04.yaml").unlink(), "hall.unusable"),
        (lambda hall: (hall.parent / "layouts" / "A04.yaml").write_text("x: 1"), "layout.file_unusable"),
        (lambda hall: (hall.parent / "photos" / "a04-1.jpg").write_bytes(b"not a photo"), "picture.unknown_format"),
        (lambda hall: hall.write_text("{"), "hall.unusable"),
    ],
)
def test_a_broken_hall_is_one_line(deskcheck: Command, hall: Path, break_it: Any, code: str) -> None:
    break_it(hall)
    ran = deskcheck("demo", "--no-serve", "--json", "--hall", hall)
    assert (ran.code, ran.out) == (2, "")
    assert f"error {code}: " in ran.err
    assert "Traceback" not in ran.err


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


def test_a_taken_port_is_told_before_any_work(deskcheck: Command, hall: Path, tmp_path: Path, taken_port: int) -> None:
    ran = deskcheck("demo", "--hall", hall, "--port", taken_port)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error cli.port_in_use: ")
    assert str(taken_port) in ran.err
    assert not (tmp_path / "demo-data").exists()


def test_the_demo_serves_its_pages_until_it_is_interrupted(hall: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from deskcheck_service.cli import main; main()"]
    command += ["demo", "--hall", str(hall), "--port", "0", "--lang", "en"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path, env=environment
    ) as demo:
        try:
            url, said = "", []
            assert demo.stderr is not None
            for line in demo.stderr:
                said.append(line)
                if line.startswith("pages: "):
                    url = line.split()[1]
                if ACCOUNTS[-1].password in line:
                    break
            assert url.startswith("http://127.0.0.1:"), said
            assert all(f"{account.name} / {account.password}" in "".join(said) for account in ACCOUNTS)
            deadline = time.monotonic() + 20
            while True:
                try:
                    answer = httpx.get(f"{url}api/v1/windows", timeout=10)
                    break
                except httpx.TransportError:
                    assert time.monotonic() < deadline
                    time.sleep(0.1)
            assert answer.status_code == 401
            assert answer.json()["error"]["code"] == "auth.required"
        finally:
            demo.send_signal(signal.SIGINT)
            out, err = demo.communicate(timeout=30)
    assert "1 found, 1 missed; 0 false" in out
    assert "Traceback" not in err
    assert demo.returncode == 0


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deskcheck: Command) -> Path:
    monkeypatch.setenv("DESKCHECK_DATABASE_URL", f"sqlite:///{tmp_path / 'real.db'}")
    monkeypatch.setenv("DESKCHECK_EVIDENCE_URL", str(tmp_path / "evidence"))
    assert deskcheck("db", "upgrade").code == 0
    return tmp_path / "real.db"


def test_a_hall_is_imported_once_and_stays(deskcheck: Command, hall: Path, database: Path) -> None:
    ran = deskcheck("hall", "import", hall)
    assert ran.code == 0, ran.err
    assert "1 centre, 1 areas, 2 windows" in ran.out
    ran = deskcheck("hall", "import", hall, "--approve")
    assert "0 centre, 0 areas, 0 windows" in ran.out


def test_the_time_zone_of_a_centre_is_set(deskcheck: Command, hall: Path, database: Path) -> None:
    deskcheck("hall", "import", hall)
    assert "Asia/Urumqi" in deskcheck("hall", "time-zone", "DEMO", "Asia/Urumqi").out
    for arguments, error in (
        (("DEMO", "Mars/Olympus"), "request.invalid"),
        (("DEMO", "../../etc/passwd"), "request.invalid"),
        (("NONE", "Asia/Urumqi"), "request.not_found"),
    ):
        ran = deskcheck("hall", "time-zone", *arguments)
        assert ran.code == 2
        assert error in ran.err


def test_a_hall_with_a_bad_layout_is_imported_not_even_in_part(deskcheck: Command, hall: Path, database: Path) -> None:
    (hall.parent / "layouts" / "A04.yaml").write_text("x: 1")
    assert deskcheck("hall", "import", hall).code == 2
    (hall.parent / "layouts" / "A04.yaml").write_text(tiny_layout(window="A04"), encoding="utf-8")
    assert "1 centre, 1 areas, 2 windows" in deskcheck("hall", "import", hall).out


def test_a_layout_is_imported_as_a_draft_or_approved(
    deskcheck: Command, hall: Path, database: Path, tmp_path: Path
) -> None:
    deskcheck("hall", "import", hall)
    newer = tmp_path / "newer.yaml"
    newer.write_text(tiny_layout(*ALLOWED).replace("version: 4", "version: 5"), encoding="utf-8")
    assert "version 5: draft" in deskcheck("layout", "import", newer, "--window", "A03").out
    assert "version 5: approved" in deskcheck("layout", "import", newer, "--approve").out
    changed = tmp_path / "changed.yaml"
    changed.write_text(tiny_layout().replace("version: 4", "version: 5"), encoding="utf-8")
    for arguments, code in (
        ((newer, "--window", "A04"), "layout.other_window"),
        ((changed,), "layout.version_taken"),
        ((tmp_path / "none.yaml",), "cli.file_absent"),
    ):
        ran = deskcheck("layout", "import", *arguments)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith(f"error {code}: ")
    stranger = tmp_path / "stranger.yaml"
    stranger.write_text(tiny_layout(window="Z99"), encoding="utf-8")
    assert deskcheck("layout", "import", stranger).err.startswith("error request.not_found")


def test_a_taken_port_is_told_by_serve_too(deskcheck: Command, database: Path, taken_port: int) -> None:
    ran = deskcheck("serve", "--port", taken_port)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error cli.port_in_use")


def test_doctor_finds_a_whole_installation_well(deskcheck: Command, hall: Path, database: Path) -> None:
    ran = deskcheck("doctor", "--json", "--bench")
    told = json.loads(ran.out)
    levels = {check["name"]: check["level"] for check in told["checks"]}
    assert list(levels) == ["python", "packages", "model", "font", "database", "evidence", "threads"]
    assert "bad" not in {level for name, level in levels.items() if name != "font"}, told
    assert (ran.code == 0) == told["healthy"] == (levels["font"] != "bad")
    assert all(0 < row["best_ms"] <= row["median_ms"] and row["boxes"] > 0 for row in told["bench"])
    assert {row["kept"] for row in told["bench"] if row["session"] == "onnxruntime"} == {1.0}


def test_doctor_chooses_a_session_for_auto(deskcheck: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    told = json.loads(deskcheck("doctor", "--json", "--bench").out)
    (chosen,) = (row for row in told["bench"] if row["chosen"])
    assert chosen["allowed"]
    assert json.loads(Path("deskcheck-data/session.json").read_text(encoding="utf-8"))["session"] == chosen["session"]
    monkeypatch.setenv("DESKCHECK_SESSION", "auto")
    checks = {check["name"]: check for check in json.loads(deskcheck("doctor", "--json").out)["checks"]}
    assert chosen["session"] in checks["model"]["result"]  # "openvino-bf16", or "onnxruntime" of "onnxruntime-fp32"


def test_doctor_names_what_is_missing_and_the_next_step(
    deskcheck: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("DESKCHECK_MODEL_PATH", "none.onnx")
    monkeypatch.setenv("DESKCHECK_DATABASE_URL", "sqlite:///none.db")
    monkeypatch.setenv("DESKCHECK_EVIDENCE_URL", "/proc/evidence")
    monkeypatch.setenv("DESKCHECK_INFERENCE_THREADS", "200")
    ran = deskcheck("doctor", "--json")
    told = json.loads(ran.out)
    assert (ran.code, told["healthy"]) == (2, False)
    checks = {check["name"]: check for check in told["checks"]}
    assert {name: checks[name]["level"] for name in ("model", "database", "evidence", "threads")} == {
        "model": "bad", "database": "warning", "evidence": "bad", "threads": "warning"
    }  # fmt: skip
    for name in ("model", "database", "evidence", "threads"):
        assert checks[name]["next_step"], name
        assert checks[name]["next_step_zh"], name
    assert "deskcheck db upgrade" in deskcheck("doctor").out
    assert "下一步" in deskcheck("doctor", "--lang", "zh").out


@pytest.mark.parametrize("url", ["sqlite:///letter.db", "postgresql://nobody@127.0.0.1:9/none"])
def test_doctor_calls_a_database_that_cannot_be_used_bad(
    deskcheck: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    (tmp_path / "letter.db").write_bytes(b"Dear inspector, " * 100)
    monkeypatch.setenv("DESKCHECK_DATABASE_URL", url)
    checks = {check["name"]: check for check in json.loads(deskcheck("doctor", "--json").out)["checks"]}
    assert checks["database"]["level"] == "bad"
    assert checks["database"]["next_step"]


def test_the_demonstrations_own_hall(process: Command, tmp_path: Path) -> None:
    """The hall that ships: four windows and eight photos at least, and a film, judged by the model that ships."""
    ran = process("demo", "--no-serve", "--json", cwd=tmp_path)
    assert ran.code == 0, ran.err
    document = json.loads(ran.out)
    described = read_hall(demo_hall_path())
    assert len(described.windows) >= 4
    assert len({one["window"] for one in document["windows"]}) >= 4
    assert len(document["windows"]) == len(described.photos) >= 8
    assert (document["found"], document["missed"], document["false"]) == _counted(document)
    assert len(document["planted"]) == sum(len(photo.planted) for _, photo in described.photos) >= 3
    assert any(not photo.planted for _, photo in described.photos)
    assert document["found"] >= 1  # how many is the model's business, told in its card
    ((window, film),) = described.clips
    moments = document["clips"]["moments"]
    assert [(one["window"], one["film"], one["time_s"]) for one in moments] == [
        (window.code, film.name, float(time_s)) for time_s in range(0, 72, 10)
    ]
    assert [len(one["planted"]) for one in moments] == [len(film.at(one["time_s"]).planted) for one in moments]
    counts = document["clips"]
    assert counts["found"] + counts["missed"] == sum(len(one["planted"]) for one in moments) >= 5
    assert counts["noticed"] <= counts["missed"]


def _with_film(hall: Path, *, view: str = "a04-1") -> Path:
    """The hall with a window A05 and a film of its camera: tidy, then a bottle, then somebody before all of it."""
    tidy, hidden = (decode_picture(tiny_photo(green=0, blue=blue)).image for blue in (0, 230))
    bottle = decode_picture(tiny_photo(green=230)).image
    write_film(hall.parent / "a05.mp4", 6, pictures=[tidy] * 2 + [bottle] * 2 + [hidden] * 2)
    (hall.parent / "layouts" / "A05.yaml").write_text(tiny_layout(window="A05", view="camera"), encoding="utf-8")
    described = json.loads(hall.read_text(encoding="utf-8"))
    bottle_there = {"rule": "V01", "item": "beverage_container", "xyxy": [640, 128, 896, 384]}
    states = [
        {"from_s": 0, "to_s": 2},
        {"from_s": 2, "to_s": 4, "planted": [bottle_there, {"rule": "V01", "item": "bag", "xyxy": [0, 0, 9, 9]}]},
        {"from_s": 4, "to_s": 6, "covered": [bottle_there]},
    ]
    film = {"file": "a05.mp4", "started_at": "2026-11-20T18:00:00+08:00", "view": view, "every_s": 2, "states": states}
    window = {
        "code": "A05", "name_zh": "五号", "name_en": "five", "area_zh": "甲区", "area_en": "area A",
        "layout": "layouts/A05.yaml", "clips": [film],
    }  # fmt: skip
    described["windows"].append(window)
    hall.write_text(json.dumps(described, ensure_ascii=False), encoding="utf-8")
    return hall


def test_a_film_is_judged_moment_by_moment_and_counted_apart(deskcheck: Command, hall: Path, tmp_path: Path) -> None:
    ran = deskcheck("demo", "--no-serve", "--json", "--hall", _with_film(hall, view="camera"))
    assert ran.code == 0, ran.err
    document = json.loads(ran.out)
    assert (document["found"], document["missed"], document["false"]) == (1, 1, 0)  # the photos, as without the film
    film = document["clips"]
    assert [(one["film"], one["time_s"], one["window"]) for one in film["moments"]] == [
        ("a05.mp4", float(time_s), "A05") for time_s in (0, 2, 4)
    ]
    assert [one["state"] for one in film["moments"]][:2] == ["pass", "suspected"]
    assert (film["found"], film["missed"], film["false"], film["noticed"]) == (1, 1, 0, 0)
    assert film["moments"][1]["planted"] == [
        {"rule": "V01", "item": "beverage_container"}, {"rule": "V01", "item": "bag"}
    ]  # fmt: skip
    with sqlite3.connect(tmp_path / "demo-data" / "deskcheck.db") as database:
        rows = database.execute(
            "SELECT capture.source, capture.view_name, capture.uploader_id IS NULL, capture.reference_sha256 IS NULL,"
            " judgement.registration FROM capture JOIN judgement ON judgement.capture_id = capture.id"
            " JOIN window ON window.id = capture.window_id WHERE window.code = 'A05' ORDER BY capture.taken_at"
        ).fetchall()
        uploads = database.execute("SELECT count(*) FROM capture WHERE source = 'upload'").fetchone()
    assert rows == [("camera", "camera", 1, 0, "view")] * 3
    assert uploads == (3,)


def test_people_see_the_film_in_the_table(deskcheck: Command, hall: Path) -> None:
    ran = deskcheck("demo", "--no-serve", "--hall", _with_film(hall, view="camera"))
    assert "a05.mp4 2 s" in ran.out
    assert "In the film 2 deviations were planted: 1 found, 1 missed; 0 false." in ran.out
    assert "missed: a05.mp4 2 s V01 bag" in ran.out


def test_without_pyav_the_film_is_left_out_and_that_is_said(
    deskcheck: Command, hall: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "av", None)  # as where the extra is not installed
    ran = deskcheck("demo", "--no-serve", "--json", "--hall", _with_film(hall, view="camera"))
    assert ran.code == 0
    assert "clips" not in json.loads(ran.out)
    assert "deskcheck[video]" in ran.err


def test_a_film_without_its_view_is_one_line(deskcheck: Command, hall: Path) -> None:
    ran = deskcheck("demo", "--no-serve", "--json", "--hall", _with_film(hall, view="other"))
    assert (ran.code, ran.out) == (2, "")
    assert "error hall.unusable: " in ran.err
    assert "other" in ran.err
