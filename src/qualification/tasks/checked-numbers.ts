/** Numbers that prove themselves by their check digits or their range: others of the same form are left alone. */

/** ISO 13616: the first four characters behind the rest, letters as numbers, remainder 1 of 97. */
export function isIban(text: string): boolean {
  const plain = text.replaceAll(' ', '')
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(plain)) return false
  let remainder = 0
  for (const character of plain.slice(4) + plain.slice(0, 4)) {
    const number = Number.parseInt(character, 36)
    remainder = (remainder * (number > 9 ? 100 : 10) + number) % 97
  }
  return remainder === 1
}

/** Luhn, for the first digits that cards have. */
export function isPaymentCard(text: string): boolean {
  const digits = text.replaceAll(/[ -]/g, '').split('').map(Number)
  if (digits.length < 13 || digits.length > 19 || ![2, 3, 4, 5, 6].includes(digits[0] ?? 0))
    return false
  const sum = digits.toReversed().reduce((total, digit, index) => {
    const doubled = index % 2 === 1 ? digit * 2 : digit
    return total + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return sum % 10 === 0
}

/** An IPv4 address that may be somebody's: not private, not of this host, not of an example. */
export function isPublicAddress(text: string): boolean {
  const [a = 0, b = 0, c = 0, d = 0] = text.split('.').map(Number)
  if ([a, b, c, d].some((one) => one > 255) || a === 0 || a === 10 || a === 127 || a >= 224)
    return false
  if ((a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168) || (a === 169 && b === 254))
    return false
  if (a === 100 && b >= 64 && b < 128) return false
  return !['192.0.2', '198.51.100', '203.0.113'].includes(`${a}.${b}.${c}`)
}
