"""A tiny real ONNX model with known output, through onnxruntime and the detector."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from deskcheck_vision import errors
from deskcheck_vision.certainty import Curve
from deskcheck_vision.detections import Detections, Float32Array, Uint8Array
from deskcheck_vision.detector import Tiling, YoloDetector, look
from deskcheck_vision.images import decode_picture
from deskcheck_vision.sessions import DescribedSession, OnnxSession

CUP, BOTTLE, PERSON = "cup", "beverage_container", "person"


def detector_of(path: Path) -> YoloDetector:
    return YoloDetector(OnnxSession(path, threads=1))


def names(found: Detections) -> list[str]:
    return [found.item_class(index).id for index in range(len(found))]


def coloured(width: int = 128, height: int = 128) -> Uint8Array:
    """Left half red, right half green in the upper part; all blue in the lower part."""
    image = np.zeros((height, width, 3), np.uint8)
    image[: height // 2, : width // 2, 2] = 204
    image[: height // 2, width // 2 :, 1] = 153
    image[height // 2 :, :, 0] = 102
    image.flags.writeable = False
    return image


def test_boxes_are_picture_pixels_and_classes_the_taxonomys(tiny_onnx: Any) -> None:
    found = detector_of(tiny_onnx()).detect(coloured())
    assert names(found) == [CUP, BOTTLE, PERSON]
    np.testing.assert_allclose(found.confidence, [0.8, 0.6, 0.4], atol=0.01)
    np.testing.assert_allclose(found.xyxy, [[16, 16, 48, 48], [80, 16, 112, 48], [16, 80, 48, 112]])
    assert found.image_wh == (128, 128)


def test_confidence_below_the_limit_is_left_out(tiny_onnx: Any) -> None:
    assert names(detector_of(tiny_onnx()).detect(coloured(), min_confidence=0.5)) == [CUP, BOTTLE]


def test_scores_become_confidences_by_the_models_own_curves(tiny_onnx: Any) -> None:
    bare = OnnxSession(tiny_onnx(), threads=1)
    metadata = replace(bare.metadata, curves={CUP: Curve(1.0, -3.0), BOTTLE: Curve(2.0, 0.0)})

    class Curved(DescribedSession):
        def run(self, planes: Float32Array) -> Float32Array:
            return bare.run(planes)

    session = Curved(bare.name, metadata, bare.sha256, bare.input_step_px)
    found = YoloDetector(session).detect(coloured(), min_confidence=0.1)
    assert names(found) == [BOTTLE, PERSON, CUP]  # the cup's 0.8 is worth 0.17, the bottle's 0.6 is worth 0.69
    np.testing.assert_allclose(found.confidence, [0.69, 0.4, 0.17], atol=0.02)
    assert names(YoloDetector(session).detect(coloured(), min_confidence=0.3)) == [BOTTLE, PERSON]
    assert names(YoloDetector(session, calibrated=False).detect(coloured())) == [CUP, BOTTLE, PERSON]


def test_wide_pictures_lie_between_the_padding(tiny_onnx: Any, tiny_row: Any) -> None:
    rows = [tiny_row((0, 8, 64, 24), 1, (0, 20, 10))]
    found = detector_of(tiny_onnx(rows)).detect(coloured(256, 128))
    # 256 x 128 fills rows 16 to 48 of the input at a quarter of its size: rows 8 to 24 are rows -32 to 32, clipped.
    assert found.xyxy.tolist() == [[0, 0, 256, 32]]


def test_a_model_with_free_sides_sees_no_more_grey_than_it_must(tiny_onnx: Any, tiny_row: Any) -> None:
    path = tiny_onnx([tiny_row((0, 8, 64, 24), 1, (2, 0, 0))], free_sides=True)
    assert OnnxSession(path).input_step_px == 32
    # 64 x 16 in an input of 64 x 32, half of it grey; a square input would be grey for three quarters.
    found = detector_of(path).detect(np.full((64, 256, 3), (204, 0, 0), np.uint8))
    np.testing.assert_allclose(found.confidence, [(0.8 + 114 / 255) / 2], atol=0.01)
    assert found.xyxy.tolist() == [[0, 0, 256, 64]]


def test_one_detector_takes_pictures_of_all_shapes_in_turn(tiny_onnx: Any, tiny_row: Any) -> None:
    detector = detector_of(tiny_onnx([tiny_row((0, 0, 16, 16), 1, (2, 0, 0))], free_sides=True))
    for image_wh in ((256, 64), (64, 256), (128, 128), (256, 64)):
        image = np.full((image_wh[1], image_wh[0], 3), (204, 0, 0), np.uint8)
        scale = max(image_wh) / 64
        wide, high = (16 * scale - (0 if side >= 128 else 8 * scale) for side in image_wh)
        assert detector.detect(image).xyxy.tolist() == [[0, 0, wide, high]]


def test_unmapped_untrained_and_unknown_labels_never_fire(tiny_onnx: Any, tiny_row: Any) -> None:
    probe = (0, 16, 16)
    rows = [tiny_row((8, 8, 24, 24), label, probe) for label in (3, 5, 17, -1)]
    assert len(detector_of(tiny_onnx(rows)).detect(coloured())) == 0


def test_nothing_found_and_boxes_without_area(tiny_onnx: Any, tiny_row: Any) -> None:
    rows = [tiny_row((8, 8, 8, 24), 1, (0, 16, 16)), tiny_row((70, 8, 90, 24), 1, (0, 16, 16))]
    found = detector_of(tiny_onnx(rows)).detect(coloured())
    assert found.xyxy.shape == (0, 4)
    assert found.image_wh == (128, 128)


def test_one_thing_with_two_labels_is_one_detection(tiny_onnx: Any, tiny_row: Any) -> None:
    probes = [(0, 16, 16), (1, 16, 48), (2, 48, 16)]  # 0.8, 0.6, 0.4
    same_box = [tiny_row((8, 8, 24, 24), label, probe) for label, probe in zip((2, 1, 4), probes, strict=True)]
    assert names(detector_of(tiny_onnx(same_box)).detect(coloured())) == [CUP]
    person_below = [tiny_row((8, 8, 24, 24), label, probe) for label, probe in zip((4, 1, 0), probes, strict=True)]
    assert names(detector_of(tiny_onnx(person_below)).detect(coloured())) == [BOTTLE, PERSON]


def test_the_whole_thing_is_taken_where_a_part_of_it_is_a_little_surer(tiny_onnx: Any, tiny_row: Any) -> None:
    part, whole = (8, 8, 24, 20), (8, 8, 24, 24)
    rows = [tiny_row(part, 1, (0, 16, 16)), tiny_row(whole, 2, (1, 16, 48))]  # 0.8 and 0.6
    found = detector_of(tiny_onnx(rows)).detect(coloured())
    assert names(found) == [CUP]
    np.testing.assert_allclose(found.xyxy[0], np.array(whole) * 2)
    much_surer = [tiny_row(part, 1, (0, 16, 16)), tiny_row(whole, 2, (2, 48, 16))]  # 0.8 and 0.4
    found = detector_of(tiny_onnx(much_surer)).detect(coloured())
    np.testing.assert_allclose(found.xyxy[0], np.array(part) * 2)


def test_threads_do_not_disturb_each_other(tiny_onnx: Any) -> None:
    detector = detector_of(tiny_onnx())
    dark = np.zeros((100, 100, 3), np.uint8)
    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda index: len(detector.detect(coloured() if index % 2 else dark)), range(200)))
    assert counts == [0, 3] * 100


def test_a_large_picture_is_looked_at_in_tiles(tiny_onnx: Any, tiny_row: Any) -> None:
    # The tiny model sees a cup wherever the middle of its view is red.
    detector = detector_of(tiny_onnx([tiny_row((28, 28, 36, 36), 1, (0, 32, 32))]))
    image = np.zeros((1280, 3000, 3), np.uint8)
    image[:, 600:680, 2] = 255
    assert len(detector.detect(image, tiling=Tiling.NEVER)) == 0
    found = detector.detect(image)
    assert names(found) == [CUP]
    np.testing.assert_allclose(found.xyxy, [[560, 560, 720, 720]])
    assert len(detector.detect(image[:, :2000])) == 0
    assert len(detector.detect(image[:, :2000], tiling=Tiling.ALWAYS)) == 1


@pytest.mark.parametrize(("value", "label", "count"), [(80, 1, 0), (100, 1, 1), (80, 0, 1)])
def test_tiles_must_be_surer_except_of_people(
    tiny_onnx: Any, tiny_row: Any, value: int, label: int, count: int
) -> None:
    detector = detector_of(tiny_onnx([tiny_row((28, 28, 36, 36), label, (0, 32, 32))]))
    image = np.zeros((1280, 3000, 3), np.uint8)
    image[:, 600:680, 2] = value
    assert len(detector.detect(image, min_confidence=0.25)) == count


def test_small_things_are_not_lost_to_a_least_area(tiny_onnx: Any, tiny_row: Any) -> None:
    found = detector_of(tiny_onnx([tiny_row((8, 8, 9, 9), 1, (0, 16, 16))])).detect(coloured())
    assert found.xyxy.tolist() == [[16, 16, 18, 18]]


def test_boxes_cut_by_a_tile_edge_do_not_count(tiny_onnx: Any, tiny_row: Any) -> None:
    detector = detector_of(tiny_onnx([tiny_row((32, 20, 64, 40), 1, (0, 32, 32))]))
    image = np.full((1280, 2304, 3), 255, np.uint8)
    # Two tiles from 0 and 1024: the first one's box ends at its inner edge, the second one's at the picture's own.
    found = detector.detect(image)
    whole = detector.detect(image, tiling=Tiling.NEVER)
    assert len(found) == 1
    np.testing.assert_allclose(found.xyxy, whole.xyxy)


def test_small_pictures_have_no_tiles(tiny_onnx: Any) -> None:
    detector = detector_of(tiny_onnx())
    always = detector.detect(coloured(), tiling=Tiling.ALWAYS)
    assert always.xyxy.tolist() == detector.detect(coloured()).xyxy.tolist()


def test_the_model_is_named_by_hash(tiny_onnx: Any) -> None:
    path = tiny_onnx()
    model = detector_of(path).model
    assert model.name == "tiny-1"
    assert model.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert model.trained_classes == {PERSON, CUP, BOTTLE}


def test_a_damaged_weight_file_is_refused(tiny_onnx: Any, tmp_path: Path) -> None:
    path = tiny_onnx()
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(errors.ModelChecksumError):
        OnnxSession(path)
    path.with_name("tiny.onnx.sha256").unlink()
    path.write_bytes(b"not a model")
    with pytest.raises(errors.ModelUnreadableError, match=r"tiny\.onnx"):
        OnnxSession(path)
    with pytest.raises(errors.ModelMissingError):
        OnnxSession(tmp_path / "absent.onnx")


def test_a_model_of_another_shape_is_refused(tiny_onnx: Any) -> None:
    with pytest.raises(errors.ModelMetadataError, match="input"):
        OnnxSession(tiny_onnx(input_size="[640, 640]"))
    with pytest.raises(errors.ModelMetadataError, match="multiple of 32"):
        OnnxSession(tiny_onnx(input_size="[60, 64]", free_sides=True))
    with pytest.raises(errors.ModelMetadataError, match=r"\[1, N, 6\]"):
        OnnxSession(tiny_onnx(label_columns=2))
    with pytest.raises(errors.ModelLabelError, match="mug"):
        OnnxSession(tiny_onnx(taxonomy_map='{"person": null, "cup": "cup", "giraffe": null}', labels='["mug"]'))


def test_a_failing_run_is_an_inference_error(tiny_onnx: Any) -> None:
    session = OnnxSession(tiny_onnx())
    with pytest.raises(errors.InferenceError) as caught:
        session.run(np.zeros((1, 3, 32, 32), np.float32))
    assert caught.value.__cause__ is not None


def test_the_projects_own_model_finds_things_on_real_desks() -> None:
    """The real weights, wired up right: swapped channels, a wrong letterbox or a wrong table find next to nothing.

    The starting weights find 9 of the 16 boxed keyboards, mice, cups and bottles; accuracy itself is guarded by the
    model's own figures.
    """
    from deskcheck_vision.boxes import box_iou
    from deskcheck_vision.model_files import default_model_path
    from deskcheck_vision.taxonomy import class_index

    folder = Path(os.environ.get("DESKCHECK_DATA_DIR", Path(__file__).parents[4] / "shared" / "data")) / "desk_photos"
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent; DESKCHECK_DATA_DIR names the data folder")
    labels = (folder / "classes.txt").read_text().split("\n")
    detector = YoloDetector(OnnxSession(default_model_path()))
    hits = total = 0
    for picture in sorted((folder / "images").iterdir()):
        found = None
        for line in (folder / "labels" / f"{picture.stem}.txt").read_text().splitlines():
            label, *cxcywh = line.split()
            name = {"keyboard": "keyboard", "mouse": "mouse", "cup": "cup", "bottle": "beverage_container"}.get(
                labels[int(label)]
            )
            if name is None:
                continue
            found = found or detector.detect(decode_picture(picture.read_bytes()).image)
            width, height = found.image_wh
            x, y, w, h = (float(value) * side for value, side in zip(cxcywh, (width, height) * 2, strict=True))
            of_class = found.select(found.class_id == class_index(name))
            iou = box_iou([[x - w / 2, y - h / 2, x + w / 2, y + h / 2]], of_class.xyxy)
            hits += bool((iou > 0.5).any())
            total += 1
    assert total >= 10
    assert hits / total >= 0.4


def test_features_are_of_the_same_run_and_only_on_request(tiny_onnx: Any) -> None:
    detector = detector_of(tiny_onnx(features=True))
    sight = look(detector, coloured(), min_confidence=0.5)
    assert names(sight.detections) == [CUP, BOTTLE]
    assert sight.features is not None
    assert sight.features.grid_hw == (8, 8)
    red, green, blue = sight.features.values
    np.testing.assert_allclose([red[0, 0], green[0, 7], blue[7, 3]], [0.8, 0.6, 0.4], atol=0.01)
    assert names(detector.detect(coloured(), min_confidence=0.5)) == [CUP, BOTTLE]


def test_a_model_without_a_second_output_gives_no_features(tiny_onnx: Any) -> None:
    sight = look(detector_of(tiny_onnx()), coloured())
    assert sight.features is None
    assert names(sight.detections) == [CUP, BOTTLE, PERSON]


def test_a_session_or_a_detector_that_knows_no_features_gives_none(tiny_onnx: Any) -> None:
    class Plain:
        """A session of before there were features."""

        def __init__(self, session: OnnxSession) -> None:
            self.name, self.metadata, self.sha256 = session.name, session.metadata, session.sha256
            self.input_step_px, self.run = session.input_step_px, session.run

    class Blind:
        """A detector of before there were features."""

        def __init__(self, detector: YoloDetector) -> None:
            self.model, self.detect = detector.model, detector.detect

    session = OnnxSession(tiny_onnx(features=True), threads=1)
    assert look(YoloDetector(Plain(session)), coloured()).features is None
    sight = look(Blind(YoloDetector(session)), coloured())
    assert sight.features is None
    assert len(sight.detections) == 3


def test_features_of_a_large_photo_are_the_whole_pictures(tiny_onnx: Any) -> None:
    sight = look(detector_of(tiny_onnx(features=True)), coloured(2560, 2560), tiling=Tiling.ALWAYS)
    assert sight.features is not None
    assert sight.features.letterbox.image_wh == (2560, 2560)
    assert sight.features.grid_hw == (8, 8)


def test_a_run_for_features_that_fails_says_so(tiny_onnx: Any) -> None:
    session = OnnxSession(tiny_onnx(features=True), threads=1)
    with pytest.raises(errors.InferenceError):
        session.run_with_features(np.zeros((1, 3, 32, 32), np.float32))
