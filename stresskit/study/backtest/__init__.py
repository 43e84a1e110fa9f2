"""Walk-forward backtest: what the model would have said of a book each day, against what happened.

Each day the models see the `window` returns before it and no more; the book is held at the same exposure
every day. Marginals and copula are fitted anew every `refit` steps, each from the last, and the
conditional volatility follows every return.
"""

from stresskit.study.backtest.plan import Ahead, Plan
from stresskit.study.backtest.run import backtest
from stresskit.study.backtest.table import table

__all__ = ["Ahead", "Plan", "backtest", "table"]
