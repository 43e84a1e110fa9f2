"""``[inventory]``: what a model inventory asks of every model in use; shown on the audit page."""

from typing import Annotated

from pydantic import Field

from stresskit.spec import Spec

Line = Annotated[str, Field(min_length=1, max_length=400)]


class Inventory(Spec):
    """Who answers for this use of the model, for what it is meant, and where it is not to be used.

    Attributes
    ----------
    model_id : its name in the firm's own inventory.
    owner : who answers for it.
    intended_use : the decision that it serves.
    limitations : what it is known not to do, a line each.
    approved_by, approved_on : who approved this use, and when, in your own words.
    """

    model_id: Line | None = None
    owner: Line | None = None
    intended_use: Line | None = None
    limitations: Annotated[tuple[Line, ...], Field(strict=False)] | None = None
    approved_by: Line | None = None
    approved_on: Line | None = None
