"""Names of array types: how many dimensions, which element."""

import numpy as np
import numpy.typing as npt

Float1D = npt.NDArray[np.float64]
Float2D = npt.NDArray[np.float64]
Float3D = npt.NDArray[np.float64]
Single1D = npt.NDArray[np.float32]
Single2D = npt.NDArray[np.float32]
Short3D = npt.NDArray[np.int16]
Word2D = npt.NDArray[np.int32]
Int1D = npt.NDArray[np.int64]
Int2D = npt.NDArray[np.int64]
