"""Frames out of film files: the right moments, their times, and everything that is no film."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import av
import numpy as np
import pytest
from deskcheck_vision.errors import DeskcheckError
from deskcheck_vision.frames import Frame
from deskcheck_vision.sources import errors
from deskcheck_vision.sources.base import FrameSource
from deskcheck_vision.sources.film import FilmLimits, VideoFileSource
from films import FPS, WH, grey_of, write_film

START = datetime(2026, 11, 19, 9, 38, tzinfo=UTC)


def _seconds(frames: list[Frame]) -> list[float | None]:
    return [frame.stream_time_s for frame in frames]


def _assert_shows(frame: Frame) -> None:
    """The frame shows what its own time says."""
    assert frame.stream_time_s is not None
    assert frame.image.mean() == pytest.approx(grey_of(int(frame.stream_time_s)), abs=3)
    assert frame.image.shape == (WH[1], WH[0], 3)
    assert not frame.image.flags.writeable


@pytest.mark.parametrize("name", ["film.mp4", "film.mkv", "film.avi", "film.ts", "film.mov", "film.flv"])
def test_frames_come_with_their_own_times_from_every_container(tmp_path: Path, name: str) -> None:
    with VideoFileSource(write_film(tmp_path / name), every_s=4, started_at=START) as film:
        assert film.times_s() == (0.0, 4.0, 8.0)
        frames = list(film.frames())
        assert _seconds(frames) == pytest.approx([0.0, 4.0, 8.0], abs=0.11)
    for frame in frames:
        _assert_shows(frame)
        assert frame.source == name
        assert frame.captured_at == START + timedelta(seconds=frame.stream_time_s or 0)


def test_a_frame_is_the_whole_picture_at_or_before_the_wanted_time(tmp_path: Path) -> None:
    with VideoFileSource(write_film(tmp_path / "f.mp4", keyframe_s=4), every_s=5, started_at=START) as film:
        assert _seconds(list(film.frames())) == [0.0, 4.0, 8.0]
        backwards = [film.frame_at(time_s) for time_s in (11.9, 3.9, 4.0, 7.0)]
    assert _seconds(backwards) == [8.0, 0.0, 4.0, 4.0]
    for frame in backwards:
        _assert_shows(frame)


def test_a_film_with_few_whole_pictures_shows_each_of_them_once(tmp_path: Path) -> None:
    with VideoFileSource(write_film(tmp_path / "f.mp4", keyframe_s=8), every_s=1, started_at=START) as film:
        assert len(film.times_s()) == 12
        assert _seconds(list(film.frames())) == [0.0, 8.0]


@pytest.mark.parametrize("b_frames", [0, 2])
def test_a_film_that_begins_later_than_zero_begins_at_its_start(tmp_path: Path, b_frames: int) -> None:
    path = write_film(tmp_path / "f.mkv", first_pts=300 * FPS, b_frames=b_frames)
    with VideoFileSource(path, every_s=4, started_at=START) as film:
        frames = list(film.frames())
    assert _seconds(frames) == pytest.approx([0.0, 4.0, 8.0], abs=0.01)
    for frame in frames:
        _assert_shows(frame)


def test_only_wanted_pictures_are_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One decoded picture a sample: counted by the packets that reach the decoder."""
    decoded: list[float] = []

    class Counting(VideoFileSource):
        def _decoded(self, time_s: float) -> tuple[np.ndarray, float]:
            film = self._film

            class Watched:
                def seek(self, *arguments: object, **named: object) -> None:
                    film.seek(*arguments, **named)  # type: ignore[arg-type]

                def demux(self, stream: av.VideoStream) -> object:
                    for packet in film.demux(stream):
                        decoded.append(float(packet.pts or 0))
                        yield packet

            self._film = Watched()  # type: ignore[assignment]
            try:
                return super()._decoded(time_s)
            finally:
                self._film = film

    with Counting(write_film(tmp_path / "f.mp4"), every_s=4, started_at=START) as film:
        frames = list(film.frames())
    assert len(decoded) == len(frames) == 3


