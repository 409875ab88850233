import type { DefinitionForm, Value } from '../fact.ts'
import { isMap, mapMembers } from './argument-reader.ts'
import type { CodeDefinition } from './code-unit.ts'
import { annotatedValue } from './annotated-value.ts'
import type { DefinitionFrame, FrameStack, ScopeFrame } from './frames.ts'
import { valuableName } from './interest.ts'
import type { DefinitionShape } from './languages/language-table.ts'
import { codeLimits } from './limits.ts'
import { ownedName } from './owned-name.ts'
import { calleeText, lastSegment } from './path-text.ts'
import { placeOf, shapeOf, textOf, unwrap } from './read-context.ts'
import type { ReadContext } from './read-context.ts'
import { schemaEntries } from './schema-entries.ts'
import { settingsField, settingsValue } from './settings-class.ts'
import { namedChildren, pickNode } from './syntax-node.ts'
import type { SyntaxNode } from './syntax-node.ts'
import { readValue } from './value-reader.ts'

interface FoundDefinitions {
  readonly frame: DefinitionFrame | null
  readonly definitions: readonly CodeDefinition[]
}

/** The names that a node defines; null when it defines none. */
export function definitionsOf(
  node: SyntaxNode,
  shape: DefinitionShape,
  context: ReadContext,
  frames: FrameStack,
): FoundDefinitions | null {
  const scope = frames.scope()
  if (shape.is === 'return') return returned(node, shape, context, frames.function())
  const target = pickNode(node, shape.target)
  if (target === null) return null
  if (shape.several === true) return severalMembers(node, shape, context, scope)
  const value = pickNode(node, shape.value)
  if (value === null && scope !== null && scope.settingsPrefix !== null) {
    return settingWithoutDefault(target, shape, context, scope)
  }
  if (value === null || value.start === target.start) {
    const annotated = annotatedValue(node, context)
    if (annotated === null) return null
    return one(target, null, annotated, shape, context, scope)
  }
  const between = context.content.slice(target.end, value.start).trim()
  const parameter = shape.parameterOperator?.test(between) === true
  if (shape.operator !== undefined && !parameter && !shape.operator.test(between)) return null
  if (parameter)
    return one(
      target,
      value,
      readValue(value, context),
      { ...shape, is: 'parameter' },
      context,
      scope,
    )
  if (shape.is === 'enum-member' && context.table.expressions[value.kind] === undefined) {
    const first = firstLiteral(value, context)
    return first === null ? null : one(target, value, first, shape, context, scope)
  }
  const targets = parts(target, context)
  const values = parts(value, context)
  const definitions: CodeDefinition[] = []
  let frame: DefinitionFrame | null = null
  for (const [at, name] of targets.entries()) {
    const given = values.length === targets.length ? values[at] : at === 0 ? values[0] : undefined
    if (given === undefined) continue
    const found = one(name, given, readValue(given, context), shape, context, scope)
    frame ??= found.frame
    definitions.push(...found.definitions)
  }
  return { frame, definitions }
}

function parts(node: SyntaxNode, context: ReadContext): readonly SyntaxNode[] {
  return context.table.tuples.includes(node.kind) ? namedChildren(node) : [node]
}

/** Swift: `case fast = "a", deep = "b"`. */
function severalMembers(
  node: SyntaxNode,
  shape: DefinitionShape,
  context: ReadContext,
  scope: ScopeFrame | null,
): FoundDefinitions {
  const children = namedChildren(node)
  const definitions: CodeDefinition[] = []
  for (const [at, name] of children.entries()) {
    const value = children[at + 1]
    if (value === undefined || shapeOf(name, context)?.as !== 'name') continue
    if (shapeOf(value, context)?.as !== 'string') continue
    definitions.push(
      ...one(name, value, readValue(value, context), shape, context, scope).definitions,
    )
  }
  return { frame: null, definitions }
}

/** `CLAUDE("Claude", "claude-…", 1)`: the text that looks most like an id among a member's constructor arguments. */
function firstLiteral(list: SyntaxNode, context: ReadContext): Value | null {
  const values = namedChildren(list)
    .map((child) => pickNode(child, shapeOf(child, context) === undefined ? '@-1' : ''))
    .flatMap((child) => (child === null ? [] : [readValue(child, context)]))
    .filter((value) => value.kind === 'literal' || value.kind === 'environment')
  const id = values.find(
    (value) => value.kind === 'literal' && /^[\w./:@-]*[-\d][\w./:@-]*$/.test(value.text),
  )
  return id ?? values[0] ?? null
}

