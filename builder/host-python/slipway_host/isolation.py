"""Finds the rows at fault in a batch that fails, so that the others get their results."""

from slipway_host.steps import Reshaped


def outcomes_of(rows, run, fresh, check):
    """Returns each row's result, or its exception. `run` returns the results of a list of rows, `fresh` a row as it was
    before steps changed it, and `check` raises for an error that ends the process.
    """
    try:
        return run(rows)
    except BaseException as error:
        check(error)
        if len(rows) == 1 or isinstance(error, Reshaped):
            return [error] * len(rows)
    alone = [_outcome_alone(row, run, fresh, check) for row in rows]
    good = [at for at, outcome in enumerate(alone) if not isinstance(outcome, BaseException)]
    if 1 < len(good) < len(rows):
        for at, outcome in zip(good, _outcomes_together([rows[at] for at in good], run, fresh, check)):
            alone[at] = alone[at] if outcome is None else outcome
    return alone


def _outcome_alone(row, run, fresh, check):
    try:
        return run([fresh(row)])[0]
    except BaseException as error:
        check(error)
        return error


def _outcomes_together(rows, run, fresh, check):
    """Runs the good rows as a batch of their own, because a step can't drop or move a row that is alone. Returns None for
    rows that keep their results.
    """
    try:
        return run([fresh(row) for row in rows])
    except BaseException as error:
        check(error)
        return [error if isinstance(error, Reshaped) else None] * len(rows)
