/** What a text says in JSON; null when it is none, so that a schema refuses it. */
export function jsonOrNull(text: string | Uint8Array): unknown {
  try {
    return JSON.parse(typeof text === 'string' ? text : Buffer.from(text).toString('utf8'))
  } catch {
    return null
  }
}
