"""The film of the demonstration: a possible plan, a record that is read back, and what was meant is what is shown."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from deskcheck_calibration.layout_file import dump_layout, load_layout
from deskcheck_datasets.synthetic import clip as making
from deskcheck_datasets.synthetic.clip_hall import join_hall
from deskcheck_datasets.synthetic.clip_plan import ACTS, CLIP_SEED, CLIP_WH, NAME, VIEW, WINDOW, items_of, scenes
from deskcheck_datasets.synthetic.clip_record import Clip, ClipState, read_clip, write_clip
from deskcheck_datasets.synthetic.developing import Sensed
from deskcheck_datasets.synthetic.errors import TruthError
from deskcheck_datasets.synthetic.hall_plans import WINDOWS
from deskcheck_datasets.synthetic.placing import faults
from deskcheck_datasets.synthetic.recipes import CLIP_SEEDS
from deskcheck_datasets.synthetic.render import Rendered
from deskcheck_vision.taxonomy import BY_ID

HALL = Path(__file__).resolve().parents[4] / "service" / "deskcheck_service" / "demo" / "hall"


@pytest.fixture(scope="module")
def clip() -> Clip:
    return read_clip(HALL / "clips" / f"{NAME}.json")


def test_the_acts_follow_each_other_and_begin_with_the_tidy_desk() -> None:
    assert [act.from_s for act in ACTS] == [0, *(act.to_s for act in ACTS[:-1])]
    assert not ACTS[0].planted
    assert not ACTS[0].added
    assert all(act.to_s % making.KEYFRAME_S == 0 for act in ACTS)
    assert 60 <= ACTS[-1].to_s <= 90


def test_every_scene_is_possible_and_seen_by_the_same_camera() -> None:
    made = scenes()
    assert len({scene.camera for scene in made}) == 1
    assert made[0].camera.image_wh == CLIP_WH
    assert {scene.seed for scene in made} <= set(CLIP_SEEDS)
    for act, scene in zip(ACTS, made, strict=True):
        assert faults(scene.items, scene.desk_wh_cm) == []
        there = [placed.item.class_id for placed in scene.items]
        assert ("person" in there) == (act.pose is not None)
        assert all(item in there and item in BY_ID for _, item in act.planted)


def test_somebody_in_the_desk_is_an_error() -> None:
    act = next(act for act in ACTS if act.pose is not None)
    assert act.pose is not None
    with pytest.raises(TruthError, match=act.name):
        items_of(replace(act, pose=replace(act.pose, at_cm=(82.0, 40.0))))


def test_the_window_is_none_of_the_halls_others_and_its_layout_is_the_written_one(clip: Clip) -> None:
    assert WINDOW.code not in {window.code for window in WINDOWS}
    layout = making.clip_layout(clip.states[0].truth)
    assert [view.name for view in layout.views] == [VIEW]
    assert load_layout(dump_layout(layout)) == layout
    written = load_layout(HALL / "layouts" / f"{WINDOW.code}.yaml")
    assert (written.window, written.views) == (layout.window, layout.views)


def test_the_plan_is_the_one_that_was_rendered(clip: Clip) -> None:
    assert [(s.name, s.from_s, s.to_s) for s in clip.states] == [(a.name, a.from_s, a.to_s) for a in ACTS]
    for state, scene in zip(clip.states, scenes(), strict=True):
        assert [i.class_id for i in state.truth.items] == [p.item.class_id for p in scene.items]
    assert clip.seed == CLIP_SEED


def test_a_record_is_read_back_and_gaps_are_refused(clip: Clip, tmp_path: Path) -> None:
    write_clip(clip, tmp_path / "a.json")
    assert read_clip(tmp_path / "a.json") == clip
    with pytest.raises(TruthError, match="begin at"):
        write_clip(replace(clip, states=clip.states[1:]), tmp_path / "b.json")
    assert not (tmp_path / "b.json").exists()
    (tmp_path / "c.json").write_text('{"format": "0"}')
    with pytest.raises(TruthError, match="'0'"):
        read_clip(tmp_path / "c.json")


def test_times_find_their_state(clip: Clip) -> None:
    for state in clip.states:
        assert clip.at(state.from_s) is state
        assert clip.at(state.to_s - 0.01) is state
    assert clip.at(1000) is clip.states[-1]


def _with(state: ClipState, item: str, **changes: object) -> ClipState:
    """The state with something changed about all things of a class."""
    items = tuple(
        replace(one, **changes) if one.class_id == item else one  # type: ignore[arg-type]
        for one in state.truth.items
    )
    return replace(state, truth=replace(state.truth, items=items))


def test_only_what_is_plainly_seen_has_to_be_found(clip: Clip) -> None:
    alone = next(state for state in clip.states if state.name == "bag stays")
    assert [v.item for v in alone.planted()] == ["bag"]
    assert alone.covered() == ()
    for hidden in (_with(alone, "bag", visibility=0.3), _with(alone, "bag", box_xyxy=None)):
        assert hidden.planted() == ()
        assert [v.item for v in hidden.covered()] == ["bag"]
    watched = next(state for state in clip.states if state.name == "leaning over the desk")
    assert [v.item for v in watched.planted()] == ["bag"]
    assert [v.item for v in watched.covered()] == ["beverage_container"]
    away = _with(watched, "person", box_xyxy=(0.0, 0.0, 2.0, 2.0))
    assert len(away.planted()) == 2


def test_a_hall_gets_the_films_window_once(tmp_path: Path) -> None:
    assert not join_hall(tmp_path)
    (tmp_path / "clips").mkdir()
    (tmp_path / "clips" / f"{NAME}.json").write_bytes((HALL / "clips" / f"{NAME}.json").read_bytes())
    assert not join_hall(tmp_path)
    others = [w for w in json.loads((HALL / "hall.json").read_text(encoding="utf-8"))["windows"] if "clips" not in w]
    (tmp_path / "hall.json").write_text(json.dumps({"format": "1", "windows": others}), encoding="utf-8")
    for _ in range(2):
        assert join_hall(tmp_path)
        windows = json.loads((tmp_path / "hall.json").read_text(encoding="utf-8"))["windows"]
        assert windows[:-1] == others
    committed = json.loads((HALL / "hall.json").read_text(encoding="utf-8"))["windows"]
    assert windows == committed


def _pictures() -> list[Sensed]:
    """One small picture an act, each with edges of its own."""
    grid = np.indices((96, 160)).sum(axis=0)[..., None] / 16
    return [
        Sensed(np.repeat(0.2 + 0.08 * k + 0.1 * np.sin(grid + k), 3, axis=2).astype(np.float32), 0.004)
        for k in range(len(ACTS))
    ]


def test_a_film_has_whole_frames_at_regular_times_and_is_compared_with_what_was_meant(tmp_path: Path) -> None:
    pictures, path = _pictures(), tmp_path / "f.mp4"
    making._write_film(path, pictures, 24)
    making.check_film(path, pictures)
    with av.open(str(path)) as film:
        packets = [packet for packet in film.demux(video=0) if packet.size]
    whole = [float(packet.pts * packet.time_base) for packet in packets if packet.is_keyframe]
    assert whole == np.arange(0, ACTS[-1].to_s, making.KEYFRAME_S).tolist()
    assert len(packets) == ACTS[-1].to_s * making.FRAMES_PER_S
    with pytest.raises(TruthError, match="grey levels"):
        making.check_film(path, pictures[::-1])
    path.write_bytes(path.read_bytes() + bytes(making.MOST_BYTES))
    with pytest.raises(TruthError, match="bytes"):
        making.check_film(path, pictures)


def test_two_frames_of_a_scene_differ_and_the_same_frame_is_the_same() -> None:
    pictures = _pictures()
    first, second = making.frame_of(pictures, 0), making.frame_of(pictures, 1)
    assert (first != second).mean() > 0.2
    np.testing.assert_array_equal(first, making.frame_of(pictures, 0))


def test_single_bright_px_are_specks_and_edges_are_not() -> None:
    light = np.full((20, 20, 3), 0.3, np.float32)
    light[:, 10:] = 0.8
    light[5, 5], light[12, 15] = 40.0, 0.0
    seen = making._without_specks(light)
    assert seen[5, 5, 0] == pytest.approx(0.3)
    assert seen[12, 15, 0] == pytest.approx(0.8)
    seen[5, 5], seen[12, 15] = light[5, 5], light[12, 15]
    np.testing.assert_array_equal(seen, light)


def test_how_much_of_the_desk_somebody_covers(clip: Clip) -> None:
    state = next(state for state in clip.states if state.name == "leaning over the desk")
    people = [k for k, item in enumerate(state.truth.items) if item.class_id == "person"]
    index = np.full(CLIP_WH[::-1], -1, np.int32)
    assert making._covered_share(state.truth, Rendered(np.zeros((1, 1, 3), np.float32), index)) == 0
    index[:] = people[0]
    assert making._covered_share(state.truth, Rendered(np.zeros((1, 1, 3), np.float32), index)) == 1
    assert 0.1 < state.covered_share < 0.5
