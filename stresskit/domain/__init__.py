"""The nouns that flow between the stages. No behaviour, no numerics.

Units: prices are relative to the mark at the start of the run (1.0 there), so the quantity of a
linear position is its signed USD notional at the start; variances are of simple returns over one
step; money is USD.
"""

from stresskit.arrays import Float1D as Float1D
from stresskit.arrays import Float2D as Float2D
from stresskit.arrays import Float3D as Float3D
from stresskit.arrays import Int1D as Int1D
from stresskit.domain.account import TERMS as TERMS
from stresskit.domain.account import Beside as Beside
from stresskit.domain.account import Book as Book
from stresskit.domain.account import Breakdown as Breakdown
from stresskit.domain.account import View as View
from stresskit.domain.account import Wallet as Wallet
from stresskit.domain.dependence import AnyDependence as AnyDependence
from stresskit.domain.dependence import Archimedean as Archimedean
from stresskit.domain.dependence import Bootstrap as Bootstrap
from stresskit.domain.dependence import Dcc as Dcc
from stresskit.domain.dependence import Dependence as Dependence
from stresskit.domain.dependence import Family as Family
from stresskit.domain.dependence import GroupedT as GroupedT
from stresskit.domain.dependence import Mixture as Mixture
from stresskit.domain.dependence import Regime as Regime
from stresskit.domain.dependence import Vine as Vine
from stresskit.domain.dependence import from_the_long_run as from_the_long_run
from stresskit.domain.dependence import reshaped as reshaped
from stresskit.domain.estimate import Estimate as Estimate
from stresskit.domain.laws import Innovation as Innovation
from stresskit.domain.laws import Marginals as Marginals
from stresskit.domain.laws import SemiParametric as SemiParametric
from stresskit.domain.laws import SkewT as SkewT
from stresskit.domain.laws import StudentT as StudentT
from stresskit.domain.life import Block as Block
from stresskit.domain.life import Ledger as Ledger
from stresskit.domain.life import Record as Record
from stresskit.domain.life import Tile as Tile
from stresskit.domain.market import Calibration as Calibration
from stresskit.domain.market import JointModel as JointModel
from stresskit.domain.market import Snapshot as Snapshot
from stresskit.domain.rules import ceiling as ceiling
from stresskit.domain.rules import chart as chart
from stresskit.domain.rules import charted as charted
from stresskit.domain.rules import convex as convex
from stresskit.domain.rules import deviation_bound as deviation_bound
from stresskit.domain.rules import focus as focus
from stresskit.domain.rules import gentle as gentle
from stresskit.domain.rules import liquidate as liquidate
from stresskit.domain.rules import loan_factor as loan_factor
from stresskit.domain.rules import remember as remember
from stresskit.domain.rules import requirement as requirement
from stresskit.domain.rules import requirement_of_leg as requirement_of_leg
from stresskit.domain.rules import roof as roof
from stresskit.domain.rules import steepest as steepest
from stresskit.domain.rules import step_down as step_down
from stresskit.domain.rules import weigh as weigh
from stresskit.domain.stress import Completion as Completion
from stresskit.domain.stress import Deleveraging as Deleveraging
from stresskit.domain.stress import ForcedSelling as ForcedSelling
from stresskit.domain.stress import Move as Move
from stresskit.domain.stress import Segment as Segment
from stresskit.domain.stress import Shock as Shock
from stresskit.domain.stress import StressedModel as StressedModel
from stresskit.domain.stress import Tape as Tape
from stresskit.domain.stress import VenueStress as VenueStress
from stresskit.numerics.blend import Blend as Blend
