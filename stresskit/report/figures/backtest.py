"""A history of P&L against the VaR forecast the day before; losses beyond it are marked."""

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from stresskit.report.draw import grid, money_axis
from stresskit.report.forecast_points import Days
from stresskit.report.format import level_name
from stresskit.report.style import BAD, MUTED, drawn, look

HEIGHT = 1.75


@drawn
def backtest(days: Days) -> Figure:
    """Bars are days, the line is minus the VaR, crosses are exceptions."""
    figure, rows = grid(1, 1, HEIGHT)
    ax, face, hit = rows[0][0], look(0), days.exceptions
    ax.vlines(days.time, 0.0, days.pnl, color=MUTED, linewidth=0.35, label="P&L of the day")
    name = f"−VaR {level_name(str(days.level))}"
    ax.plot(days.time, -days.var, color=face.colour, linewidth=0.8, label=name)
    ax.plot(days.time[hit], days.pnl[hit], "x", color=BAD, markersize=3.5, label="loss beyond it")
    ax.set_xlim(float(days.time[0]), float(days.time[-1]) + 1e-6)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:.0f}"))
    money_axis(ax, "y")
    ax.set_ylabel("USD a day")
    ax.grid(axis="y")
    handles, labels = ax.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper right", ncols=3, frameon=False, labelcolor=MUTED)
    return figure
