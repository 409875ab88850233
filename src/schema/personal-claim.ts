/**
 * Names of claims that say, or nearly say, of which country a person is. Holdfast maps a class under one definition
 * and never what it was concluded from, so such a claim is refused in configuration, however it is spelt.
 */

/** Mean one thing wherever they stand in a name; written without marks and in small letters. */
const stems: readonly string[] = [
  'nationalit',
  'nationalorigin',
  'nacionalidad',
  'nazionalit',
  'citizen',
  'citoyen',
  'ciudadan',
  'cidadan',
  'cittadin',
  'obywatel',
  'statsborger',
  'medborgar',
  'staatsburger',
  'staatsbuerger',
  'staatsangehor',
  'staatsangehoer',
  'country',
  'countries',
  'birth',
  'geburt',
  'naissance',
  'nacimiento',
  'nascita',
  'nascimento',
  'wohnsitz',
  'wohnort',
  'domicil',
  'passport',
  'reisepass',
  'immigra',
  'greencard',
  'ethnic',
  'zoneinfo',
  'iso3166',
]

/** Of one word of a name, or of the whole of it. */
const words: ReadonlySet<string> = new Set(
  (
    'nation national nationals nat natl homeland motherland origin ctry cntry cntr ctz ctzn cob pob dob ' +
    'visa alien race pays pais paese land kraj address locale'
  ).split(' '),
)

/** Attributes of a directory that hold a country: only as the whole name. */
const wholes: ReadonlySet<string> = new Set(['c', 'co'])

const otherScripts =
  /国籍|國籍|国家|國家|公民|出生|居住|гражданств|национальн|стран[аыу]|громадян|국적|출생|거주|ιθαγένεια|υπηκοότητα|χώρα|جنسية|אזרחות/u

/** Words that a slip or a trick should not let through. */
const misspelt: readonly string[] = [
  'nationality',
  'nationalities',
  'citizenship',
  'country',
  'birthplace',
  'birthday',
  'residence',
  'residency',
  'resident',
]

/** Letters of other alphabets, digits and signs that are read as Latin letters: each before what it looks like. */
const lookalikes: ReadonlyMap<string, string> = new Map(
  (
    'аa вb сc ԁd еe һh іi јj кk ӏl мm нh пn оo рp гr ѕs тt уy хx иu үy ' +
    'αa βb εe ηn ιi κk νv οo ρp τt υu ıi ɩi łl øo đd ßs 0o 3e 4a 5s 7t 8b @a $s €e'
  )
    .split(' ')
    .map((pair) => [pair.slice(0, 1), pair.slice(1)]),
)

/** What in a claim's name speaks of nationality, citizenship, country, birth or residence; null: nothing does. */
export function personalClaimIn(name: string): string | null {
  const written = decoded(name)
  const other = otherScripts.exec(written.normalize('NFC').toLowerCase())
  if (other !== null) return other[0]
  // A `1`, `!` or `|` may stand for two letters.
  return foundIn(written, 'i') ?? foundIn(written, 'l')
}

function foundIn(name: string, stroke: 'i' | 'l'): string | null {
  const plain = name
    .normalize('NFKD')
    .replace(/[\p{Mark}\p{Format}]/gu, '')
    .replace(/(?<small>\p{Lowercase})(?<capital>\p{Uppercase})/gu, '$<small> $<capital>')
    .toLowerCase()
    .replace(/iso[-_ ]?3166/g, 'iso3166')
  const iso = plain.includes('iso3166') ? 'iso3166' : null
  const latin = Array.from(plain)
    .map((letter) => (/[1!|]/.test(letter) ? stroke : (lookalikes.get(letter) ?? letter)))
    .join('')
  const parts = latin.split(/[^a-z]+/).filter((part) => part !== '')
  const whole = parts.join('')
  return (
    iso ??
    stems.find((stem) => whole.includes(stem)) ??
    (/(?<!p)residen/.test(whole) ? 'residen' : null) ??
    parts.find((part) => words.has(part)) ??
    (words.has(whole) || wholes.has(whole) ? whole : null) ??
    [...parts, whole].find((part) => misspelt.some((word) => isNearly(part, word))) ??
    null
  )
}

/** `%63ountry` and the like. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

/** One letter too many, too few, another one, or two of them exchanged. */
function isNearly(text: string, word: string): boolean {
  if (Math.abs(text.length - word.length) > 1 || text[0] !== word[0]) return false
  const end = Math.min(text.length, word.length)
  let at = 0
  while (at < end && text[at] === word[at]) at += 1
  const rests = [
    [text.slice(at + 1), word.slice(at + 1)],
    [text.slice(at + 1), word.slice(at)],
    [text.slice(at), word.slice(at + 1)],
  ]
  const isExchanged =
    text[at] === word[at + 1] &&
    text[at + 1] === word[at] &&
    text.slice(at + 2) === word.slice(at + 2)
  return isExchanged || rests.some(([one, other]) => one === other)
}
