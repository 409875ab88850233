import type { NapiConfig, Rule, SgNode } from '@ast-grep/napi'
import type { Language } from '../../schema/detector.ts'
import { knownKinds } from './grammars.ts'
import type { NativeRule } from './interest.ts'
import type { LanguageTable } from './languages/language-table.ts'
import { codeLimits } from './limits.ts'
import type { ParsedCode } from './parse-asked.ts'
import { seeNode, type SyntaxNode } from './syntax-node.ts'

/** What no grammar can read. */
export const errorKind = 'ERROR'

/**
 * The nodes of a tree that are worth asking about, in the order of the text. One rule does it natively: a second
 * pass would cost as much as the first, and a walk in JavaScript ten times as much.
 */
export function skeleton(
  root: SgNode,
  table: LanguageTable,
  rule: NativeRule,
  alsoKinds: readonly string[],
): readonly SgNode[] {
  const kinds = kindsOf(table)
  const isLarge = root.range().end.index >= codeLimits.nestingCheckedCharacters
  if (isLarge) checkNesting(root, [...kinds.steps, ...kinds.literals])
  const parts: Rule[] = [
    ...gated([...kinds.always, ...alsoKinds], null),
    ...kinds.matching.map(({ kind, regex }): Rule => ({ all: [{ kind }, { regex }] })),
    // In a large file functions may nest without end, and the text of each would be searched.
    ...stepsAndSurroundings(kinds, rule, isLarge),
    ...(rule.spellings === null ? [] : gated(kinds.literals, rule.spellings)),
  ]
  const config: NapiConfig = { rule: { any: parts } }
  return root.findAll(config)
}

/**
 * The same for a tree of little text: the native side tells kinds alone, and what stands in the nodes is looked at here.
 * `content` is the text of the file.
 */
export function littleSkeleton(
  { root, offsets, isPart }: ParsedCode,
  table: LanguageTable,
  rule: NativeRule,
  content: string,
): readonly SyntaxNode[] {
  const { all, askedOf } = askedKindsOf(table)
  const kinds = isPart ? `${all}, ${errorKind}` : all
  return root
    .findAll({ rule: { kind: kinds } })
    .map((native) => seeNode(native, offsets))
    .filter((node) => {
      const asked = askedOf.get(node.kind)
      if (asked === undefined || asked.always) return true
      const text = content.slice(node.start, node.end)
      return (
        (asked.step && rule.holdsStep(text)) ||
        (asked.surrounding && rule.isSurrounding(text)) ||
        (asked.literal && rule.holdsSpelling(text)) ||
        asked.begins?.test(text) === true
      )
    })
}

/**
 * A chain of fifty thousand calls is fifty thousand nodes, each with the text of all before it, and each text is
 * searched. A small file cannot cost much by that; a large one is looked at first. Throws: the caller reads lines.
 */
function checkNesting(root: SgNode, kinds: readonly string[]): void {
  if (kinds.length === 0) return
  const { end } = root.range()
  const nodes = root.findAll({ rule: anyKind(kinds) })
  let characters = 0
  for (const node of nodes) {
    const { start, end: to } = node.range()
    characters += to.index - start.index
    if (characters > end.index * codeLimits.nestingMeanMax) {
      throw new RangeError('nested deeper than holdfast reads')
    }
  }
}

/** Compiling an expression takes the native side longer than searching with it, so the same one is told once. */
function stepsAndSurroundings(
  kinds: SkeletonKinds,
  rule: NativeRule,
  isLarge: boolean,
): readonly Rule[] {
  const surroundings = isLarge ? null : rule.surroundings
  return surroundings === rule.steps
    ? gated([...kinds.steps, ...kinds.surroundings], rule.steps)
    : [...gated(kinds.surroundings, surroundings), ...gated(kinds.steps, rule.steps)]
}

function gated(kinds: readonly string[], regex: string | null): readonly Rule[] {
  if (kinds.length === 0) return []
  return regex === null ? [anyKind(kinds)] : [{ all: [anyKind(kinds), { regex }] }]
}

/** One selector for all kinds: a rule for each would take the native side ten times as long to read. */
function anyKind(kinds: readonly string[]): Rule {
  return { kind: kinds.join(', ') }
}

interface SkeletonKinds {
  readonly always: readonly string[]
  /** Scopes, and branches that only handle a failure. */
  readonly surroundings: readonly string[]
  /** Kinds that count only with a certain text. */
  readonly matching: readonly { readonly kind: string; readonly regex: string }[]
  /** Calls, definitions and branches that handle a failure. */
  readonly steps: readonly string[]
  /** Literals, comments, and what their role follows from. */
  readonly literals: readonly string[]
}

/** By which tests a node of some kind is kept. */
interface AskedKind {
  readonly always: boolean
  readonly step: boolean
  readonly surrounding: boolean
  readonly literal: boolean
  readonly begins: RegExp | undefined
}

interface AskedKinds {
  /** A selector for all of them. */
  readonly all: string
  readonly askedOf: ReadonlyMap<string, AskedKind>
}

const asked = new Map<Language, AskedKinds>()

function askedKindsOf(table: LanguageTable): AskedKinds {
  const found = asked.get(table.language)
  if (found !== undefined) return found
  const kinds = kindsOf(table)
  const begins = new Map(kinds.matching.map(({ kind, regex }) => [kind, new RegExp(regex)]))
  const all = new Set(
    [kinds.always, kinds.steps, kinds.surroundings, kinds.literals, [...begins.keys()]].flat(),
  )
  const made: AskedKinds = {
    all: [...all].join(', '),
    askedOf: new Map(
      [...all].map((kind) => [
        kind,
        {
          always: kinds.always.includes(kind),
          step: kinds.steps.includes(kind),
          surrounding: kinds.surroundings.includes(kind),
          literal: kinds.literals.includes(kind),
          begins: begins.get(kind),
        },
      ]),
    ),
  }
  asked.set(table.language, made)
  return made
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
  const matching = scopes.flatMap(([kind, { begins }]) =>
    begins === undefined ? [] : [{ kind, regex: begins }],
  )
  const { importCalls, importsWhen = {} } = table
  if (importCalls !== undefined) {
    matching.push({ kind: importCalls.kind, regex: importCalls.begins })
  }
  for (const kind of keep(Object.keys(importsWhen))) {
    matching.push({ kind, regex: importsWhen[kind] ?? '' })
  }
  const kinds: SkeletonKinds = {
    always: keep(table.imports.filter((kind) => !Object.hasOwn(importsWhen, kind))),
    surroundings: keep([
      ...scopes.filter(([, { begins }]) => begins === undefined).map(([kind]) => kind),
      ...table.handlers,
    ]),
    matching,
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
