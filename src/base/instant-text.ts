let last = { second: -1, text: '' }

/**
 * Milliseconds since 1970 as RFC 3339, as `toISOString` writes them. The text of the last second is kept: of each
 * request several instants are written, and dates are slow.
 */
export function instantText(ms: number): string {
  const second = Math.floor(ms / 1000)
  if (second !== last.second)
    last = { second, text: new Date(second * 1000).toISOString().slice(0, -4) }
  const rest = ms - second * 1000
  return `${last.text}${rest < 10 ? '00' : rest < 100 ? '0' : ''}${Math.floor(rest)}Z`
}
