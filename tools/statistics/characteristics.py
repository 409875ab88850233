"""Writes test/fixtures/statistics/characteristics.json: how often the rules of verdicts qualify a candidate that is exactly
as bad as the margin forbids, found a second time and another way.

    nice -n 19 python tools/statistics/characteristics.py > test/fixtures/statistics/characteristics.json

Needs numpy and scipy. Tasks on their own are computed exactly, without chance: the rules are written anew from their
definitions (Tango's score, an exact unconditional p after Berger and Boos on a fine grid, the betting e-process), applied to
every outcome there is, and weighed by its probability. Clusters and graded scores are played, with another source of
random numbers than Holdfast's.
"""

import json
import sys

import numpy as np
import scipy
from scipy import special, stats

ALPHA = 0.05
BETA = 0.2
GAMMA = 0.001
BETS = 20
BOLDNESS = 0.99
TRIALS = 20_000
SEED = 20261126


def tango(n, b, c, margin):
    """Tango (1998) with the restricted maximum likelihood of his closed form; arrays are welcome."""
    delta = -margin
    quadratic = 2 * n
    linear = -b - c + (2 * n - b + c) * delta
    constant = -c * delta * (1 - delta)
    q = (np.sqrt(np.maximum(linear**2 - 4 * quadratic * constant, 0)) - linear) / (2 * quadratic)
    variance = n * (2 * q + delta * (1 - delta))
    numerator = b - c - n * delta
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(variance > 0, numerator / np.sqrt(np.maximum(variance, 1e-300)), 0.0)


def log_trinomial(n, b, c, psi, margin):
    up, down = (psi - margin) / 2, (psi + margin) / 2
    return (
        special.gammaln(n + 1)
        - special.gammaln(b + 1)
        - special.gammaln(c + 1)
        - special.gammaln(n - b - c + 1)
        + special.xlogy(b, up)
        + special.xlogy(c, down)
        + special.xlogy(n - b - c, max(0.0, 1 - psi))
    )


class ExactRule:
    """Score and exact p of all outcomes of n tasks: qualified where both are at most alpha."""

    def __init__(self, n, margin, grid=240):
        self.n, self.margin = n, margin
        b, c = np.meshgrid(np.arange(n + 1), np.arange(n + 1), indexing="ij")
        inside = b + c <= n
        self.b, self.c = b[inside].astype(float), c[inside].astype(float)
        self.z = tango(n, self.b, self.c, margin)
        # Nuisance values near the margin matter most.
        self.psi = margin + (1 - margin) * np.linspace(0, 1, grid) ** 2
        order = np.argsort(-self.z, kind="stable")
        self.z_sorted = self.z[order]
        self.tails = np.empty((grid, len(order) + 1))
        for at, psi in enumerate(self.psi):
            chance = np.exp(log_trinomial(n, self.b, self.c, psi, margin))[order]
            self.tails[at, 0] = 0
            np.cumsum(chance, out=self.tails[at, 1:])

    def exact_p(self, b, c):
        """After Berger and Boos: the largest tail where the discordance lies with all but GAMMA of the confidence."""
        z = float(tango(self.n, b, c, self.margin))
        reached = np.searchsorted(-self.z_sorted, -(z - 1e-9), side="right")
        total, n = b + c, self.n
        low = stats.beta.ppf(GAMMA / 2, total, n - total + 1) if total > 0 else 0.0
        high = stats.beta.ppf(1 - GAMMA / 2, total + 1, n - total) if total < n else 1.0
        low, high = max(self.margin, low), max(self.margin, high)
        first = max(0, np.searchsorted(self.psi, low, side="right") - 1)
        last = min(len(self.psi), np.searchsorted(self.psi, high, side="left") + 1)
        return min(1.0, self.tails[first:last, reached].max() + GAMMA)

    def qualifies(self, b, c):
        if stats.norm.sf(float(tango(self.n, b, c, self.margin))) > ALPHA:
            return False
        return self.exact_p(b, c) <= ALPHA

    def region(self):
        passing = np.zeros(len(self.b), dtype=bool)
        for at in np.flatnonzero(stats.norm.sf(self.z) <= ALPHA):
            passing[at] = self.exact_p(self.b[at], self.c[at]) <= ALPHA
        return passing


