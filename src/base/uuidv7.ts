/**
 * A UUID of version 7 (RFC 9562, section 5.7): 48 bits of milliseconds since 1970, then random bits. `random` gives
 * ten bytes; ids of one millisecond are in no order.
 */
export function uuidv7(nowMs: number, random: Uint8Array): string {
  return uuidv7OfHex(nowMs, Buffer.from(random).toString('hex'))
}

/** The same from ten bytes as hex digits, for whoever draws the bytes of many ids at once. */
export function uuidv7OfHex(nowMs: number, random: string): string {
  if (nowMs !== last.ms) last = { ms: nowMs, text: timeText(nowMs) }
  const version = `7${random.slice(1, 4)}`
  const variant = `${variants.charAt(Number.parseInt(random.charAt(4), 16) % 4)}${random.slice(5, 8)}`
  return `${last.text}-${version}-${variant}-${random.slice(8, 20)}`
}

/** Many ids share a millisecond. */
let last = { ms: 0, text: timeText(0) }

function timeText(ms: number): string {
  const digits = ms.toString(16).padStart(12, '0')
  return `${digits.slice(0, 8)}-${digits.slice(8)}`
}

/** First digit behind the two bits of the variant, by the two random bits after them. */
const variants = '89ab'
