"""From price files to a snapshot: ``stresskit calibrate``."""

from stresskit.calibrate.describe import describe
from stresskit.calibrate.estimate import calibrate
from stresskit.calibrate.run import run_calibration
from stresskit.calibrate.spec import CalibrateFile, CalibrateSpec

__all__ = ["CalibrateFile", "CalibrateSpec", "calibrate", "describe", "run_calibration"]