function one(
  target: SyntaxNode,
  node: SyntaxNode | null,
  value: Value,
  shape: DefinitionShape,
  context: ReadContext,
  scope: ScopeFrame | null,
): FoundDefinitions {
  const place = placeOf(target, context)
  const name = targetName(target, context)
  if (name === null) return { frame: null, definitions: [] }
  const qualified = qualify(name.text, shape, scope, name.owned)
  const symbol = scope?.symbol ?? ''
  const frame: DefinitionFrame = {
    is: 'definition',
    end: node?.end ?? target.end,
    name: lastSegment(name.text),
    qualified: shape.is === 'assignment' && !name.owned ? name.text : qualified,
    valueStart: node?.start ?? target.end,
    place,
  }
  const definitions: CodeDefinition[] = []
  const inner = node === null ? null : unwrap(node, context)
  const map = inner === null ? null : mapOf(inner, context)
  // `const pick = () => …`: a function of that name, whose returns are definitions of their own.
  const scopeShape = node === null ? undefined : context.table.scopes[node.kind]
  const isFunction = scopeShape !== undefined && scopeShape.when === undefined
  if (isFunction) return { frame, definitions }
  if (map !== null) {
    addEntries(definitions, map, qualified, symbol, context, 0)
  } else if (value.kind !== 'unknown') {
    const definition = { name: qualified, form: formOf(name, shape, scope), value, place, symbol }
    const prefix = scope?.settingsPrefix ?? null
    const text =
      node === null ? '' : context.content.slice(node.start, Math.min(node.end, node.start + 400))
    definitions.push(
      prefix === null ? definition : settingsField(definition, name.text, text, prefix),
    )
  } else if (inner !== null) {
    definitions.push(...schemaEntries(inner, qualified, symbol, context))
  }
  if (shape.is === 'parameter' && scope?.kind === 'function' && definitions.length > 0) {
    const promoted = promotedField(target, name.text, context, scope)
    const first = definitions[0]
    if (promoted !== null && first !== undefined) {
      definitions.push({ ...first, name: promoted, form: 'field-default' })
    }
  }
  return { frame, definitions }
}

/** `review_model: str` in a settings class: only the environment says. */
function settingWithoutDefault(
  target: SyntaxNode,
  shape: DefinitionShape,
  context: ReadContext,
  scope: ScopeFrame,
): FoundDefinitions | null {
  const field = textOf(target, context)
  if (!valuableName.test(field)) return null
  const value = settingsValue(field, '', scope.settingsPrefix ?? '', null, placeOf(target, context))
  return one(target, null, value, shape, context, scope)
}

interface TargetName {
  readonly text: string
  /** Qualified by its class already (`self.x`). */
  readonly owned: boolean
  readonly entry: boolean
}

function targetName(target: SyntaxNode, context: ReadContext): TargetName | null {
  const inner = unwrap(target, context)
  const source = textOf(inner, context)
  if (source.length > 300) return null
  const shape = shapeOf(inner, context)
  if (shape?.as === 'subscript') {
    const object = pickNode(inner, shape.object)
    const index = pickNode(inner, shape.index)
    if (object === null || index === null) return null
    const key = readValue(index, context)
    if (key.kind !== 'literal') return null
    const table = ownedName(calleeText(textOf(object, context), false), context)
    return { text: `${table}.${key.text}`, owned: startsWithOwner(table, context), entry: true }
  }
  const path = ownedName(calleeText(source, context.table.generics), context)
  if (!/^[\p{L}_$][\p{L}\p{N}_$.]*$/u.test(path)) return null
  const owned =
    /^(?:@|\$?this\b|self\b|cls\b|static\b|Self\b)/.test(source.trim()) ||
    startsWithOwner(path, context)
  return { text: path, owned, entry: false }
}

function startsWithOwner(path: string, context: ReadContext): boolean {
  return context.owner !== null && path.startsWith(`${context.owner}.`)
}

