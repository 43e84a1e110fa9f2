"""Forecasts of risk against what happened: one test a file.

Days run along the arrays; P&L is signed, VaR and ES are positive losses, `probability` is that of a loss
beyond the VaR (1 - level). A failure is a day with ``pnl < -VaR``. Likelihoods are sums of logarithms.
"""
