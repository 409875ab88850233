/** Figures as a report writes them: enough digits to check, not more than they carry. */

/** `−0.0133`, `+0.0200`: a difference of shares or scores. */
export function differenceText(value: number): string {
  const digits = Math.abs(value).toFixed(4)
  if (Number(digits) === 0) return '0.0000'
  return `${value < 0 ? '−' : '+'}${digits}`
}

/** `4.2%`. */
export function shareText(share: number): string {
  return `${(share * 100).toFixed(1)}%`
}

/** `95%`, `97.5%`: how sure. */
export function confidenceText(confidence: number): string {
  return `${Number((confidence * 100).toPrecision(6))}%`
}

/** `0.91×`. */
export function ratioText(ratio: number): string {
  return `${ratio.toFixed(2)}×`
}

/** `0.0312`, `< 0.0001`. */
export function chanceText(p: number): string {
  if (p < 0.0001) return '< 0.0001'
  return p.toFixed(4)
}

/** Evidence from its logarithm: `39.5`, `1.3e+7`. */
export function evidenceText(logE: number): string {
  const value = Math.exp(Math.min(logE, 700))
  if (value >= 100_000) return value.toExponential(1)
  return value >= 100 ? wholeText(value) : value.toPrecision(3)
}

/** `0.00870`, `12.40`: money without its currency; an answer often costs less than a hundredth. */
export function amountText(amount: number): string {
  if (amount === 0) return '0'
  return amount >= 0.1 ? amount.toFixed(2) : amount.toPrecision(3)
}

/** `850 ms`, `3.2 s`, `2 min 5 s`. */
export function timeText(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`
  if (milliseconds < 120_000) return `${(milliseconds / 1_000).toFixed(1)} s`
  const seconds = Math.round(milliseconds / 1_000)
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/** `1,204`. */
export function wholeText(number: number): string {
  return String(Math.round(number)).replace(/\B(?=(?:\d{3})+$)/g, ',')
}
