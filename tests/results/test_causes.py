import numpy as np
import pytest

from stresskit.results import load
from tests.synthetic import make_run_folder


def test_causes_of_a_life_add_up_to_its_probability(tmp_path):
    results = load(make_run_folder(tmp_path, paths=1200, steps=30))
    table, summary = results.causes, results.summary
    keys = ["scenario", "mode", "basis"]
    sums = table.groupby(keys)["p_liquidation"].sum()
    for _, row in summary.iterrows():
        assert sums[tuple(row[keys])] == pytest.approx(row["p_liquidation"])
    assert len(table) == 2 * len(summary)
    assert (table["low"] <= table["p_liquidation"]).all()
    paths = results.liquidations
    one = paths[
        (paths["scenario"] == "baseline")
        & (paths["mode"] == "cross")
        & (paths["basis"] == "equal_collateral")
    ]
    row = table[(table[keys] == ["baseline", "cross", "equal_collateral"]).all(axis=1)].iloc[0]
    assert row["p_liquidation"] == np.count_nonzero(one["trigger"] == row["symbol"]) / 1200
