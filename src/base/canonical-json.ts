/**
 * JSON with one byte form per value (RFC 8785): members sorted by UTF-16 code units, no white space. A value whose
 * members stand in that order already is written by the runtime itself, several times as fast.
 */
export function canonicalJson(value: unknown): string {
  return isInOrder(value) ? JSON.stringify(value) : sortedJson(value)
}

/** Would `JSON.stringify` write exactly the canonical form? Absent members and unknown types are left to the other. */
function isInOrder(value: unknown): boolean {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || 'toJSON' in value) return false
  if (Array.isArray(value)) return value.every(isInOrder)
  let last = ''
  for (const name in value) {
    if (name < last || !isInOrder(value[name as keyof typeof value])) return false
    last = name
  }
  return true
}

function sortedJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') {
    return JSON.stringify(value)
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`\`${value}\` has no form in JSON`)
    return JSON.stringify(value)
  }
  if (Array.isArray(value)) {
    return `[${value.map((item) => sortedJson(item === undefined ? null : item)).join(',')}]`
  }
  if (typeof value === 'object') {
    const members: Readonly<Record<string, unknown>> = { ...value }
    let text = ''
    // Sorted by UTF-16 code units unless told otherwise.
    for (const name of Object.keys(members).toSorted()) {
      if (members[name] === undefined) continue
      text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${sortedJson(members[name])}`
    }
    return `{${text}}`
  }
  throw new TypeError(`a ${typeof value} has no form in JSON`)
}
