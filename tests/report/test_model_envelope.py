"""Models of an envelope stand in the order in which the past prefers them."""

from types import SimpleNamespace

from stresskit.report.model_envelope import backtest_losses, in_order


def account(books):
    answers = {} if books is None else {"backtest": {"books": books}}
    return SimpleNamespace(
        studies=SimpleNamespace(answers=answers), results=SimpleNamespace(metrics={"name": "mine"})
    )


def book(model, loss, name="mine"):
    levels = {"0.975": {"fissler_ziegel_loss": 9.0}, "0.99": {"fissler_ziegel_loss": loss}, "pit": {}}
    return {"name": name, "envelope_model": model, "model": levels}


def test_the_smallest_loss_at_the_highest_level_comes_first():
    losses = backtest_losses(account([book("normal", 3.5), book("dcc", 3.2), book("dcc", 1.0, "other")]))
    assert losses == {"normal": 3.5, "dcc": 3.2}
    assert in_order(["skew_t", "normal", "regime", "dcc"], losses) == ["dcc", "normal", "skew_t", "regime"]


def test_without_a_backtest_they_stay_as_they_came():
    plain = {"name": "mine", "model": {"0.99": {"fissler_ziegel_loss": 3.0}}}
    for books in (None, [], [plain], [book("normal", None)]):
        assert backtest_losses(account(books)) == {}
    assert in_order(["skew_t", "normal"], {}) == ["skew_t", "normal"]
