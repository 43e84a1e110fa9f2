"""Philox in Python integers, as the paper writes it: the slow twin of ``stresskit.numerics.philox``.

Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC'11, section 3.3.
"""

MULTIPLIERS = 0xD2511F53, 0xCD9E8D57
WEYL = 0x9E3779B9, 0xBB67AE85
WORD = 2**32


def philox4x32(counter: tuple[int, ...], key: tuple[int, ...], rounds: int = 10) -> tuple[int, ...]:
    """Four 32-bit words of a counter of four and a key of two 32-bit words."""
    left0, right0, left1, right1 = counter
    for number in range(rounds):
        keys = [(k + number * w) % WORD for k, w in zip(key, WEYL, strict=True)]
        high0, low0 = divmod(left0 * MULTIPLIERS[0], WORD)
        high1, low1 = divmod(left1 * MULTIPLIERS[1], WORD)
        left0, right0, left1, right1 = high1 ^ right0 ^ keys[0], low1, high0 ^ right1 ^ keys[1], low0
    return left0, right0, left1, right1


def words(seed: int, path: int, step: int, purpose: int, index: int) -> tuple[int, ...]:
    """The four words that the engine uses at one place."""
    return philox4x32((path, step, purpose, index), (seed % WORD, seed // WORD))
