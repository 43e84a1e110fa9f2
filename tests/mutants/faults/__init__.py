"""The faults, one line of the package each, and the tests that must notice; a file for each part."""

from tests.mutants.faults import (
    in_liquidation,
    in_margin,
    in_measure,
    in_model,
    in_report,
    in_simulate,
    in_study,
)
from tests.mutants.faults.fault import Fault as Fault

PARTS = (in_model, in_margin, in_liquidation, in_simulate, in_measure, in_study, in_report)
FAULTS = tuple(fault for part in PARTS for fault in part.FAULTS)
