"""``[model]``: how each asset moves by itself, and how they move together."""

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from stresskit.config.carry import Asset, Basis, Funding
from stresskit.config.envelope import EnvelopeModel
from stresskit.config.fault import misplaced
from stresskit.spec import Duration, Spec

SINGLE = ("gaussian", "student_t")  # dependences that can be drawn in single precision
SYMMETRIC = ("normal", "student_t")  # and innovations
MarginalKind = Literal["constant", "ewma", "garch", "gjr_garch", "egarch"]
Innovations = Literal["normal", "student_t", "skew_t", "semi_parametric"]
Part = Literal["gaussian", "student_t", "survival_clayton", "gumbel"]
MEAN = "+mean"


class Marginal(Spec):
    """Volatility of one asset by itself, and the law of what it scales.

    Attributes
    ----------
    kind : recursion of the variance.
    innovations : law of the standardized returns; ``semi_parametric`` is empirical with generalized
        Pareto tails.
    mean : ``zero``, or ``constant``: the mean of the sample.
    """

    kind: MarginalKind = "gjr_garch"
    innovations: Innovations = "student_t"
    mean: Literal["zero", "constant"] = "zero"

    @property
    def label(self) -> str:
        """Key of the model in a snapshot: ``gjr_garch/student_t``, ``gjr_garch+mean/student_t``."""
        return f"{self.kind}{MEAN if self.mean == 'constant' else ''}/{self.innovations}"


class Named(Spec):
    """A dependence that needs no more than its name."""

    kind: Literal["survival_clayton", "gumbel", "vine", "regime"]

    @property
    def label(self) -> str:
        """Key of the dependence in a snapshot."""
        return self.kind


class Elliptical(Spec):
    """Gaussian or Student-t copula.

    Attributes
    ----------
    correlation : how it is calibrated: ``kendall`` inverts the rank correlation; ``linear`` keeps the
        linear correlation of the residuals, and so the variance of a hedge.
    """

    kind: Literal["gaussian", "student_t"]
    correlation: Literal["kendall", "linear"] = "kendall"

    @property
    def label(self) -> str:
        """Key of the dependence in a snapshot."""
        return self.kind if self.correlation == "kendall" else f"{self.kind}:{self.correlation}"


class Grouped(Spec):
    """Student-t copula with degrees of freedom of its own for each group of assets.

    Attributes
    ----------
    groups : every asset of the market in one of them; with a snapshot they may be left out.
    """

    kind: Literal["grouped_t"]
    groups: Annotated[list[Annotated[list[Asset], Field(min_length=1)]], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _each_once(self) -> "Grouped":
        names = [asset for group in self.groups or () for asset in group]
        if len(set(names)) < len(names):
            raise misplaced("groups", "each asset in one group")
        return self

    @property
    def label(self) -> str:
        """Key of the dependence in a snapshot."""
        return self.kind


class Mixed(Spec):
    """Two copulas, of which one is drawn at every step; the share of each is fitted."""

    kind: Literal["mixture"]
    of: Annotated[list[Part], Field(min_length=2, max_length=2)]

    @model_validator(mode="after")
    def _two(self) -> "Mixed":
        if self.of[0] == self.of[1]:
            raise misplaced("of", "two different kinds")
        return self

    @property
    def label(self) -> str:
        """Key of the dependence in a snapshot."""
        return f"{self.kind}:{'+'.join(self.of)}"


class Dynamic(Spec):
    """Dynamic conditional correlation around a Gaussian or a Student-t copula."""

    kind: Literal["dcc"]
    copula: Literal["gaussian", "student_t"] = "student_t"

    @property
    def label(self) -> str:
        """Key of the dependence in a snapshot."""
        return f"{self.kind}:{self.copula}"


class Historical(Spec):
    """Filtered historical simulation: whole cross-sections of standardized returns, drawn in blocks.

    Attributes
    ----------
    mean_block : mean length of a block; lengths are geometric.
    """

    kind: Literal["bootstrap"]
    mean_block: Duration = 5 * 86400

    @model_validator(mode="after")
    def _some_time(self) -> "Historical":
        if self.mean_block == 0:
            raise misplaced("mean_block", "a duration above zero")
        return self

    @property
    def label(self) -> str:
        """Key of the dependence in a snapshot made for the run."""
        return self.kind


AnyDependence = Annotated[
    Elliptical | Named | Grouped | Mixed | Dynamic | Historical, Field(discriminator="kind")
]
Volatility = Annotated[float, Field(gt=0, lt=10)]
VolatilityName = Annotated[Literal["long_run", "snapshot"], Tag("|name")]
VolatilityTable = Annotated[dict[Asset, Volatility], Tag("|table")]
InitialVolatility = Annotated[
    VolatilityName | VolatilityTable,
    Discriminator(lambda value: "|table" if isinstance(value, dict) else "|name"),
]


class Model(Spec):
    """``[model]``; annualized volatilities may be given by asset, the others start at the long run.

    `funding`, `basis`: what is drawn beside the returns; nothing where a table is absent. `envelope`:
    further models under which the same accounts are simulated, for the spread between models.
    `arithmetic`: in which paths are drawn; accounts, margin and liquidation are in double precision always.
    ``float32`` draws 1.5 times as fast and saves no memory; a whole run, which the accounts take most of,
    gains 1 to 8 %. It tells on its first 4,096 paths, drawn in both, what the other one changes; studies
    draw in it too and compare nothing.
    """

    marginal: Marginal = Marginal()
    dependence: AnyDependence = Elliptical(kind="student_t")
    initial_volatility: InitialVolatility = "long_run"
    envelope: tuple[EnvelopeModel, ...] = Field(default=(), strict=False)
    funding: Funding | None = None
    basis: Basis | None = None
    arithmetic: Literal["float64", "float32"] = "float64"

    @model_validator(mode="after")
    def _drawn_in_single(self) -> "Model":
        drawn = self.dependence.kind in SINGLE and self.marginal.innovations in SYMMETRIC
        if self.arithmetic == "float32" and (not drawn or self.marginal.kind == "egarch"):
            raise misplaced(
                "arithmetic",
                '"float64": in single precision there are dependences gaussian and student_t, innovations '
                "normal and student_t, and no egarch",
            )
        return self

    @model_validator(mode="after")
    def _each_model_once(self) -> "Model":
        if len(set(self.envelope)) < len(self.envelope):
            raise misplaced("envelope", "each model once")
        return self

    @property
    def pays(self) -> Funding | None:
        """``[model.funding]`` of a run that simulates it."""
        return self.funding if self.funding and self.funding.kind == "simulated" else None

    @property
    def based(self) -> Basis | None:
        """``[model.basis]`` of a run that simulates it."""
        return self.basis if self.basis and self.basis.kind == "simulated" else None
