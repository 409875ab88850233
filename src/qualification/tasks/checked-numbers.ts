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

/** An IPv6 address that may be somebody's. */
export function isPublicAddress6(text: string): boolean {
  const groups = groupsOf(text)
  if (groups === null) return false
  const [first = 0, second = 0] = groups
  // 2000::/3 is what is handed out to people; 2001:db8::/32 and 3fff::/20 stand in examples.
  if (first >> 13 !== 1 || (first === 0x3fff && second < 0x1000)) return false
  return !(first === 0x2001 && second === 0xdb8)
}

/** Eight numbers; null: it is no address. A time of day is none. */
function groupsOf(text: string): readonly number[] | null {
  const halves = text.split('::')
  if (halves.length > 2) return null
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const given = [...head, ...tail]
  if (given.some((group) => !/^[0-9a-fA-F]{1,4}$/.test(group))) return null
  const missing = 8 - given.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null
  return [...head, ...Array.from({ length: missing }, () => '0'), ...tail].map((group) =>
    Number.parseInt(group, 16),
  )
}

/**
 * A number of a person by the check that its country gives it: DNI and NIE of Spain, codice fiscale of Italy, NIR of
 * France. That of the United Kingdom has a form alone.
 */
export function hasCheckDigits(text: string): boolean {
  const plain = text.replaceAll(/[ -]/g, '')
  if (/^[XYZ\d]\d{7}[A-Z]$/.test(plain)) {
    const number = Number(plain.slice(0, 8).replace(/^[XYZ]/, (one) => String('XYZ'.indexOf(one))))
    return 'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23] === plain[8]
  }
  if (/^[A-Z]{6}\d\d[A-Z]\d\d[A-Z]\d{3}[A-Z]$/.test(plain)) return isCodiceFiscale(plain)
  if (/^[12]\d{5}[\dAB]\d{8}$/.test(plain)) {
    // Corsica: 2A counts as 19, 2B as 18.
    const number = BigInt(plain.slice(0, 13).replace('2A', '19').replace('2B', '18'))
    return 97n - (number % 97n) === BigInt(plain.slice(13))
  }
  return /^[A-Z]{2}\d{6}[A-D]$/.test(plain)
}

/** Values of the characters at odd places, counted from 1 (decreto ministeriale 23 dicembre 1976). */
const oddValues = [
  1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
]

function isCodiceFiscale(text: string): boolean {
  let sum = 0
  for (let place = 0; place < 15; place += 1) {
    const code = text.charCodeAt(place)
    const value = code < 65 ? code - 48 : code - 65
    sum += place % 2 === 0 ? (oddValues[value] ?? 0) : value
  }
  return String.fromCharCode(65 + (sum % 26)) === text[15]
}
