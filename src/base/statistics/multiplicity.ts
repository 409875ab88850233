/**
 * p values adjusted so that the risk of any false claim among all is kept (Holm 1979), in the order given. A claim holds
 * where its adjusted value is at most alpha.
 */
export function holm(ps: readonly number[]): readonly number[] {
  return stepped(ps, (p, rank) => p * (ps.length - rank))
}

/**
 * The same for e values, which may depend on each other in any way: Holm on min(1, 1/e) (Vovk and Wang 2021; Wang and
 * Ramdas 2022).
 */
export function eHolm(es: readonly number[]): readonly number[] {
  return holm(es.map((e) => Math.min(1, 1 / e)))
}

/** Adjusted for the share of false claims among those made (Benjamini and Hochberg 1995). For overviews, not for verdicts. */
export function benjaminiHochberg(ps: readonly number[]): readonly number[] {
  const order = ranked(ps).toReversed()
  const adjusted = Array.from({ length: ps.length }, () => 1)
  let least = 1
  for (const [index, { p, at }] of order.entries()) {
    least = Math.min(least, (p * ps.length) / (ps.length - index))
    adjusted[at] = least
  }
  return adjusted
}

function stepped(
  ps: readonly number[],
  factor: (p: number, rank: number) => number,
): readonly number[] {
  const adjusted = Array.from({ length: ps.length }, () => 1)
  let most = 0
  for (const [rank, { p, at }] of ranked(ps).entries()) {
    most = Math.max(most, Math.min(1, factor(p, rank)))
    adjusted[at] = most
  }
  return adjusted
}

function ranked(ps: readonly number[]): readonly { readonly p: number; readonly at: number }[] {
  return ps.map((p, at) => ({ p, at })).toSorted((one, other) => one.p - other.p)
}
