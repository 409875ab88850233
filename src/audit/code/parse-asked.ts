import type { SgNode } from '@ast-grep/napi'
import type { Language } from '../../schema/detector.ts'
import { abandonWork } from '../abandoned-work.ts'
import { withinTime } from '../within-time.ts'
import { askedPassages, type OffsetMap, sameOffsets } from './asked-passages.ts'
import { parseCode, parseCodeHere } from './grammars.ts'
import type { LanguageTable } from './languages/language-table.ts'
import { codeLimits } from './limits.ts'

/**
 * Languages whose parser was left behind on a file. It occupies a thread of the few there are, so a second such file
 * is not tried: the grammar of Swift takes ten seconds for four thousand characters that are broken the right way.
 */
const slowLanguages = new Set<Language>()

export interface ParsedCode {
  readonly root: SgNode
  /** From offsets in the tree to those in the file. */
  readonly offsets: OffsetMap
  /** Passages were left out. */
  readonly isPart: boolean
  /** So little text that it was parsed in this thread. */
  readonly isLittle: boolean
}

/**
 * The tree of the passages of a file in which something is asked for, that is, which import or hold one of the words:
 * most of a file says nothing of models, and parsing takes longer than all the rest. Null when the parser of the
 * language hangs.
 */
export async function parseAsked(
  content: string,
  { language, importing }: LanguageTable,
  words: readonly string[] | null,
): Promise<ParsedCode | null> {
  if (importing === undefined || words === null) return parseWhole(content, language)
  const { text, offsets } = askedPassages(
    content,
    (passage) => importing.test(passage) || words.some((word) => passage.includes(word)),
  )
  const isLittle = text.length <= codeLimits.parsedHereCharactersMax
  const root = isLittle ? parseCodeHere(language, text) : await parseInTime(text, language)
  return root === null ? null : { root, offsets, isPart: text !== content, isLittle }
}

export async function parseWhole(content: string, language: Language): Promise<ParsedCode | null> {
  const root = await parseInTime(content, language)
  return root === null ? null : { root, offsets: sameOffsets, isPart: false, isLittle: false }
}

async function parseInTime(content: string, language: Language): Promise<SgNode | null> {
  if (slowLanguages.has(language)) return null
  const root = await withinTime(parseCode(language, content), codeLimits.parseTimeMs)
  if (root !== null) return root
  slowLanguages.add(language)
  abandonWork()
  return null
}
