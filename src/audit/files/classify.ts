import type { FileContext } from '../../schema/vocabulary.ts'
import { contextRules, generatedMark } from './context-rules.ts'

/**
 * What a file is for, by its path. The first rule that fits decides; the order of the groups is the precedence:
 *
 * 1. vendored: whatever it holds, somebody else wrote it;
 * 2. generated: nobody edits it by hand;
 * 3. ci and developer-tool: their files keep that class even below `docs/` or `test/`, except fixtures;
 * 4. evaluation, then test, then documentation;
 * 5. production: everything else, so that an unknown layout is not overlooked.
 */
export function classifyPath(path: string): FileContext {
  const lower = path.toLowerCase()
  for (const rule of contextRules) {
    if (rule.pattern.test(rule.isCaseSensitive ? path : lower)) return rule.context
  }
  return 'production'
}

/** As `classifyPath`, corrected by the file's own words: generators say so in the first lines. */
export function classifyContent(path: string, content: string): FileContext {
  const context = classifyPath(path)
  if (context === 'vendored' || context === 'generated') return context
  return generatedMark.test(content.slice(0, generatedMarkCharacters)) ? 'generated' : context
}

const generatedMarkCharacters = 1_000
