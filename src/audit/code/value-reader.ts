import type { Place } from '../../schema/register.ts'
import type { Value } from '../fact.ts'
import { mapMembers, readArguments } from './argument-reader.ts'
import type { ExpressionShape } from './languages/language-table.ts'
import { codeLimits } from './limits.ts'
import { readOutside } from './outside-reads.ts'
import { ownedName } from './owned-name.ts'
import { calleeText, dottedPath, lastSegment } from './path-text.ts'
import { placeOf, shapeOf, textOf, unwrap } from './read-context.ts'
import type { ReadContext } from './read-context.ts'
import { unescape, unquote } from './string-literal.ts'
import { subscriptValue } from './subscript-value.ts'
import { namedChildren, pickNode } from './syntax-node.ts'
import type { SyntaxNode } from './syntax-node.ts'
import { choice, withFallback } from './value-algebra.ts'

/** The value of an expression, names left unresolved. Total: what is not understood is `unknown`. */
export function readValue(node: SyntaxNode, context: ReadContext, depth = 0): Value {
  if (depth > codeLimits.valueDepthMax) return unknownValue(node, context)
  const inner = unwrap(node, context)
  const shape = shapeOf(inner, context)
  if (shape === undefined) return unknownValue(inner, context)
  const place = placeOf(inner, context)
  switch (shape.as) {
    case 'string':
      return readString(inner, context, depth)
    case 'adjacent':
      return joined(
        namedChildren(inner).map((part) => readValue(part, context, depth + 1)),
        place,
      )
    case 'symbol':
      return {
        kind: 'literal',
        text: textOf(inner, context).replaceAll(/^[:'"]+|['":]+\s*$/g, ''),
        place,
      }
    case 'name':
      return nameValue(textOf(inner, context), place, context)
    case 'subscript':
      return readSubscript(inner, shape, context, depth)
    case 'binary':
      return readBinary(inner, shape, context, depth)
    case 'choice':
      return readChoice(inner, shape.options, context, depth)
    case 'list':
      return readList(inner, context, depth)
    case 'call':
      return readCallOnce(inner, context, depth)
    case 'map':
      // PHP writes lists and maps alike.
      return mapMembers(inner, context).length > 0
        ? unknownValue(inner, context)
        : readList(inner, context, depth)
    case 'wrap':
      return unknownValue(inner, context)
  }
}

function readList(node: SyntaxNode, context: ReadContext, depth: number): Value {
  const items = namedChildren(node)
    .slice(0, codeLimits.listItemsMax)
    .filter((item) => !context.table.comments.includes(item.kind))
    .map((item) => readValue(item, context, depth + 1))
  if (items.every((item) => item.kind === 'unknown')) return unknownValue(node, context)
  return choice(items, placeOf(node, context))
}

function unknownValue(node: SyntaxNode, context: ReadContext): Value {
  const end = Math.min(node.end, node.start + codeLimits.unknownTextCharactersMax)
  return {
    kind: 'unknown',
    text: context.content.slice(node.start, end),
    place: placeOf(node, context),
  }
}

function readString(node: SyntaxNode, context: ReadContext, depth: number): Value {
  const place = placeOf(node, context)
  const source = textOf(node, context)
  const interpolated = Object.keys(context.table.interpolations)
  const mayInterpolate = interpolated.length > 0 && /[{$]|\\\(|#\{/.test(source)
  const parts = mayInterpolate
    ? node.native
        .children()
        .map((child) => node.see(child))
        .filter((child) => interpolated.includes(child.kind))
    : []
  if (parts.length === 0) return { kind: 'literal', text: unquote(source), place }
  return interpolatedString(node, parts, context, depth)
}

/** `us.{region}-x` as a concatenation: the text between the interpolations is taken from the source. */
function interpolatedString(
  node: SyntaxNode,
  parts: readonly SyntaxNode[],
  context: ReadContext,
  depth: number,
): Value {
  const opening = /^(?:[a-zA-Z@$]{0,3}(?:"""|'''|["'`])|~[a-zA-Z].|<<<?[~-]?['"]?\w+['"]?)\s*/
  const values: Value[] = []
  let position = node.start + (opening.exec(textOf(node, context))?.[0].length ?? 0)
  const pushText = (from: number, to: number): void => {
    const text = unescape(
      context.content.slice(from, to).replaceAll(/(?:[#$]|\\)?[({]$|^[)}]|[#$]$/g, ''),
    )
    if (text !== '') values.push({ kind: 'literal', text, place: placeOf(node, context) })
  }
  for (const part of parts) {
    pushText(position, part.start)
    const pick = context.table.interpolations[part.kind] ?? ''
    const inner = pickNode(part, pick)
    if (inner !== null) values.push(readValue(inner, context, depth + 1))
    position = part.end
  }
  const closing = /(?:"""|'''|["'`])#*$/.exec(textOf(node, context))?.[0].length ?? 0
  pushText(position, node.end - closing)
  return joined(values, placeOf(node, context))
}

function joined(parts: readonly Value[], place: Place): Value {
  if (parts.length > 0 && parts.every((part) => part.kind === 'literal')) {
    return { kind: 'literal', text: parts.map((part) => part.text).join(''), place }
  }
  const flat = parts.flatMap((part) => (part.kind === 'concatenation' ? part.parts : [part]))
  return { kind: 'concatenation', parts: flat, place }
}

const environmentObject =
  /^(?:globalThis\.)?(?:process\.env|import\.meta\.env|Bun\.env|Deno\.env)\.([A-Za-z_]\w*)$/

/** A name with `self`, `this`, `@` or the receiver replaced by the class around. */
function nameValue(source: string, place: Place, context: ReadContext): Value {
  const callee = calleeText(source, context.table.generics)
  const variable = environmentObject.exec(dottedPath(callee))?.[1]
  if (variable !== undefined) return { kind: 'environment', variable, fallback: null, place }
  const name = ownedName(callee, context).replace(
    /(?<=\.[A-Za-z_]\w*)\.(?:value|Value|rawValue)$/,
    '',
  )
  return { kind: 'name', name, place }
}

function readSubscript(
  node: SyntaxNode,
  shape: Extract<ExpressionShape, { as: 'subscript' }>,
  context: ReadContext,
  depth: number,
): Value {
  const place = placeOf(node, context)
  const object = pickNode(node, shape.object)
  const index = pickNode(node, shape.index)
  if (object === null || index === null) return unknownValue(node, context)
  const table = ownedName(calleeText(textOf(object, context), context.table.generics), context)
  return subscriptValue(table, readValue(index, context, depth + 1), place)
}

function readBinary(
  node: SyntaxNode,
  shape: Extract<ExpressionShape, { as: 'binary' }>,
  context: ReadContext,
  depth: number,
): Value {
  const left = pickNode(node, shape.left)
  const right = pickNode(node, shape.right)
  if (left === null || right === null) return unknownValue(node, context)
  const operator = context.content.slice(left.end, right.start).trim()
  if (/^(?:\+|\.|<>|\|\+\|)$/.test(operator)) {
    const parts = [readValue(left, context, depth + 1), readValue(right, context, depth + 1)]
    return joined(parts, placeOf(node, context))
  }
  if (/^(?:\|\||\?\?|or|\?:)$/.test(operator)) {
    const fallback = readValue(right, context, depth + 1)
    return withFallback(readValue(left, context, depth + 1), fallback)
  }
  if (operator === '&&' || operator === 'and') return readValue(right, context, depth + 1)
  if (operator === '%') return readValue(left, context, depth + 1)
  return unknownValue(node, context)
}

function readChoice(
  node: SyntaxNode,
  options: readonly string[],
  context: ReadContext,
  depth: number,
): Value {
  const found = options.flatMap((pick) => pickNode(node, pick) ?? [])
  const values = found.map((option) => readValue(option, context, depth + 1))
  const first = values[0]
  const last = values[1]
  if (first === undefined) return unknownValue(node, context)
  if (last === undefined) return first
  return first.kind === 'environment' || first.kind === 'external'
    ? withFallback(first, last)
    : choice(values, placeOf(node, context))
}

interface KnownCall {
  readonly value: Value
  readonly depth: number
}

const knownCalls = new WeakMap<ReadContext, Map<string, KnownCall>>()

/**
 * An argument of a call inside calls is reached by several ways, and each way doubles what lies below: twenty words in
 * a row would be read a million times.
 */
function readCallOnce(node: SyntaxNode, context: ReadContext, depth: number): Value {
  const calls = knownCalls.get(context) ?? new Map<string, KnownCall>()
  knownCalls.set(context, calls)
  const key = `${node.start}:${node.end}:${node.kind}`
  const known = calls.get(key)
  // Read from further out it was read at least as deep.
  if (known !== undefined && known.depth <= depth) return known.value
  const value = readCall(node, context, depth)
  calls.set(key, { value, depth })
  return value
}

function readCall(node: SyntaxNode, context: ReadContext, depth: number): Value {
  const call = readArguments(node, context)
  if (call === null) return unknownValue(node, context)
  const key = call.subscript ? call.arguments[0] : undefined
  if (key !== undefined) {
    const table = ownedName(call.callee, context)
    return subscriptValue(table, readValue(key.node, context, depth + 1), placeOf(node, context))
  }
  const outside = readOutside(call, context, (inner) => readValue(inner, context, depth + 1))
  if (outside !== null) return outside
  // A getter without arguments stands for the function of that name, which may return a model.
  const name = ownedName(call.callee, context)
  const head = context.content.slice(node.start, call.calleeEnd)
  if (/[({[]/.test(head)) return unknownValue(node, context)
  if (call.arguments.length === 0 || /model|deployment|engine|llm/i.test(lastSegment(name))) {
    const getter = /^(.*\.[A-Z][A-Z0-9_]*)\.(?:get\w*|to\w*|id|name|value|as\w*)$/.exec(name)
    return { kind: 'name', name: getter?.[1] ?? name, place: placeOf(node, context) }
  }
  return unknownValue(node, context)
}
