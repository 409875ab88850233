/**
 * A positive number of operations as exponent of ten and mantissa of 15 digits, which order like the number:
 * 1e26 is { exponent: 26, mantissa: 100000000000000 }. Cedar's own numbers end at 9.2e18.
 */
export function splitOperations(operations: number): {
  readonly exponent: number
  readonly mantissa: number
} {
  if (!(operations > 0) || !Number.isFinite(operations)) return { exponent: -400, mantissa: 0 }
  const [digits = '', exponent = ''] = operations.toExponential(14).split('e')
  return { exponent: Number(exponent), mantissa: Number(digits.replace('.', '')) }
}
