import type { SgNode } from '@ast-grep/napi'
import type { Language } from '../../schema/detector.ts'
import type { SourceFile } from '../source-file.ts'
import type { CodeUnit } from './code-unit.ts'
import { abandonWork } from '../abandoned-work.ts'
import { withinTime } from '../within-time.ts'
import { codeText } from './embedded-script.ts'
import { parseCode } from './grammars.ts'
import { nativeRule } from './interest.ts'
import type { CodeInterest } from './interest.ts'
import { languageTables } from './languages/tables.ts'
import { codeLimits } from './limits.ts'
import { bracketDepth } from './bracket-depth.ts'
import { readLines } from './line-reader.ts'
import { skeleton } from './skeleton.ts'
import { UnitReader } from './unit-reader.ts'

/**
 * Languages whose parser was left behind on a file. It occupies a thread of the few there are, so a second such file
 * is not tried: the grammar of Swift takes ten seconds for four thousand characters that are broken the right way.
 */
const slowLanguages = new Set<Language>()

/**
 * A file reduced to calls, definitions, imports and literals by its syntax tree. Total: a file that is too large,
 * too deep, or that no grammar reads, is read line by line.
 */
export async function readCode(
  file: SourceFile,
  language: Language,
  interest: CodeInterest,
): Promise<CodeUnit> {
  const content = codeText(file.path, file.content)
  const table = languageTables[language]
  if (
    content.length > codeLimits.treeCharactersMax ||
    bracketDepth(content) > codeLimits.bracketDepthMax
  ) {
    return readLines(file.path, content, language, interest)
  }
  try {
    if (slowLanguages.has(language)) return readLines(file.path, content, language, interest)
    const root: SgNode | null = await withinTime(
      parseCode(language, content),
      codeLimits.parseTimeMs,
    )
    if (root === null) {
      slowLanguages.add(language)
      abandonWork()
      return readLines(file.path, content, language, interest)
    }
    const spellings = interest.findSpellings(content)
    const reader = new UnitReader(file.path, content, table, interest, spellings)
    const nodes = skeleton(root, table, nativeRule(content, interest, spellings))
    return reader.read(nodes.slice(0, codeLimits.nodesMax))
  } catch {
    return readLines(file.path, content, language, interest)
  }
}
