/** JSON with one byte form per value (RFC 8785): members sorted by UTF-16 code units, no white space. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') {
    return JSON.stringify(value)
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`\`${value}\` has no form in JSON`)
    return JSON.stringify(value)
  }
  if (Array.isArray(value)) {
    return `[${value.map((item) => canonicalJson(item === undefined ? null : item)).join(',')}]`
  }
  if (typeof value === 'object') {
    const members: Readonly<Record<string, unknown>> = { ...value }
    let text = ''
    // Sorted by UTF-16 code units unless told otherwise.
    for (const name of Object.keys(members).toSorted()) {
      if (members[name] === undefined) continue
      text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${canonicalJson(members[name])}`
    }
    return `{${text}}`
  }
  throw new TypeError(`a ${typeof value} has no form in JSON`)
}
