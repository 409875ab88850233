import type { Language } from '../../schema/detector.ts'
import type { CodeLiteral, CodeUnit } from './code-unit.ts'
import type { CodeInterest } from './interest.ts'
import { codeLimits } from './limits.ts'
import { noSurroundings, positionByText } from './literal-position.ts'

const lineComment = /^\s*(?:#(?!\[)|\/\/|\*|--|;)/

/** What can be told without a tree: the model names of every line, placed by the text beside them. */
export function readLines(
  path: string,
  content: string,
  language: Language,
  interest: CodeInterest,
): CodeUnit {
  const literals: CodeLiteral[] = []
  let line = 0
  for (const text of content.split('\n')) {
    line += 1
    const isComment = lineComment.test(text)
    for (const found of interest.findSpellings(text).slice(0, codeLimits.spellingsMax)) {
      const quoted = /["'`]/.test(text.charAt(found.offset - 1))
      // Of a bundle's line of a million characters only what is near tells the position.
      const from = Math.max(0, found.offset - codeLimits.fallbackLineCharactersMax / 2)
      const near = text.slice(from, from + codeLimits.fallbackLineCharactersMax)
      const position = isComment
        ? ({ kind: 'comment' } as const)
        : positionByText(
            found.offset - from - (quoted ? 1 : 0),
            found.offset - from + found.text.length + (quoted ? 1 : 0),
            near,
          )
      literals.push({
        text: found.text,
        place: { path, line, column: found.offset + 1 },
        symbol: '',
        position,
        surroundings: noSurroundings,
      })
      if (literals.length >= codeLimits.nodesMax) break
    }
  }
  return { language, calls: [], definitions: [], imports: [], literals, functions: [] }
}
