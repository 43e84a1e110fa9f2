"""Processors without AVX-512 or without fused multiply-add draw the same paths: bits, or nine digits.

Each runs in a process of its own whose kernels are compiled for another processor; an AVX2 machine
has the same arithmetic as this one, so the bits are the same. Without FMA every multiply-add rounds twice.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
DRAW = """
import hashlib, json
import numpy as np
from stresskit.model.float32 import build_sampler_32, fill_tile_32
from stresskit.model.joint import fill_tile
from tests.model.test_float32 import MODEL, marks
from tests.shipped import draw, shipped
models = [shipped("1h"), shipped("1h", "gjr_garch/skew_t", "student_t")]
found = [np.concatenate([x.ravel() for x in draw(model, 24, 1000, 20261122)]) for model in models]
single = np.concatenate([x.ravel() for x in marks(MODEL, build_sampler_32, 0, 1000, 16)])
kernels = (fill_tile, fill_tile_32)
code = "".join(kernel.inspect_asm(signature) for kernel in kernels for signature in kernel.signatures)
print(json.dumps({
    "sha256": hashlib.sha256(b"".join(x.tobytes() for x in [*found, single])).hexdigest(),
    "single": single[::97].tolist(),
    "some": [x[::997].tolist() for x in found],
    "zmm": code.count("%zmm"), "ymm": code.count("%ymm"), "fused": code.count("vfmadd"),
}))
"""
TARGETS = {
    "native": {},
    "avx2": {"NUMBA_CPU_NAME": "haswell", "NUMBA_CPU_FEATURES": "+avx,+avx2,+fma"},
    "no fma": {"NUMBA_CPU_NAME": "sandybridge", "NUMBA_CPU_FEATURES": "+avx"},
}


def drawn(target: str, folder: Path) -> dict[str, Any]:
    """What a process for `target` draws, compiled anew."""
    environment = os.environ | TARGETS[target] | {"STRESSKIT_CACHE_DIR": str(folder)}
    command = [sys.executable, "-c", DRAW]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.fixture(scope="module")
def native(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return drawn("native", tmp_path_factory.mktemp("native"))


def _x86() -> bool:
    info = Path("/proc/cpuinfo")
    return info.exists() and " avx2 " in info.read_text() and " fma " in info.read_text()


needs_x86 = pytest.mark.skipif(not _x86(), reason="needs an x86-64 processor with AVX2 and FMA")


@needs_x86
@pytest.mark.long
def test_avx2_draws_the_same_bits_without_a_wide_register(native: dict[str, Any], tmp_path: Path) -> None:
    narrow = drawn("avx2", tmp_path)
    assert narrow["zmm"] == 0
    assert narrow["ymm"] > 100
    assert narrow["fused"] > 100
    assert narrow["sha256"] == native["sha256"]


@needs_x86
@pytest.mark.long
def test_without_fused_multiply_add_nine_digits_agree(native: dict[str, Any], tmp_path: Path) -> None:
    plain = drawn("no fma", tmp_path)
    assert plain["fused"] == 0
    for found, expected in zip(plain["some"], native["some"], strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-13)
    np.testing.assert_allclose(plain["single"], native["single"], rtol=1e-4)
