/**
 * Names of persons as far as a rule can find them: where a title, a greeting, a closing, an address of mail or a label
 * says that one stands there. A name that nothing marks is found only when it is given, or was marked elsewhere in the
 * same task.
 */

const word = String.raw`\p{Lu}[\p{L}'’-]{1,30}`
const particle = String.raw`(?:van|von|der|den|de|da|di|del|della|la|le|bin|ibn|al|el|zu|zur)`
const name = String.raw`(?<name>${word}(?: (?:${particle} ){0,2}(?:${word}|\p{Lu}\.(?= \p{Lu}))){0,3})`
const label = String.raw`(?:[Ff]irst|[Ll]ast|[Ff]ull|[Gg]iven|[Ff]amily|[Ss]ur|[Mm]iddle|[Dd]isplay|[Uu]ser|[Cc]ustomer|[Cc]lient|[Pp]atient|[Ee]mployee|[Cc]ontact|[Aa]uthor|[Ss]ender|[Rr]ecipient|[Oo]wner|[Cc]ardholder|[Aa]ccount[_ -]?[Hh]older|[Vv]or|[Nn]ach)`

/** What stands between a label and its value, those of JSON within JSON among them. */
const colon = String.raw`\\{0,3}["']?\s{0,3}[:=]\s{0,3}\\{0,3}["']?`

export const namePatterns: readonly RegExp[] = [
  String.raw`(?<!\p{L})(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Herrn?|Frau|Mme|Mlle|Monsieur|Madame|Señora?|Sra?|Sig|Signora?|Dhr|Mevr)\.? {1,2}${name}`,
  String.raw`(?<=^|[\n"'>(]) {0,8}(?:Dear|Hi|Hello|Hey|Hallo|Lieber?|Guten (?:Tag|Morgen)|Sehr geehrter?|Bonjour|Chère?|Hola|Estimad[oa]|Querid[oa]|Ciao|Gentile|Beste),? (?:(?:Herr|Frau) )?${name}(?= ?(?:[,!.:;\n\\]|$))`,
  String.raw`(?:[Rr]egards|[Ww]ishes|[Ss]incerely|[Yy]ours|Cheers|Thanks|Thank you|Grüße|Grüßen|Gruß|[Cc]ordialement|Saludos|Saluti|Groet(?:en)?|MfG|LG|VG),?[ \t]{0,4}(?:\\n|\r?\n)(?:\s|\\n){0,4}${name}(?=[ \t]{0,4}(?:\\n|[\r\n]|$))`,
  String.raw`(?:[Mm]y name is|[Mm]ein Name ist|[Ii]ch heiße|[Jj]e m['’]appelle|[Mm]e llamo|[Mm]i chiamo|[Mm]ijn naam is) ${name}`,
  String.raw`(?<!\p{L})${name}\\{0,3}["']? {0,2}<(?=[^<>\s@]{1,64}@)`,
  String.raw`(?<!\p{L})${label}[_ -]?[Nn]ame${colon}${name}`,
].map((source) => new RegExp(source, 'gmu'))

/** Words that stand where a name could, and are none. */
const noNames: ReadonlySet<string> = new Set(
  'world team all there everyone everybody folks sir madam support customer friend friends claude assistant chatgpt copilot colleagues colleague kollegen kolleginnen damen herren zusammen mundo welt monde reader readers user users developer developers hiring guys teamlead admin administrator test null none undefined string true false unknown the from to cc contact author'.split(
    ' ',
  ),
)

/** The longest of a name that is looked for. */
const wordsMax = 8
/** Names that are learnt of one task. */
const learntMax = 500

/** Names that texts themselves mark as such, and each word of a name that has two. */
export function markedNames(texts: readonly string[]): readonly string[] {
  const found = new Set<string>()
  for (const text of texts) {
    for (const pattern of namePatterns) {
      for (const match of text.matchAll(pattern)) {
        const whole = match.groups?.['name'] ?? ''
        const [first = '', ...others] = whole.split(' ')
        if (noNames.has(first.toLowerCase()) || found.size >= learntMax) continue
        found.add(whole)
        if (others.length === 1 && others[0] !== undefined)
          for (const one of [first, others[0]]) if (one.length > 2) found.add(one)
      }
    }
  }
  return [...found]
}

interface Branch {
  readonly next: Map<string, Branch>
  isEnd: boolean
}

/** Finds names as whole words, however they are spaced. */
export class NameFinder {
  readonly #root: Branch = { next: new Map(), isEnd: false }
  readonly #fold: (text: string) => string

  /** Names that a person lists are found in any case; those that a text marks only as they stand there. */
  constructor(names: readonly string[], isAnyCase: boolean) {
    this.#fold = isAnyCase ? (text) => text.toLowerCase() : (text) => text
    for (const one of names) this.#add(one)
  }

  #add(text: string): void {
    const words = (text.match(wordPattern) ?? []).slice(0, wordsMax).map(this.#fold)
    // One letter would be found everywhere.
    if (words.length === 0 || (words.length === 1 && (words[0]?.length ?? 0) < 2)) return
    let branch = this.#root
    for (const one of words) {
      const next = branch.next.get(one) ?? { next: new Map<string, Branch>(), isEnd: false }
      branch.next.set(one, next)
      branch = next
    }
    branch.isEnd = true
  }

  replace(text: string, pseudonymOf: (found: string) => string): string {
    if (this.#root.next.size === 0) return text
    const words = [...text.matchAll(wordPattern)]
    let out = ''
    let done = 0
    for (let index = 0; index < words.length; index += 1) {
      const last = this.#lastOf(text, words, index)
      if (last === null) continue
      const start = words[index]?.index ?? 0
      const end = (words[last]?.index ?? 0) + (words[last]?.[0].length ?? 0)
      out += text.slice(done, start) + pseudonymOf(text.slice(start, end))
      done = end
      index = last
    }
    return out + text.slice(done)
  }

  /** The last word of the longest name that begins here; null: none does. */
  #lastOf(text: string, words: readonly RegExpMatchArray[], from: number): number | null {
    let branch = this.#root
    let last: number | null = null
    for (let at = from; at < Math.min(words.length, from + wordsMax); at += 1) {
      const one = words[at]
      const before = words[at - 1]
      if (one === undefined) break
      if (at > from && before !== undefined) {
        const gap = text.slice((before.index ?? 0) + before[0].length, one.index)
        if (!gapPattern.test(gap)) break
      }
      const next = branch.next.get(this.#fold(one[0]))
      if (next === undefined) break
      branch = next
      if (branch.isEnd) last = at
    }
    return last
  }
}

const wordPattern = /[\p{L}\p{N}]+/gu
/** Between the words of one name. */
const gapPattern = /^[ \t.'’_-]{1,3}$|^\s$/