function qualify(
  name: string,
  shape: DefinitionShape,
  scope: ScopeFrame | null,
  owned: boolean,
): string {
  if (scope === null || scope.symbol === '' || owned) return name
  // `Model::Opus => "…"`: the pattern of a match names the member in full.
  if (shape.is === 'enum-member' && name.includes('.')) return name
  if (shape.is === 'parameter' && scope.kind === 'function') return `${scope.symbol}(${name})`
  return `${scope.symbol}.${name}`
}

function formOf(
  name: TargetName,
  shape: DefinitionShape,
  scope: ScopeFrame | null,
): DefinitionForm {
  if (name.entry) return 'map-entry'
  if (shape.is === 'parameter')
    return scope?.kind === 'function' ? 'parameter-default' : 'field-default'
  if (shape.is === 'enum-member' || scope?.kind === 'enum') return 'enum-member'
  const upper = /^[A-Z][A-Z0-9_]*$/.test(lastSegment(name.text))
  if (scope === null || scope.symbol === '' || scope.kind === 'namespace') return 'constant'
  if (scope.kind === 'function') return 'variable'
  return upper ? 'constant' : 'field-default'
}

/** A constructor's parameter that is a field as well (TypeScript, PHP). */
function promotedField(
  target: SyntaxNode,
  name: string,
  context: ReadContext,
  scope: ScopeFrame,
): string | null {
  const before = context.content.slice(Math.max(0, target.start - 80), target.start)
  if (!/\b(?:public|private|protected|readonly)\s+[^,(]*$/.test(before)) return null
  return scope.owner === null ? null : `${scope.owner}.${name}`
}

/** The map that an expression is, also behind a call that only wraps it (`Object.freeze({…})`, `{…}.freeze`). */
function mapOf(node: SyntaxNode, context: ReadContext): SyntaxNode | null {
  if (shapeOf(node, context)?.as === 'call') {
    const head = context.content.slice(node.start, Math.min(node.end, node.start + 60))
    const tail = context.content.slice(Math.max(node.start, node.end - 8), node.end)
    if (
      /^(?:Object\.freeze|(?:types\.)?MappingProxyType|defineConfig)\b/.test(head) ||
      tail.endsWith('.freeze')
    ) {
      const inner = pickNode(node, 'arguments/@0|receiver')
      return inner === null ? null : mapOf(unwrap(inner, context), context)
    }
  }
  return isMap(node, context) && mapMembers(node, context).length > 0 ? node : null
}

const requestField =
  /["'`]?\b(?:messages|prompt|contents|inputText|anthropic_version|input)\b["'`]?\s*(?::|=>|=)/

function addEntries(
  found: CodeDefinition[],
  map: SyntaxNode,
  prefix: string,
  symbol: string,
  context: ReadContext,
  depth: number,
): void {
  const request = requestField.test(
    context.content.slice(map.start, Math.min(map.end, map.start + 2_000)),
  )
  for (const member of mapMembers(map, context)) {
    if (found.length >= codeLimits.listItemsMax * 10) return
    const name = `${prefix}.${member.name}`
    const inner = unwrap(member.value, context)
    const nested = depth + 1 < codeLimits.flattenDepthMax ? mapOf(inner, context) : null
    if (nested !== null) {
      addEntries(found, nested, name, symbol, context, depth + 1)
      continue
    }
    const value = readValue(inner, context)
    if (value.kind === 'unknown') continue
    found.push({
      name,
      form: 'map-entry',
      value,
      place: placeOf(member.key, context),
      symbol,
      request,
    })
  }
}

function returned(
  node: SyntaxNode,
  shape: DefinitionShape,
  context: ReadContext,
  scope: ScopeFrame | null,
): FoundDefinitions | null {
  const value = pickNode(node, shape.value)
  if (value === null || scope === null || scope.symbol === '') return null
  const first = parts(value, context)[0]
  if (first === undefined) return null
  const read = readValue(first, context)
  if (read.kind === 'unknown') return { frame: null, definitions: [] }
  const place = placeOf(first, context)
  return {
    frame: null,
    definitions: [{ name: scope.symbol, form: 'return', value: read, place, symbol: scope.symbol }],
  }
}
