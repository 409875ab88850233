import type { EnvironmentFact, Value } from '../fact.ts'
import { literalsIn, referencesIn } from './expression-value.ts'
import { scopeOfWord } from './file-traits.ts'
import { isModelVariable, isRouteKey } from './key-names.ts'
import { symbolOf } from './near-words.ts'
import { childrenOf, keysOf, type Located } from './select.ts'
import type { StructuredNode } from './structured-node.ts'
import { isModelText, placeIn, type StructureReading, valueAt } from './structure-reading.ts'

/** One environment variable with the value it is given, in whatever shape the file writes it. */
export interface EnvironmentEntry {
  readonly variable: string
  readonly at: Located
  readonly value: Value
}

const variableName = /^[A-Z][A-Z0-9_]{2,}$/

/** Finds variables as map entries, `{name, value}` items, `NAME=value` items and lines. */
export function environmentEntriesAt(
  at: Located,
  reading: StructureReading,
): readonly EnvironmentEntry[] {
  return [...mapEntry(at, reading), ...namedItem(at, reading), ...assignments(at, reading)]
}

function mapEntry(at: Located, reading: StructureReading): readonly EnvironmentEntry[] {
  const name = at.key ?? ''
  const isFlatFile = reading.origin === 'dotenv'
  if (
    at.entry === null ||
    !(variableName.test(name) || (isFlatFile && /^[A-Za-z_]\w*$/.test(name)))
  )
    return []
  if (at.node.kind === 'list') return []
  if (at.node.kind === 'map' && isInstruction(at, reading)) return []
  const value = valueAt(at.node, reading)
  return value === null ? [] : [{ variable: name, at, value }]
}

/** `ENV` and `ARG` of a Dockerfile hold variables, they are none. */
function isInstruction(at: Located, reading: StructureReading): boolean {
  return reading.origin === 'dockerfile' && at.depth === 1
}

const nameKeys = ['name', 'Name', 'key', 'Key', 'variable'] as const
const valueKeys = ['value', 'Value', 'valueFrom', 'ValueFrom', 'default'] as const

function namedItem(at: Located, reading: StructureReading): readonly EnvironmentEntry[] {
  const { node } = at
  if (node.kind !== 'map') return []
  const name = scalarAt(node, nameKeys)
  if (name === null || !/^[A-Za-z_]\w*$/.test(name)) return []
  if (
    !variableName.test(name) &&
    !/^(?:variables|env|environment|environmentvariables)$/i.test(at.parent?.key ?? '')
  ) {
    return []
  }
  for (const key of valueKeys) {
    const child = childrenOf(at).find((one) => one.key === key)
    if (child === undefined) continue
    const value =
      key === 'valueFrom' || key === 'ValueFrom'
        ? valueAt(node, reading)
        : valueAt(child.node, reading)
    if (value !== null) return [{ variable: name, at: child, value }]
  }
  return []
}

function scalarAt(node: StructuredNode, keys: readonly string[]): string | null {
  if (node.kind !== 'map') return null
  for (const key of keys) {
    const found = node.entries.find((one) => one.key === key)?.value
    if (found?.kind === 'scalar') return found.text
  }
  return null
}

const assignmentHolder =
  /^(?:env|envs|environment|environments|vars|variables|build-?args?|args|literals|env[_-]?vars|env_variables|set-env-vars|setEnv|passEnv|containerEnv|remoteEnv|command|cmd)$/i

/** `NAME=value` as list items (compose) or as the lines of one text (build arguments of an action). */
function assignments(at: Located, reading: StructureReading): readonly EnvironmentEntry[] {
  const { node } = at
  if (node.kind !== 'scalar' || !node.text.includes('=')) return []
  const holder = at.entry === null ? at.parent?.key : at.key
  if (holder === undefined || holder === null || !assignmentHolder.test(holder)) return []
  return node.text.split('\n').flatMap((line, index): readonly EnvironmentEntry[] => {
    const found = /^\s*(?:-{1,2}[\w-]+[= ])?([A-Z][A-Z0-9_]{2,})=(.*)$/.exec(line.trimEnd())
    if (found === null) return []
    const [, variable = '', text = ''] = found
    const column = node.column + line.indexOf(text, line.indexOf('='))
    const scalar: StructuredNode = {
      ...node,
      text: text.replace(/^(["'])(.*)\1$/, '$2'),
      line: node.line + index + (node.text.includes('\n') ? 1 : 0),
      column,
    }
    const value = valueAt(scalar, reading)
    return value === null ? [] : [{ variable, at: { ...at, node: scalar }, value }]
  })
}

/** A variable that may lead to a model or a route; others are left out. */
export function environmentFact(
  entry: EnvironmentEntry,
  reading: StructureReading,
): EnvironmentFact | null {
  if (!matters(entry, reading)) return null
  return {
    kind: 'environment',
    place: placeIn(reading, entry.at.node),
    detector: 'generic/environment',
    symbol: symbolOf(entry.at),
    variable: entry.variable,
    value: entry.value,
    scope: scopeAt(entry.at, reading),
    origin: reading.origin,
  }
}

function matters({ variable, value }: EnvironmentEntry, reading: StructureReading): boolean {
  if (isSecretName(variable)) return false
  if (isModelVariable(variable) || isRouteKey(variable)) return true
  if (literalsIn(value).some((one) => isModelText(one.text, reading.resolver))) return true
  return referencesIn(value).some((name) => /model|llm|engine|deployment/i.test(name))
}

/** Values of secrets are never kept, not even when somebody wrote one down. */
export function isSecretName(variable: string): boolean {
  return (
    /(?:^|_)(?:API_?KEY|KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)(?:_|$)/i.test(variable) &&
    !/TOKENS$|MAX_TOKEN|TOKEN_LIMIT/i.test(variable)
  )
}

/** `[env.production.vars]`, `context.staging.environment`: a key on the way says it nearer than the path. */
export function scopeAt(at: Located, reading: StructureReading): string | null {
  if (reading.scope === 'ci') return 'ci'
  for (const key of keysOf(at).slice(0, -1).toReversed()) {
    const scope = scopeOfWord(key)
    if (scope !== null) return scope
  }
  return reading.scope
}
