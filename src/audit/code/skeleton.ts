import type { NapiConfig, Rule, SgNode } from '@ast-grep/napi'
import type { Language } from '../../schema/detector.ts'
import { knownKinds } from './grammars.ts'
import type { NativeRule } from './interest.ts'
import type { LanguageTable } from './languages/language-table.ts'
import { codeLimits } from './limits.ts'

/**
 * The nodes of a tree that are worth asking about, in the order of the text. One rule does it natively: a second
 * pass would cost as much as the first, and a walk in JavaScript ten times as much.
 */
export function skeleton(root: SgNode, table: LanguageTable, rule: NativeRule): readonly SgNode[] {
  const kinds = kindsOf(table)
  checkNesting(root, [...kinds.steps, ...kinds.literals])
  const parts: Rule[] = [
    ...kinds.always.map((kind): Rule => ({ kind })),
    ...kinds.beginning.map(({ kind, begins }): Rule => ({ all: [{ kind }, { regex: begins }] })),
    ...gated(kinds.steps, rule.steps),
    ...(rule.spellings === null ? [] : gated(kinds.literals, rule.spellings)),
  ]
  const config: NapiConfig = { rule: { any: parts } }
  return root.findAll(config)
}

/**
 * A chain of fifty thousand calls is fifty thousand nodes, each with the text of all before it, and each text is
 * searched. A small file cannot cost much by that; a large one is looked at first. Throws: the caller reads lines.
 */
function checkNesting(root: SgNode, kinds: readonly string[]): void {
  const { end } = root.range()
  if (end.index < codeLimits.nestingCheckedCharacters || kinds.length === 0) return
  const nodes = root.findAll({ rule: { any: kinds.map((kind): Rule => ({ kind })) } })
  let characters = 0
  for (const node of nodes) {
    const { start, end: to } = node.range()
    characters += to.index - start.index
    if (characters > end.index * codeLimits.nestingMeanMax) {
      throw new RangeError('nested deeper than holdfast reads')
    }
  }
}

function gated(kinds: readonly string[], regex: string | null): readonly Rule[] {
  if (kinds.length === 0) return []
  const any: Rule = { any: kinds.map((kind): Rule => ({ kind })) }
  return regex === null ? [any] : [{ all: [any, { regex }] }]
}

interface SkeletonKinds {
  readonly always: readonly string[]
  readonly beginning: readonly { readonly kind: string; readonly begins: string }[]
  /** Calls, definitions and branches that handle a failure. */
  readonly steps: readonly string[]
  /** Literals, comments, and what their role follows from. */
  readonly literals: readonly string[]
}

const known = new Map<Language, SkeletonKinds>()

function kindsOf(table: LanguageTable): SkeletonKinds {
  const found = known.get(table.language)
  if (found !== undefined) return found
  const expressions = Object.entries(table.expressions)
  const listed = (...shapes: readonly string[]): readonly string[] =>
    expressions.filter(([, shape]) => shapes.includes(shape.as)).map(([kind]) => kind)
  const scopes = Object.entries(table.scopes)
  const keep = (kinds: readonly string[]): readonly string[] =>
    knownKinds(table.language, [...new Set(kinds)])
  const begin = scopes.flatMap(([kind, { begins }]) =>
    begins === undefined ? [] : [{ kind, begins }],
  )
  if (table.importCalls !== undefined) begin.push(table.importCalls)
  const kinds: SkeletonKinds = {
    always: keep([
      ...scopes.filter(([, { begins }]) => begins === undefined).map(([kind]) => kind),
      ...table.handlers,
      ...table.imports,
    ]),
    beginning: begin,
    steps: keep([
      ...Object.keys(table.calls),
      ...Object.keys(table.conditionalHandlers ?? {}),
      ...Object.keys(table.definitions),
    ]),
    literals: keep([
      ...listed('string', 'adjacent', 'list', 'map', 'binary'),
      ...table.comments,
      ...Object.keys(table.pairs),
      ...Object.keys(table.cases),
      ...(table.textKinds ?? []),
    ]),
  }
  known.set(table.language, kinds)
  return kinds
}
