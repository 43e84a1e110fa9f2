"""From price files to a snapshot: ``stresskit calibrate``."""

from stresskit.calibrate.describe import describe
from stresskit.calibrate.estimate import calibrate
from stresskit.calibrate.from_files import calibrate_files
from stresskit.calibrate.run import run_calibration
from stresskit.calibrate.spec import CalibrateFile, CalibrateSpec

__all__ = ["CalibrateFile", "CalibrateSpec", "calibrate", "calibrate_files", "describe", "run_calibration"]
