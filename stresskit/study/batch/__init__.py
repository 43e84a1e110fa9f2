"""Many runs, one after the other: collected, run, ranked and summed up; none hides another's failure."""

from stresskit.study.batch.jobs import Job, collect
from stresskit.study.batch.run import Batch, BatchProgress, Outcome, run_batch

__all__ = ["Batch", "BatchProgress", "Job", "Outcome", "collect", "run_batch"]
