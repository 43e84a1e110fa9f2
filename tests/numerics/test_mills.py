import numpy as np
from scipy.special import log_ndtr

from stresskit.numerics.jit import kernel
from stresskit.numerics.mills import EDGE, mills_ratio


@kernel
def ratios(x, out):
    for i in range(x.size):
        out[i] = mills_ratio(x[i])


def test_against_scipy():
    x = np.concatenate([np.linspace(0, 12, 4001), [EDGE, np.nextafter(EDGE, 0)], np.logspace(1, 8, 200)])
    found = np.empty_like(x)
    ratios(x, found)
    expected = np.exp(log_ndtr(-x) + x * x / 2 + np.log(2 * np.pi) / 2)
    tail = x > 12  # there scipy's logarithms cancel; the first terms of the asymptotic series do not
    square = 1 / x[tail] ** 2
    expected[tail] = (1 - square * (1 - 3 * square * (1 - 5 * square * (1 - 7 * square)))) / x[tail]
    assert np.max(np.abs(found[~tail] / expected[~tail] - 1)) < 1e-9
    assert np.max(np.abs(found[tail] / expected[tail] - 1)) < 2e-6
    assert np.max(np.abs(found[x > 100] * x[x > 100] - 1)) < 1e-4
