import type { Language } from '../../schema/detector.ts'
import type { SourceFile } from '../source-file.ts'
import type { CodeUnit } from './code-unit.ts'
import { codeText } from './embedded-script.ts'
import { nativeRule } from './interest.ts'
import type { CodeInterest, NativeRule } from './interest.ts'
import type { LanguageTable } from './languages/language-table.ts'
import { languageTables } from './languages/tables.ts'
import { codeLimits } from './limits.ts'
import { bracketDepth } from './bracket-depth.ts'
import { readLines } from './line-reader.ts'
import { parseAsked, type ParsedCode, parseWhole } from './parse-asked.ts'
import { errorKind, littleSkeleton, skeleton } from './skeleton.ts'
import { seeNode, type SyntaxNode } from './syntax-node.ts'
import { UnitReader } from './unit-reader.ts'

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
    const spellings = interest.findSpellings(content)
    const rule = nativeRule(content, interest, spellings)
    const nodes = await askedNodes(content, table, rule)
    if (nodes === null) return readLines(file.path, content, language, interest)
    return new UnitReader(file.path, content, table, interest, spellings).read(nodes)
  } catch {
    return readLines(file.path, content, language, interest)
  }
}

/** Null when the parser of the language hangs. */
async function askedNodes(
  content: string,
  table: LanguageTable,
  rule: NativeRule,
): Promise<readonly SyntaxNode[] | null> {
  const asked = await parseAsked(content, table, rule.words)
  const nodes =
    asked?.isLittle === true && rule.words !== null
      ? littleSkeleton(asked, table, rule, content)
      : nodesOf(asked, table, rule)
  // Passages that do not parse by themselves may depend on what was left out.
  const isBroken = asked?.isPart === true && nodes?.some(({ kind }) => kind === errorKind)
  return isBroken ? nodesOf(await parseWhole(content, table.language), table, rule) : nodes
}

function nodesOf(
  parsed: ParsedCode | null,
  table: LanguageTable,
  rule: NativeRule,
): readonly SyntaxNode[] | null {
  if (parsed === null) return null
  const { root, offsets, isPart } = parsed
  return skeleton(root, table, rule, isPart ? [errorKind] : [])
    .slice(0, codeLimits.nodesMax)
    .map((node) => seeNode(node, offsets))
}
