"""Writes test/fixtures/statistics/reference.json: values of SciPy and statsmodels that the unit tests compare with.

    python tools/statistics/reference.py > test/fixtures/statistics/reference.json

Needs scipy and statsmodels. Tango, Newcombe and the rest that neither library has are written here a second time, from
the formulas and by SciPy's root finder, not from Holdfast's code.
"""

import json
import math
import random

import numpy as np
import scipy
import statsmodels
from scipy import optimize, special, stats
from statsmodels.stats import contingency_tables, multitest, proportion

random.seed(20261125)
rows = []


def add(function, arguments, value):
    values = value if isinstance(value, (list, tuple)) else [value]
    rows.append([function, arguments, [float(one) for one in values]])


def tango_z(n, b, c, delta):
    # Restricted maximum likelihood found numerically, not by the quadratic.
    if delta <= -1 or delta >= 1:
        return math.copysign(math.inf, -delta)

    def loss(p01):
        p10 = p01 + delta
        rest = 1 - p10 - p01
        total = 0.0
        for count, share in ((b, p10), (c, p01), (n - b - c, rest)):
            if count:
                total -= count * math.log(max(share, 1e-300))
        return total

    low, high = max(0, -delta), (1 - delta) / 2
    found = optimize.minimize_scalar(loss, bounds=(low, high), method="bounded", options={"xatol": 1e-14})
    best = min((low, high, found.x), key=loss)
    variance = n * (2 * best + delta - delta * delta)
    return (b - c - n * delta) / math.sqrt(variance) if variance > 0 else 0.0


def tables(count):
    for _ in range(count):
        n = random.choice([5, 12, 30, 60, 150, 300, 1000])
        shares = np.random.default_rng(random.randrange(10**6)).dirichlet([3, 0.6, 0.6, 1])
        yield [int(x) for x in np.random.default_rng(random.randrange(10**6)).multinomial(n, shares)]


for a, b, c, d in tables(120):
    n = a + b + c + d
    for margin in (0.03, 0.1):
        add("tangoScore", [a, b, c, d, -margin], tango_z(n, b, c, -margin))
    exact = contingency_tables.mcnemar([[a, b], [c, d]], exact=True)
    add("mcnemarExact", [b, c], exact.pvalue if b + c else 1.0)
    if b + c:
        add("mcnemarAsymptotic", [b, c], contingency_tables.mcnemar([[a, b], [c, d]], exact=False, correction=False).pvalue)
        if b != c:
            add("mcnemarCorrected", [b, c], contingency_tables.mcnemar([[a, b], [c, d]], exact=False, correction=True).pvalue)
for trials in (1, 2, 7, 40, 300, 5000, 1_000_000):
    for count in sorted({0, 1, trials // 50, trials // 3, trials - 1, trials}):
        add("clopperPearson", [count, trials, 0.95], list(proportion.proportion_confint(count, trials, 0.05, "beta")))
        add("clopperPearson", [count, trials, 0.998], list(proportion.proportion_confint(count, trials, 0.002, "beta")))
        add("wilson", [count, trials, 0.95], list(proportion.proportion_confint(count, trials, 0.05, "wilson")))
        upper = 1.0 if count == trials else stats.beta.ppf(0.95, count + 1, trials - count)
        add("clopperPearsonUpper", [count, trials, 0.05], upper)
for probability in (1e-10, 1e-6, 0.001, 0.025, 0.05, 0.2, 0.5, 0.8, 0.95, 0.975, 0.999):
    add("normalQuantile", [probability], stats.norm.ppf(probability))
    for freedom in (1, 2, 5, 28, 59, 399):
        add("studentQuantile", [probability, freedom], stats.t.ppf(probability, freedom))
for z in (-6, -2, -0.5, 0, 0.7, 1.645, 3, 5, 8, 12):
    add("normalUpperTail", [z], stats.norm.sf(z))
    for freedom in (1, 5, 28, 399):
        add("studentUpperTail", [z, freedom], stats.t.sf(z, freedom))
        add("chiSquareUpperTail", [abs(z), freedom], stats.chi2.sf(abs(z), freedom))
for trials in (1, 10, 200, 10_000):
    for share in (0.01, 0.05, 0.5, 0.9):
        for count in sorted({0, trials // 20, trials // 2, trials - 1}):
            add("binomialLowerTail", [count, trials, share], stats.binom.cdf(count, trials, share))
            add("binomialUpperTail", [count, trials, share], stats.binom.sf(count - 1, trials, share))
for _ in range(20):
    values = [round(random.random() ** 3, 6) for _ in range(random.choice([1, 3, 8]))]
    add("holm", [values], list(multitest.multipletests(values, method="holm")[1]))
    add("benjaminiHochberg", [values], list(multitest.multipletests(values, method="fdr_bh")[1]))
for _ in range(20):
    table = [[int(random.random() < 0.3 + 0.1 * k) for k in range(4)] for _ in range(15)]
    found = contingency_tables.cochrans_q(np.array(table))
    add("cochranQ", [table], [found.statistic, found.pvalue])
for only_first, only_second in ((7, 0), (8, 0), (12, 2), (25, 9), (0, 0), (300, 200)):
    add(
        "disparityLogEValue",
        [only_first, only_second],
        (only_first + only_second) * math.log(2) + special.betaln(only_first + 1, only_second + 1),
    )
for seed in range(20):
    source = np.random.default_rng(seed)
    sizes = source.integers(1, 6, size=12)
    groups = [int(g) for g, size in enumerate(sizes) for _ in range(size)]
    differences = [round(float(x), 6) for x in np.clip(source.normal(0, 0.3, len(groups)), -1, 1)]
    import statsmodels.api as sm

    fit = sm.OLS(differences, np.ones(len(groups))).fit(
        cov_type="cluster", cov_kwds={"groups": np.array(groups), "use_correction": False}
    )
    clusters = len(set(groups))
    error = float(fit.bse[0]) * math.sqrt(clusters / (clusters - 1))
    lower = float(fit.params[0]) - stats.t.ppf(0.95, clusters - 1) * error
    add("robustLowerBound", [differences, groups, 0.05], [float(fit.params[0]), error, lower])

print(
    json.dumps(
        {
            "madeBy": "tools/statistics/reference.py",
            "scipy": scipy.__version__,
            "statsmodels": statsmodels.__version__,
            "rows": rows,
        }
    )
)
