"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

Photos = Annotated[
    list[Path], typer.Argument(metavar="PHOTO...", help="照片文件 / photo files (JPEG, PNG, WebP, HEIC).")
]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON for programs.")]
Lang = Annotated[
    Literal["zh", "en"] | None,
    typer.Option("--lang", help="输出语言 / language of messages; default: LC_ALL or LANG."),
]
Confidence = Annotated[
    float | None,
    typer.Option(
        "--conf",
        min=0.01,
        max=1.0,
        help="最低置信度 / least confidence of a detection; default: the model's own per class, else 0.25.",
    ),
]
ModelFile = Annotated[
    Path | None,
    typer.Option("--model", help="模型文件 / ONNX weight file; default: DESKCHECK_MODEL_PATH, then the installed one."),
]
Overlay = Annotated[
    Path | None,
    typer.Option("--overlay", metavar="DIR", help="标注图保存到 / folder for annotated pictures (people masked)."),
]
CornersText = Annotated[
    str | None,
    typer.Option(
        "--corners",
        metavar='"x,y x,y x,y x,y"',
        help="台面四角像素 / desk corners in px: outer left, outer right, inner right, inner left.",
    ),
]
DeskSize = Annotated[
    str | None,
    typer.Option("--desk-size", metavar="WxD", help="台面宽x深，厘米 / desk width x depth in cm."),
]
Force = Annotated[bool, typer.Option("--force", help="覆盖已有文件 / replace a file that exists.")]
LayoutFile = Annotated[Path, typer.Option("--layout", metavar="FILE", help="布局文件 / layout file (YAML or JSON).")]
ViewName = Annotated[
    str | None, typer.Option("--view", metavar="NAME", help="参考视图 / view of the layout they were taken from.")
]
ReferencePicture = Annotated[
    Path | None,
    typer.Option(
        "--reference", metavar="PICTURE", help="布局视图的参考图片 / picture of a view, to recognise the desk by."
    ),
]
ReferenceStill = Annotated[
    Path | None,
    typer.Option(
        "--reference", metavar="PICTURE", help="摄像机视图的基准画面 / still of the view, to notice a moved camera by."
    ),
]
CheckConfidence = Annotated[
    float | None, typer.Option("--conf", min=0.2, max=1.0, help="忽略低于此置信度的物品 / leave out items below this.")
]
