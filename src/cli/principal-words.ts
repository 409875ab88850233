import { Fault } from '../base/fault.ts'

/**
 * Of a person holdfast keeps a class under one definition, and never what it was concluded from. A free text that
 * names such a thing is refused before it is kept anywhere.
 */

/** Mean one thing wherever they stand. */
const anywhere: readonly RegExp[] = [
  /\bnationalit(?:y|ies)\b/,
  /\bcitizenships?\b/,
  /\b(?:dual |non )?(?:us|u s|eu|foreign|british|american) (?:citizens?|nationals?)\b/,
  /\bcitizens? of\b/,
  /\bnationals? of\b/,
  /\b(?:country|place|date|land) of (?:birth|origin|residence)\b/,
  /\b(?:birth (?:place|date|country)|birthplace|birthdate|birthday)\b/,
  /\bborn (?:in|at|on|abroad)\b/,
  /\bpassports? (?:no|nr|number|copy|from|of|held|seen|checked)\b/,
  /\bgreen card\b/,
  /\b(?:work|residence|residency) permit\b/,
  /\b(?:lawful |permanent ){1,2}residen(?:t|ts|ce|cy)\b/,
  /\b(?:immigration|residency|visa) (?:status|class|type|category)\b/,
  /\bimmigra(?:nt|nts|tion)\b/,
  /\b(?:h 1b|h1b|l 1|o 1|f 1|j 1|tn) visa\b/,
  /\b(?:h 1b|h1b|i 9|i9)\b/,
  /\bvisa (?:holder|holders|no|number)\b/,
  /\b(?:identity|id) (?:card|document|documents)\b/,
  /\bethnic(?:ity)?\b/,
  /\bnational origin\b/,
  /\b(?:asylum|asylee|asylees|refugee|refugees)\b/,
]

/** Also the names of firms, so they are let through where the name of one is asked for. */
const outsideNames: readonly RegExp[] = [
  /\bpassports?\b/,
  /\bvisas?\b/,
  /\b(?:citizens?|nationals)\b/,
  /\bcountry\b/,
]

export interface FreeText {
  /** For instance `--employment`. */
  readonly flag: string
  readonly text: string | null | undefined
  /** Names of persons, firms and teams may hold words that mean something else there. */
  readonly isName: boolean
}

/** The words that name what must not be kept; null: there are none. */
export function personalWordsIn({ text, isName }: Omit<FreeText, 'flag'>): string | null {
  if (text === null || text === undefined) return null
  const plain = text
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]+/gu, ' ')
  for (const pattern of isName ? anywhere : [...anywhere, ...outsideNames]) {
    const [found] = pattern.exec(plain) ?? []
    if (found !== undefined) return found
  }
  return null
}

export function refusePersonalWords(texts: readonly FreeText[]): void {
  for (const one of texts) {
    const found = personalWordsIn(one)
    if (found === null) continue
    throw new Fault('HF_USAGE', `\`${one.flag}\` speaks of \`${found}\``, {
      expected: 'nothing that an eligibility class could be concluded from',
      advice:
        'holdfast keeps a class under one definition with who vouches for it, never nationality, birth, residence or documents; those stay with whoever vouches',
    })
  }
}
