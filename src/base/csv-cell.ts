/**
 * A text that a spreadsheet would run as a formula gets an apostrophe in front. The lists of OWASP and of the
 * spreadsheets' makers agree on these beginnings; quoting alone does not stop them.
 */
export function csvCell(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const text = value.toWellFormed().replaceAll('\0', '')
  const safe = /^[\s]*[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