def test_the_start_is_what_the_caller_says_else_the_file_else_now(tmp_path: Path) -> None:
    path = write_film(tmp_path / "f.mp4", 2, created="2026-11-19T17:38:00+08:00")
    with VideoFileSource(path) as film:
        assert film.recorded_at == film.started_at == START
    local = START.astimezone(timezone(timedelta(hours=8))) + timedelta(days=1)
    with VideoFileSource(path, started_at=local) as film:
        assert (film.started_at, film.recorded_at) == (START + timedelta(days=1), START)
        assert film.started_at.tzinfo is UTC
    before = datetime.now(UTC)
    for created in ("", "1970-01-01T00:00:00+00:00"):
        with VideoFileSource(write_film(tmp_path / "g.mp4", 2, created=created)) as film:
            assert film.recorded_at is None
            assert before <= film.started_at <= datetime.now(UTC)


def test_a_turned_film_is_shown_upright(tmp_path: Path) -> None:
    """A phone's film lies on its side and says so in its track header, here written by hand."""
    picture = np.zeros((WH[1], WH[0], 3), np.uint8)
    picture[: WH[1] // 2] = 250
    path = write_film(tmp_path / "f.mp4", 2, pictures=[picture, picture])
    content = bytearray(path.read_bytes())
    matrix = content.index(b"tkhd") + 4 + 40
    one = (1 << 16).to_bytes(4, "big")
    assert content[matrix : matrix + 4] == one
    minus = (-(1 << 16)).to_bytes(4, "big", signed=True)
    content[matrix : matrix + 20] = bytes(4) + one + bytes(4) + minus + bytes(4)  # a quarter clockwise
    path.write_bytes(content)
    with VideoFileSource(path, started_at=START) as film:
        frame = film.frame_at(0)
    assert frame.image_wh == (WH[1], WH[0])
    assert frame.image[:, -20:].mean() > 200 > 50 > frame.image[:, :20].mean()


def test_it_is_one_of_the_sources_and_can_be_closed_twice(tmp_path: Path) -> None:
    film = VideoFileSource(write_film(tmp_path / "f.mp4", 2), started_at=START, name="camera 5")
    source: FrameSource = film
    assert source.name == "camera 5"
    assert [frame.source for frame in source.frames()] == ["camera 5"]
    source.close()
    source.close()


def _sound(path: Path) -> Path:
    with av.open(str(path), "w") as out:
        stream = out.add_stream("pcm_s16le", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 8000), np.int16), format="s16", layout="mono")
        frame.sample_rate = 8000
        out.mux(stream.encode(frame))
        out.mux(stream.encode())
    return path


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _play_list(path: Path) -> Path:
    film = write_film(path.with_name("real.mp4"), 2)
    return _written(path, f"ffconcat version 1.0\nfile '{film}'\n".encode())


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda path: path, errors.FilmAbsentError),
        (lambda path: path.parent, errors.FilmAbsentError),
        (lambda path: _written(path, b""), errors.NotAFilmError),
        (lambda path: _written(path, b"not a film at all " * 90), errors.NotAFilmError),
        (lambda path: _written(path, b"#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:9/a.ts\n"), errors.NotAFilmError),
        (_play_list, errors.NotAFilmError),
        (lambda path: _sound(path.with_suffix(".mov")), errors.NoVideoStreamError),
        (lambda path: write_film(path, 0.5), errors.FilmTooShortError),
    ],
    ids=["absent", "folder", "empty", "text", "play list", "concat list", "sound", "short"],
)
def test_what_is_no_usable_film_is_told_apart(tmp_path: Path, make: object, kind: type[errors.FilmError]) -> None:
    path = make(tmp_path / "film.mp4")  # type: ignore[operator]
    with pytest.raises(kind) as caught:
        VideoFileSource(path, started_at=START)
    assert path.name in caught.value.sentence("zh")
    assert caught.value.next_step("en")


def test_large_pictures_are_refused_before_one_is_decoded(tmp_path: Path) -> None:
    path = write_film(tmp_path / "f.mp4", 2)
    with pytest.raises(errors.FilmTooLargeError, match="192 x 128"):
        VideoFileSource(path, limits=FilmLimits(max_pixels=WH[0] * WH[1] - 1))