def bets_of(margin):
    shares = (np.arange(BETS) + 0.5) / BETS * BOLDNESS
    return shares / (1 - margin), shares / (1 + margin)


def exact_sequential(n, margin, psi):
    """The chance that the e-process ever qualifies, by the distribution of (b, c) over all tasks, step by step."""
    up, down = (psi - margin) / 2, (psi + margin) / 2
    most = n + 1
    size = int(min(most, np.ceil(n * down + 12 * np.sqrt(n * down) + 12)))
    alive = np.zeros((size + 1, size + 1))
    alive[0, 0] = 1.0
    pass_bets, fail_bets = bets_of(margin)
    b = np.arange(size + 1)[:, None, None]
    c = np.arange(size + 1)[None, :, None]
    gain = {
        "b": (np.log1p(pass_bets * (1 + margin)), np.log1p(-fail_bets * (1 + margin))),
        "c": (np.log1p(-pass_bets * (1 - margin)), np.log1p(fail_bets * (1 - margin))),
        "tie": (np.log1p(pass_bets * margin), np.log1p(-fail_bets * margin)),
    }
    base_pass = b * gain["b"][0] + c * gain["c"][0]
    base_fail = b * gain["b"][1] + c * gain["c"][1]
    qualified = 0.0
    for t in range(1, n + 1):
        moved = alive * (1 - psi)
        moved[1:, :] += alive[:-1, :] * up
        moved[:, 1:] += alive[:, :-1] * down
        ties = t - b - c
        e_pass = special.logsumexp(base_pass + ties * gain["tie"][0], axis=2) - np.log(BETS)
        e_fail = special.logsumexp(base_fail + ties * gain["tie"][1], axis=2) - np.log(BETS)
        possible = ties[:, :, 0] >= 0
        passed = possible & (e_pass >= -np.log(ALPHA))
        failed = possible & ~passed & (e_fail >= -np.log(BETA))
        qualified += float(moved[passed].sum())
        moved[passed | failed | ~possible] = 0
        alive = moved
    return qualified


def cautious_effect(sums, sizes, values):
    """Kish's worst design effect, what the data show, and the smaller of both, a row a trial."""
    tasks = values.shape[1]
    mean = sums.sum(axis=1) / tasks
    spread = np.maximum(0, (values**2).sum(axis=1) - tasks * mean**2)
    naive = np.sqrt(spread / (tasks - 1) / tasks)
    clusters = sums.shape[1]
    residual = ((sums - sizes * mean[:, None]) ** 2).sum(axis=1)
    robust = np.sqrt(clusters / (clusters - 1) * residual) / tasks
    worst = float((sizes**2).sum()) / tasks
    with np.errstate(divide="ignore", invalid="ignore"):
        shown = np.where(naive > 1e-12, (robust / naive) ** 2, worst)
    return worst, np.minimum(worst, np.maximum(1, shown))


def guarded_p(sums, sizes, values, margin):
    tasks, clusters = values.shape[1], sums.shape[1]
    worst, effect = cautious_effect(sums, sizes, values)
    weight = (effect + worst) / 2
    n = tasks + 1.5 * weight
    mean = (sums.sum(axis=1) - 1.5 * weight) / n
    groups = clusters + 1.5
    residual = 1.5 * (weight * (1 + mean)) ** 2 + ((sums - sizes * mean[:, None]) ** 2).sum(axis=1)
    error = np.sqrt(groups / (groups - 1) * residual) / n
    return stats.t.sf((mean + margin) / error, clusters - 1), effect


