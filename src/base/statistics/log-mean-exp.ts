/** ln of the mean of e^x, without leaving the range of numbers. */
export function logMeanExp(values: Iterable<number>): number {
  const all = [...values]
  const most = Math.max(...all)
  if (most === Number.NEGATIVE_INFINITY) return most
  return most + Math.log(all.reduce((sum, value) => sum + Math.exp(value - most), 0) / all.length)
}
