import { type CompiledDetector, standsIn, type WordTest } from '../detector-set.ts'
import type { Resolver } from '../../catalogue/index.ts'
import type { Place } from '../../schema/register.ts'
import type { Role } from '../../schema/vocabulary.ts'
import type { Fact, UseFact, Value } from '../fact.ts'
import type { SourceFile } from '../source-file.ts'
import { detectionCaps, fromEmission, useFact } from '../use-fact.ts'
import { findCommands } from './command-rules.ts'
import { findDocumentBlocks } from './document-blocks.ts'
import type { DocumentBlocks } from './document-blocks.ts'
import { genericFacts } from './generic-facts.ts'
import { textLimits } from './limits.ts'
import { findPatterns } from './pattern-rules.ts'
import { prepareText } from './prepared-text.ts'
import type { PreparedText } from './prepared-text.ts'
import { environmentFacts, expansionDefaults } from './shell-environment.ts'
import type { TextKind } from './text-kind.ts'

/** Everything that plain text says: the rules, and the model names that no rule explains. Never throws. */
export function extractText(
  file: SourceFile,
  detectors: readonly CompiledDetector[],
  resolver: Resolver,
  stands: WordTest = standsIn(file.content),
): readonly Fact[] {
  const text = prepareText(file)
  const byRule = ruleFacts(text, detectors, stands)
  const environment = environmentFacts(text, resolver)
  const explained = modelsByLine(byRule)
  const generic = [...expansionDefaults(text, resolver), ...genericFacts(text, resolver)].filter(
    (fact) => !isExplained(fact, explained),
  )
  return [...byRule, ...environment, ...generic].slice(0, textLimits.factsPerFileMax)
}

/** What pattern, command and file rules say of a file of any kind: run over code and structured files as well. */
export function extractPatterns(
  file: SourceFile,
  detectors: readonly CompiledDetector[],
  stands: WordTest = standsIn(file.content),
): readonly Fact[] {
  return ruleFacts(prepareText(file), detectors, stands).slice(0, textLimits.factsPerFileMax)
}

/** Commands of known tools in a command string that a structured file holds (`run:`, a script, an entry). */
export function extractCommands(
  text: string,
  start: Place,
  detectors: readonly CompiledDetector[],
  resolver: Resolver,
  symbol: string,
): readonly Fact[] {
  const prepared = prepareText({ path: 'command.sh', content: text, context: 'ci' })
  const place = (offset: number): Place =>
    placeAfter(prepared.lines.place(start.path, offset), start)
  const commands = findCommands(
    { content: prepared.content, place, symbol, ignored: prepared.comments.holds },
    detectors,
  ).map(({ fact }) => fact)
  const environment = environmentFacts(prepared, resolver).map((fact) => ({
    ...fact,
    ...moved(fact, start),
    symbol,
  }))
  return [...commands, ...environment]
}

/** Lines past the first keep their own column: where a block's indentation went is not known here. */
function placeAfter(inside: Place, start: Place): Place {
  const column = (inside.column ?? 1) + (inside.line === 1 ? (start.column ?? 1) - 1 : 0)
  return { path: start.path, line: start.line + inside.line - 1, column }
}

function moved<F extends Fact>(fact: F, start: Place): F {
  const move = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(move)
    if (value === null || typeof value !== 'object') return value
    if ('path' in value && 'line' in value) return placeAfter(value as Place, start)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, move(inner)]))
  }
  return move(fact) as F
}

function ruleFacts(
  text: PreparedText,
  detectors: readonly CompiledDetector[],
  stands: WordTest,
): readonly Fact[] {
  const place = (offset: number): Place => text.lines.place(text.path, offset)
  const blocks = findDocumentBlocks(text)
  const patterns = findPatterns(
    {
      content: text.content,
      place,
      symbol: () => '',
      inComment: (offset) => text.comments.holds(offset),
      stands,
    },
    detectors,
  ).map(({ fact, detector }) => inExample(inProse(fact, text, detector), text, blocks))
  const commands = findCommands(
    { content: text.content, place, symbol: '', ignored: (offset) => text.comments.holds(offset) },
    detectors,
  ).map(({ fact, detector }) => inProse(fact, text, detector))
  return [...patterns, ...commands, ...fileRuleFacts(text.path, detectors)]
}

/** A rule for any file that matches inside a document saw an example, not a use. */
function inProse(fact: Fact, text: PreparedText, detector: CompiledDetector): Fact {
  if (fact.kind !== 'use' || detector.namesFiles) return fact
  if (fact.role !== 'use' && fact.role !== 'declare') return fact
  const role = proseRole(text.kind)
  return role === null ? fact : { ...fact, role, detection: detectionCaps.mention }
}

/** In a document even a rule made for it only saw an example when the match stands in a code block or table. */
function inExample(fact: Fact, text: PreparedText, blocks: DocumentBlocks): Fact {
  if (fact.kind !== 'use' || (fact.role !== 'use' && fact.role !== 'declare')) return fact
  const line = fact.place.line - 1
  const isExample =
    blocks.inFence(line) || (blocks.isDocument && /^\s*\|/.test(text.lines.text(line)))
  return isExample ? { ...fact, role: 'documentation', detection: detectionCaps.mention } : fact
}

function proseRole(kind: TextKind): Role | null {
  switch (kind) {
    case 'markdown':
    case 'instructions':
      return 'documentation'
    case 'log':
      return 'mention'
    case 'script':
    case 'sql':
    case 'code':
    case 'data':
    case 'prose':
      return null
  }
}

function fileRuleFacts(path: string, detectors: readonly CompiledDetector[]): readonly UseFact[] {
  return detectors.flatMap((detector) =>
    detector.rules
      .filter((rule) => rule.kind === 'file')
      .map((rule) =>
        useFact({
          ...fromEmission(rule.emit, 'file'),
          place: { path, line: 1, column: 1 },
          detector: rule.detector,
          symbol: '',
          method: 'file',
          model: null,
        }),
      ),
  )
}

/** Texts that rules took for models, by line. */
function modelsByLine(facts: readonly Fact[]): ReadonlyMap<number, readonly string[]> {
  const byLine = new Map<number, string[]>()
  for (const fact of facts) {
    if (fact.kind !== 'use') continue
    for (const value of [fact.model, ...fact.fallbacks]) {
      const text = value === null ? null : literalText(value)
      if (value === null || text === null) continue
      byLine.set(value.place.line, [...(byLine.get(value.place.line) ?? []), text])
    }
  }
  return byLine
}

function literalText(value: Value): string | null {
  if (value.kind === 'literal') return value.text
  const isRead = value.kind === 'environment' || value.kind === 'external'
  return isRead && value.fallback !== null ? literalText(value.fallback) : null
}

/** A rule told more of this model on this line already. */
function isExplained(fact: Fact, explained: ReadonlyMap<number, readonly string[]>): boolean {
  if (fact.kind !== 'use' || fact.model?.kind !== 'literal') return false
  const spelling = fact.model.text
  return (explained.get(fact.place.line) ?? []).some((text) => text.includes(spelling))
}
