"""Volume files: laid on the grid of the prices, and refused where they do not belong to them."""

from pathlib import Path

import numpy as np
import pytest

from stresskit.domain import Float2D
from stresskit.errors import DataError
from stresskit.market.prices import load_prices
from stresskit.market.volumes import load_volumes
from tests.market.test_prices import LONG, WIDE

VOLUME = """time,ETH,BTC
2024-01-01T00:00:00Z,7,1
2024-01-01T01:00:00Z,8,0
2024-01-01T02:00:00Z,9,
2024-01-01T04:00:00Z,11,5
2024-01-01T05:00:00Z,12,6
"""


def load(folder: Path, text: str) -> Float2D:
    (folder / "prices.csv").write_text(WIDE)
    (folder / "volume.csv").write_text(text)
    return load_volumes(folder / "volume.csv", load_prices(folder / "prices.csv"))[0]


def test_volume_is_laid_on_the_times_and_assets_of_the_prices(tmp_path: Path) -> None:
    nan = np.nan
    expected = [[1, 7], [0, 8], [nan, 9], [nan, nan], [5, 11]]
    np.testing.assert_array_equal(load(tmp_path, VOLUME), expected)
    alone = load(tmp_path, VOLUME.replace("ETH", "XYZ"))
    np.testing.assert_array_equal(alone, [[row[0], nan] for row in expected])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (VOLUME.replace(",8,0", ",8,-1"), "volume.csv:3: BTC: a volume of zero or more (found -1)"),
        (VOLUME.replace(",8,0", ",8,inf"), "volume.csv:3: BTC: a volume of zero or more (found inf)"),
        (VOLUME.replace("ETH,BTC", "A,B"), "volume.csv:1: volume of an asset of the prices: BTC, ETH"),
        (
            LONG,
            "volume.csv:1: close: a wide table: a time column and one column of volume an asset",
        ),
        (
            "time,BTC\n2024-01-01,1\n2024-01-02,2\n",
            "volume.csv: time: volume every 1h, as the prices (found every 1d)",
        ),
        (
            VOLUME.replace(":00:00Z", ":30:00Z"),
            "volume.csv: time: the times of the prices, such as 2024-01-01T00:00:00 "
            "(found 2024-01-01T00:30:00)",
        ),
        (VOLUME.replace("T02", "T01"), "volume.csv:4: time: each time once (row 3 has it too): "),
        ("", "volume.csv: prices (the file is empty)"),
    ],
)
def test_what_is_no_volume_of_these_prices_is_refused(text: str, expected: str, tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        load(tmp_path, text)
    (found,) = (str(problem).removeprefix(f"{tmp_path}/") for problem in caught.value.problems)
    assert found.startswith(expected)
