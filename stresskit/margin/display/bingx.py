"""BingX: the margin rate of Standard Futures, at which all positions are closed together.

Source: BingX support 360045019194.
"""


def standard_margin_rate(net_asset_value: float, total_initial: float, adjustment: float = 0.1) -> float:
    """Net asset value over the initial margin, less the adjustment; liquidated at zero."""
    return net_asset_value / total_initial - adjustment
