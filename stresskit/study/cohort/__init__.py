"""Thousands of accounts on one set of paths: who is liquidated, and what it costs all together."""

from stresskit.study.cohort.load import Cohorted, load_cohort
from stresskit.study.cohort.run import CohortResult, check_cohort, run_cohort

__all__ = ["CohortResult", "Cohorted", "check_cohort", "load_cohort", "run_cohort"]
