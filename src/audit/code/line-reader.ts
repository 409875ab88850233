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
    if (text.length > codeLimits.fallbackLineCharactersMax) continue
    for (const found of interest.findSpellings(text)) {
      const quoted = /["'`]/.test(text.charAt(found.offset - 1))
      const position = lineComment.test(text)
        ? ({ kind: 'comment' } as const)
        : positionByText(
            found.offset - (quoted ? 1 : 0),
            found.offset + found.text.length + (quoted ? 1 : 0),
            text,
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
