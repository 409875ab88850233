/**
 * A UUID of version 7 (RFC 9562, section 5.7): 48 bits of milliseconds since 1970, then random bits. `random` gives
 * ten bytes; ids of one millisecond are in no order.
 */
export function uuidv7(nowMs: number, random: Uint8Array): string {
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0')
  const byte = (index: number) => random[index] ?? 0
  const time = hex(nowMs, 12)
  const a = hex(0x7000 | ((byte(0) & 0x0f) << 8) | byte(1), 4)
  const b = hex(0x8000 | ((byte(2) & 0x3f) << 8) | byte(3), 4)
  let c = ''
  for (let index = 4; index < 10; index += 1) c += hex(byte(index), 2)
  return `${time.slice(0, 8)}-${time.slice(8)}-${a}-${b}-${c}`
}
