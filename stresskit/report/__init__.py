"""Risk report: a finished run -> figures -> pages in PDF and PNG."""

from stresskit.report.build import report

__all__ = ["report"]
