"""Clustered inference: a naive CR2 with matrices, the plain sandwich, and a t-test as special case."""

import numpy as np
import pytest
from scipy import linalg, stats

from analysis.psychometrics.clustered import Floats, Ints, _ratio, clustered
from analysis.psychometrics.mixed import NotEstimable, crossed


def data(seed: int, n_clusters: int = 7) -> tuple[Floats, Floats, Ints]:
    """Clusters of 3 to 8 rows; an intercept, a mixed, a within and a between column."""
    rng = np.random.default_rng(seed)
    codes = np.repeat(np.arange(n_clusters), rng.integers(3, 9, n_clusters))
    n = len(codes)
    between = rng.normal(size=(2, n_clusters))[:, codes]
    columns = np.column_stack([np.ones(n), rng.normal(size=n) + between[0], rng.normal(size=n), between[1]])
    outcome = columns @ [1.0, 2.0, 0.0, 0.5] + rng.normal(size=n_clusters)[codes] + rng.normal(size=n)
    return outcome, columns, codes


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_errors_and_degrees_of_freedom_are_those_of_the_matrices_written_out(seed: int) -> None:
    """Whiten by the intercept's share, then per cluster (I - H)^-1/2 and Satterthwaite as in the papers."""
    outcome, columns, codes = data(seed)
    n, p = columns.shape
    same = (codes[:, None] == codes).astype(np.float64)
    root = linalg.inv(linalg.sqrtm(np.eye(n) + _ratio(outcome, columns, codes) * same).real)
    x, y = root @ columns, root @ outcome
    bread = linalg.inv(x.T @ x)
    beta, hat = bread @ x.T @ y, x @ bread @ x.T
    left = y - x @ beta
    found = clustered(outcome, columns, codes)
    for k in range(p):
        total, rows = 0.0, []
        for cluster in range(int(codes.max()) + 1):
            own = np.flatnonzero(codes == cluster)
            adjust = linalg.inv(linalg.sqrtm(np.eye(len(own)) - hat[np.ix_(own, own)]).real)
            worth = adjust @ x[own] @ bread[:, k]
            total += float(worth @ left[own]) ** 2
            rows.append((np.eye(n) - hat)[:, own] @ worth)
        inner = np.array(rows) @ np.array(rows).T
        df = np.trace(inner) ** 2 / (inner**2).sum()
        assert (found[k].value, found[k].error, found[k].df) == pytest.approx((beta[k], total**0.5, df))


def test_with_many_clusters_it_is_the_plain_sandwich() -> None:
    """Liang and Zeger (1986), summed cluster by cluster; of 400 the small-sample parts are next to nothing."""
    rng = np.random.default_rng(4)
    codes = np.repeat(np.arange(400), 5)
    x = rng.normal(size=2000)
    outcome = 1.5 * x * rng.normal(1, 0.5, 400)[codes] + rng.normal(size=2000)
    columns = np.column_stack([np.ones(2000), x])
    found = clustered(outcome, columns, codes)[1]
    bread = linalg.inv(columns.T @ columns)
    beta = bread @ columns.T @ outcome
    left = outcome - columns @ beta
    scores = np.array([columns[codes == cluster].T @ left[codes == cluster] for cluster in range(400)])
    assert found.value == pytest.approx(beta[1], abs=0.01)
    assert found.error == pytest.approx(np.sqrt((bread @ scores.T @ scores @ bread)[1, 1]), rel=0.02)


def test_the_mean_of_cluster_means_has_students_interval() -> None:
    """An intercept alone with equal clusters: the error is that of the means' mean, df one less than clusters."""
    rng = np.random.default_rng(5)
    means = rng.normal(size=9)
    outcome = np.repeat(means, 4) + np.tile([-1.0, 0.0, 0.0, 1.0], 9)
    found = clustered(outcome, np.ones((36, 1)), np.repeat(np.arange(9), 4))[0]
    theirs = stats.ttest_1samp(means, 0.0)
    interval = theirs.confidence_interval()
    assert found.df == pytest.approx(8)
    assert found.interval == pytest.approx((interval.low, interval.high))
    assert found.p == pytest.approx(theirs.pvalue)


def test_weights_are_near_those_of_the_mixed_model() -> None:
    outcome, columns, codes = data(6, n_clusters=60)
    ours = [slope.value for slope in clustered(outcome, columns, codes)]
    theirs = [one.value for one in crossed(outcome, columns, [codes]).coefficients]
    assert ours == pytest.approx(theirs, abs=0.02)


def test_rows_in_any_order_give_the_same() -> None:
    outcome, columns, codes = data(7)
    mixed = np.random.default_rng(8).permutation(len(outcome))
    ours, theirs = clustered(outcome, columns, codes), clustered(outcome[mixed], columns[mixed], codes[mixed])
    assert [tuple(slope) for slope in ours] == [pytest.approx(tuple(slope)) for slope in theirs]


def test_a_coefficient_that_one_cluster_decides_has_no_error() -> None:
    """The second column is 1 in the first cluster only: nothing else speaks of it."""
    codes = np.repeat(np.arange(6), 5)
    columns = np.column_stack([np.ones(30), (codes == 0).astype(np.float64)])
    outcome: Floats = np.random.default_rng(9).normal(size=30)
    found = clustered(outcome, columns, codes)[1]
    assert (found.error, found.df, found.interval, found.p) == (None, None, None, None)


def test_collinear_columns_too_few_rows_and_one_cluster_are_refused() -> None:
    codes = np.repeat(np.arange(3), 4)
    with pytest.raises(NotEstimable, match="do not vary"):
        clustered(np.arange(12.0), np.ones((12, 2)), codes)
    with pytest.raises(NotEstimable, match="12 rows in 1 clusters for 1 columns"):
        clustered(np.arange(12.0), np.ones((12, 1)), np.zeros(12, dtype=np.int64))


@pytest.mark.parametrize("noise", [0.0, 1e-12])
def test_an_outcome_that_is_the_models_alone_is_still_fitted(noise: float) -> None:
    """At temperature 0 every run of a model behaves alike: the slope between models is that of their means."""
    rng = np.random.default_rng(10)
    codes = np.repeat(np.arange(8), 9)
    level = rng.normal(size=8)
    outcome: Floats = 2.0 * level[codes] + rng.normal(size=8)[codes] + noise * rng.normal(size=72)
    found = clustered(outcome, np.column_stack([np.ones(72), level[codes]]), codes)[1]
    assert found.value == pytest.approx(stats.linregress(level, outcome[::9]).slope, abs=1e-6)
    assert found.interval is not None