def played(setting, source):
    """Both modes on the same trials of tasks in clusters, or graded."""
    margin, clusters, size = setting["margin"], setting["clusters"], setting["clusterSize"]
    psi, together, graded = setting["discordance"], setting["together"], setting.get("graded", False)
    tasks = clusters * size
    own = source.random((TRIALS, clusters, size))
    shared = source.random((TRIALS, clusters, 1))
    as_one = source.random((TRIALS, clusters, 1)) < together
    draw = np.where(as_one, shared, own)
    values = np.where(draw < (psi - margin) / 2, 1.0, np.where(draw < psi, -1.0, 0.0))
    if graded:
        values = np.where(values == 0, (source.random(values.shape) - 0.5) * 0.4, values)
    sums = values.sum(axis=2)
    flat = values.reshape(TRIALS, tasks)
    sizes = np.full(clusters, float(size))
    p, effect = guarded_p(sums, sizes, flat, margin)
    qualified = p <= ALPHA
    if not graded:
        rules = {}
        for at in np.flatnonzero(qualified):
            n = max(1, int(np.floor(tasks / effect[at])))
            lost = min(n, int(np.ceil((flat[at] < 0).sum() / effect[at] - 1e-9)))
            won = min(n - lost, int(np.floor((flat[at] > 0).sum() / effect[at])))
            if (n, won, lost) not in rules:
                if n not in rules:
                    rules[n] = ExactRule(n, margin, grid=60)
                rules[(n, won, lost)] = rules[n].qualifies(won, lost)
            qualified[at] = rules[(n, won, lost)]
    bets = sums[:, :, None] if size == 1 else ((sums + size * margin) / size - margin)[:, :, None]
    pass_bets, fail_bets = bets_of(margin)
    wealth = np.zeros((TRIALS, BETS))
    doubt = np.zeros((TRIALS, BETS))
    is_open = np.ones(TRIALS, dtype=bool)
    stopped = np.zeros(TRIALS, dtype=bool)
    for look in range(clusters):
        wealth += np.log1p(pass_bets * (bets[:, look] + margin))
        doubt += np.log1p(-fail_bets * (bets[:, look] + margin))
        passed = is_open & (special.logsumexp(wealth, axis=1) - np.log(BETS) >= -np.log(ALPHA))
        stopped |= passed
        failed = is_open & (special.logsumexp(doubt, axis=1) - np.log(BETS) >= -np.log(BETA))
        is_open &= ~(passed | failed)
    return float(qualified.mean()), float(stopped.mean())


def plain_settings():
    for margin, n in ((0.03, 400), (0.05, 60), (0.05, 150), (0.05, 300), (0.1, 60), (0.1, 100)):
        for psi in (margin, margin + 0.05, 0.2):
            yield {"margin": margin, "clusters": n, "clusterSize": 1, "discordance": psi, "together": 0}


def other_settings():
    for psi in (0.05, 0.2):
        yield {"margin": 0.05, "clusters": 300, "clusterSize": 1, "discordance": psi, "together": 0, "graded": True}
    for margin, clusters, size in ((0.05, 100, 5), (0.1, 30, 5), (0.1, 60, 3)):
        for psi, together in ((margin, 0), (margin, 0.3), (margin, 1), (0.2, 0.3), (0.2, 1)):
            yield {
                "margin": margin,
                "clusters": clusters,
                "clusterSize": size,
                "discordance": psi,
                "together": together,
            }


def main():
    rows, worst = [], []
    regions = {}
    for setting in plain_settings():
        n, margin, psi = setting["clusters"], setting["margin"], setting["discordance"]
        if (n, margin) not in regions:
            rule = ExactRule(n, margin)
            passing = rule.region()
            sizes = [
                float(np.exp(log_trinomial(n, rule.b, rule.c, x, margin))[passing].sum()) for x in rule.psi
            ]
            at = int(np.argmax(sizes))
            worst.append({"margin": margin, "tasks": n, "discordance": float(rule.psi[at]), "fixed": sizes[at]})
            regions[(n, margin)] = (rule, passing)
        rule, passing = regions[(n, margin)]
        fixed = float(np.exp(log_trinomial(n, rule.b, rule.c, psi, margin))[passing].sum())
        rows.append({**setting, "way": "exact", "fixed": fixed, "sequential": exact_sequential(n, margin, psi)})
        print(rows[-1], file=sys.stderr)
    for at, setting in enumerate(other_settings()):
        fixed, sequential = played(setting, np.random.default_rng(SEED + at))
        rows.append({**setting, "way": "played", "fixed": fixed, "sequential": sequential})
        print(rows[-1], file=sys.stderr)
    print(
        json.dumps(
            {
                "madeBy": "tools/statistics/characteristics.py",
                "numpy": np.__version__,
                "scipy": scipy.__version__,
                "trials": TRIALS,
                "seed": SEED,
                "rows": rows,
                "worst": worst,
            },
            indent=1,
        )
    )


main()
