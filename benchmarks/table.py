"""What was measured as text, JSON and a picture, with the machine and the versions it was measured on."""

import importlib.metadata
import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

VERSIONS = ("numpy", "scipy", "numba", "llvmlite", "arch", "pyvinecopulib", "statsmodels", "jax")


def machine() -> dict[str, Any]:
    """Processor, cores, date and versions."""
    import llvmlite.binding as llvm

    versions = {}
    for name in VERSIONS:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            versions[name] = "not installed"
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    model = next(
        (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown"
    )
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "processor": f"{model} ({llvm.get_host_cpu_name()})",
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "versions": versions,
    }


def _rows(title: str, rows: dict[str, dict[str, float]]) -> list[str]:
    keys = list(dict.fromkeys(key for row in rows.values() for key in row))
    lines = [f"\n{title}", f"{'':54}" + "".join(f"{key:>12}" for key in keys)]
    for name, row in rows.items():
        cells = "".join(f"{row[key]:>12.3f}" if key in row else f"{'':>12}" for key in keys)
        lines.append(f"{name:<54}{cells}")
    return lines


def text(found: dict[str, Any]) -> str:
    """All tables, as text."""
    where = found["machine"]
    lines = [f"{where['date']}, {where['processor']}, {where['cores']} cores, Python {where['python']}"]
    lines.append(", ".join(f"{name} {version}" for name, version in where["versions"].items()))
    for one in found.get("contenders", []):
        clock = "CPU" if one["threads"] == 1 else "wall"
        title = (
            f"{one['size']}: K = {one['assets']}, {one['threads']} thread(s), million asset-steps / {clock} s"
        )
        lines += _rows(title, one["rows"])
        lines += [f"{name:<54}  absent: {why}" for name, why in one["absent"].items()]
    if "models" in found:
        lines += _rows("Models, K = 10: ratio to the plain Student-t kernel", found["models"])
    if "runs" in found:
        against = found["runs"]["reference"]
        lines += _rows(f"Whole stress runs: ratio to bare generation by the {against}", found["runs"]["rows"])
    if "modes" in found:
        lines += _rows("Margin modes: added to bare generation of the same plan", found["modes"])
    if "liquidation" in found:
        title = "Liquidation: added to bare generation by looking, and by liquidating one path in twenty"
        lines += _rows(title, found["liquidation"])
    if "refits" in found:
        title = "Refits: moving windows of 1,000 returns of ten assets, GJR-GARCH with Student-t innovations"
        lines += _rows(title, found["refits"])
    if "reports" in found:
        title = (
            "Reports, CPU seconds: ratio to matplotlib's import and its saving of the figures as SVG and PNG"
        )
        lines += _rows(title, found["reports"])
    return "\n".join(lines) + "\n"


def _bars(found: dict[str, Any]) -> list[tuple[str, dict[str, float], str]]:
    panels = []
    for one in found.get("contenders", []):
        rates = {name: row["rate"] for name, row in one["rows"].items()}
        panels.append((f"{one['size']}, {one['threads']} thread(s)", rates, "million asset-steps / s"))
    if "models" in found:
        panels.append(("Models", {n: r["ratio"] for n, r in found["models"].items()}, "ratio to plain t"))
    if "runs" in found:
        rows = found["runs"]["rows"]
        panels.append(("Whole runs", {n: r["ratio"] for n, r in rows.items()}, "ratio to bare generation"))
    if "modes" in found:
        panels.append(
            ("Modes", {n: r["added"] for n, r in found["modes"].items()}, "added to bare generation")
        )
    if "liquidation" in found:
        rows = found["liquidation"]
        panels.append(
            ("Liquidating", {n: r["liquidating"] for n, r in rows.items()}, "added to bare generation")
        )
    if "refits" in found:
        rates = {n: r["windows/s"] for n, r in found["refits"].items()}
        panels.append(("Refits of ten assets", rates, "windows / s"))
    if "reports" in found:
        rows = found["reports"]
        panels.append(("Reports", {n: r["ratio"] for n, r in rows.items()}, "ratio to matplotlib alone"))
    return panels


def picture(found: dict[str, Any], path: Path) -> None:
    """One panel of bars a table; rates of contenders on a logarithmic axis."""
    from matplotlib.figure import Figure

    panels = _bars(found)
    heights = [1.0 + 0.22 * len(rows) for _, rows, _ in panels]
    figure = Figure(figsize=(9, sum(heights)), layout="constrained")
    axes = figure.subplots(len(panels), 1, squeeze=False, height_ratios=heights)[:, 0]
    for ax, (title, rows, unit) in zip(axes, panels, strict=True):
        ax.barh(list(rows), list(rows.values()), color="#4878a8")
        ax.invert_yaxis()
        ax.set_title(title, loc="left", fontsize=9)
        ax.set_xlabel(unit, fontsize=8)
        ax.tick_params(labelsize=7)
        if unit.startswith("million"):
            ax.set_xscale("log")
    figure.savefig(path, dpi=110)


def write(found: dict[str, Any], folder: Path) -> str:
    """Write benchmarks.txt, .json and .png into `folder`; gives the text."""
    folder.mkdir(parents=True, exist_ok=True)
    shown = text(found)
    (folder / "benchmarks.txt").write_text(shown)
    (folder / "benchmarks.json").write_text(json.dumps(found, indent=1) + "\n")
    picture(found, folder / "benchmarks.png")
    return shown
