"""``make gallery``: the pictures of ``reports/gallery``, made from configs that are shipped.

The quickstart is run as ``make demo`` does; the dial, the stress matrix, reverse stress and the
smallest change go with it. Of the other configs the first page is kept, from fewer paths. Pages are halved,
so that all of it takes a few megabytes.
"""

import json
import shutil
from pathlib import Path

import numpy as np
from matplotlib.image import imread, imsave

import stresskit as sk
from stresskit.config_file import load_run
from stresskit.report import report
from stresskit.study import dial, matrix, remedy, reverse

ROOT = Path(__file__).resolve().parents[1]
GALLERY = ROOT / "reports" / "gallery"
RUNS = ROOT / "runs" / "gallery"
DIAL = dial.Ask(paths=5000, multipliers=(1.0, 1.5, 2.0, 3.0))
TARGET = 0.002
FIRST_PAGES = ("directional-majors", "basket-market-neutral", "black-swan")
FEWER = 20_000
TONES = 63  # of each colour: fewer make smaller files


def main() -> None:
    """Run what is needed (a finished run is not run again) and write the pictures anew."""
    shutil.rmtree(GALLERY, ignore_errors=True)
    GALLERY.mkdir(parents=True)
    run = sk.run(_config("quickstart"), out=RUNS)
    shutil.copy(report(run)["pages"][0], ROOT / "reports" / "quickstart-page-1.png")
    files = report(run, RUNS / "full", answers=_answers())
    shutil.copy(files["pdf"], GALLERY / "quickstart.pdf")
    for page in files["pages"]:
        _halved(page, GALLERY / f"quickstart-{page.name}")
    for name in FIRST_PAGES:
        run = sk.run(_config(name), out=RUNS, set={"simulation.paths": FEWER})
        _halved(report(run)["pages"][0], GALLERY / f"{name}.png")


def _config(name: str) -> Path:
    return ROOT / "configs" / f"{name}.toml"


def _answers() -> list[Path]:
    """The answers that the quickstart's report takes up."""
    loaded, folder = load_run(_config("quickstart")), RUNS / "studies"
    answers = {
        "matrix": matrix.matrices(loaded),
        "reverse": reverse.reverse(loaded),
        "remedy": remedy.remedies(loaded, remedy.Ask(TARGET)),
    }
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{name}.json" for name in answers]
    for file, answer in zip(files, answers.values(), strict=True):
        file.write_text(json.dumps(answer), encoding="utf-8")
    return [*files, dial.keep(loaded, DIAL, folder).folder]


def _halved(page: Path, out: Path) -> None:
    """Write an image at half its size: means of two by two pixels."""
    pixels = imread(page)[..., :3]
    height, width = pixels.shape[0] // 2, pixels.shape[1] // 2
    parts = pixels[: 2 * height, : 2 * width].reshape(height, 2, width, 2, 3)
    small = np.ascontiguousarray(np.round(parts.mean(axis=(1, 3)) * TONES) / TONES)
    imsave(out, small, format="png", pil_kwargs={"optimize": True})


if __name__ == "__main__":
    main()