def test_a_film_whose_end_is_missing_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    noise = np.random.default_rng(3).integers(0, 255, (12, WH[1], WH[0], 3), dtype=np.uint8)
    path = write_film(tmp_path / "f.mp4", pictures=list(noise), options={"movflags": "faststart"})
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    seen = []
    with VideoFileSource(path, every_s=2, started_at=START) as film:
        assert len(film.times_s()) == 6
        with pytest.raises(errors.FilmDamagedError) as caught:
            seen.extend(film.frames())
        assert film.frame_at(0).stream_time_s == 0.0  # the rest still holds
    at_s = caught.value.facts["at_s"]
    assert isinstance(at_s, float)
    assert 2 <= at_s < 10


@pytest.mark.parametrize(
    ("damaged", "shown"), [([4.0], 6.0), ([4.0, 6.0], 8.0), ([4.0, 6.0, 8.0], None)], ids=["one", "two", "three"]
)
def test_a_mended_picture_is_never_shown_the_next_whole_one_is(
    tmp_path: Path, damaged: list[float], shown: float | None
) -> None:
    noise = np.random.default_rng(3).integers(0, 255, (12, WH[1], WH[0], 3), dtype=np.uint8)
    path = write_film(tmp_path / "f.mp4", pictures=list(noise))
    with av.open(str(path)) as film:
        whole = {
            float(packet.pts * packet.time_base): (packet.pos, packet.size)
            for packet in film.demux(video=0)
            if packet.size and packet.is_keyframe
        }
    content = bytearray(path.read_bytes())
    for time_s in damaged:
        at, size = whole[time_s]
        content[at + size // 2 : at + size // 2 + 200] = np.random.default_rng(4).bytes(200)
    path.write_bytes(content)
    with VideoFileSource(path, every_s=4, started_at=START) as film:
        if shown is None:
            with pytest.raises(errors.FilmDamagedError, match=r"4\.0 s"):
                film.frame_at(4.0)
        else:
            assert film.frame_at(4.0).stream_time_s == shown
        assert film.frame_at(10.0).stream_time_s == 10.0


def test_a_film_that_does_not_say_how_long_it_is_is_counted_through(tmp_path: Path) -> None:
    path = write_film(tmp_path / "live.mkv", live=True, first_pts=50)
    with av.open(str(path)) as film:
        assert film.duration is None
    with VideoFileSource(path, every_s=4, started_at=START) as film:
        assert film.duration_s == pytest.approx(12, abs=0.2)
        assert _seconds(list(film.frames())) == pytest.approx([0.0, 4.0, 8.0], abs=0.01)


@pytest.mark.parametrize("every_s", [0.0, -1.0, float("nan")])
def test_frames_without_time_between_them_are_a_programmers_mistake(tmp_path: Path, every_s: float) -> None:
    with pytest.raises(ValueError, match="every_s"):
        VideoFileSource(tmp_path / "f.mp4", every_s=every_s)
    with pytest.raises(ValueError, match="aware"):
        VideoFileSource(tmp_path / "f.mp4", started_at=datetime(2026, 1, 1))  # noqa: DTZ001


def test_without_pyav_the_extra_is_named() -> None:
    """In a process of its own, where the package cannot be found; nothing of it is loaded before it is needed."""
    program = (
        "import sys; from deskcheck_vision.sources import film; assert 'av' not in sys.modules\n"
        "sys.modules['av'] = None\n"
        "from pathlib import Path\n"
        "try: film.VideoFileSource(Path('f.mp4'))\n"
        "except film.FilmReaderMissingError as error: print(error.code, error.next_step('en'))\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.split(maxsplit=1) == ["film.reader_missing", "Run pip install 'deskcheck[video]'.\n"]


def test_without_pyav_a_film_is_an_error_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_film(tmp_path / "f.mp4", 2)
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(errors.FilmReaderMissingError):
        VideoFileSource(path)


def test_every_error_of_films_speaks_both_languages_with_a_stable_code() -> None:
    kinds = [errors.FilmError, *errors.FilmError.__subclasses__()]
    assert len({kind.code for kind in kinds}) == len(kinds)
    for kind in kinds:
        assert issubclass(kind, DeskcheckError)
        assert kind.zh.endswith("。")
        assert kind.en.endswith(".")
        assert kind.__name__ in (errors.__doc__ or "")
