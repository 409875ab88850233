import type { CallShape } from './languages/language-table.ts'
import { codeLimits } from './limits.ts'
import { calleeText } from './path-text.ts'
import { namedChildren, pickNode } from './syntax-node.ts'
import type { SyntaxNode } from './syntax-node.ts'
import { shapeOf, textOf, unwrap } from './read-context.ts'
import type { ReadContext } from './read-context.ts'

/** A call taken apart: its callee, and its arguments with the nodes that hold them. */
export interface ReadCall {
  readonly node: SyntaxNode
  readonly callee: string
  readonly receiver: SyntaxNode | null
  readonly arguments: readonly ReadArgument[]
  readonly block: SyntaxNode | null
}

export interface ReadArgument {
  /** Name, position, or the dotted path of a member of an object argument. */
  readonly name: string
  readonly node: SyntaxNode
}

/** Takes a call apart; null when the node has no callee. */
export function readArguments(node: SyntaxNode, context: ReadContext): ReadCall | null {
  const shapes: Readonly<Record<string, CallShape>> = context.table.calls
  const shape = Object.hasOwn(shapes, node.kind) ? shapes[node.kind] : undefined
  if (shape === undefined) return null
  const callee = readCallee(node, shape, context)
  if (callee === null) return null
  const found: ReadArgument[] = []
  let position = 0
  for (const pick of shape.arguments) {
    const list = pickNode(node, pick)
    if (list === null) continue
    for (const child of namedChildren(list)) {
      if (found.length >= codeLimits.argumentsMax) break
      if (context.table.comments.includes(child.kind)) continue
      position += addArgument(found, child, String(position), context, 0)
    }
  }
  return {
    node,
    callee: callee.text,
    receiver: callee.receiver,
    arguments: found,
    block: shape.block === undefined ? null : pickNode(node, shape.block),
  }
}

function readCallee(
  node: SyntaxNode,
  shape: CallShape,
  context: ReadContext,
): { text: string; receiver: SyntaxNode | null } | null {
  const callee = pickNode(node, shape.callee)
  if (callee === null) return null
  const { generics } = context.table
  if (shape.receiver !== undefined) {
    const receiver = pickNode(node, shape.receiver)
    if (receiver === null) return { text: calleeText(textOf(callee, context), generics), receiver }
    // The text from the receiver to the name, so that `->`, `::` and `&.` stay as written.
    const text = calleeText(context.content.slice(receiver.start, callee.end), generics)
    return { text, receiver }
  }
  const memberShape = shapeOf(callee, context)
  const object =
    memberShape?.as === 'name' && memberShape.object !== undefined ? memberShape.object : null
  return {
    text: calleeText(textOf(callee, context), generics),
    receiver: object === null ? null : pickNode(callee, object),
  }
}

/** Adds one argument, members of objects flattened; returns 1 when it took a position. */
function addArgument(
  found: ReadArgument[],
  child: SyntaxNode,
  position: string,
  context: ReadContext,
  depth: number,
): 0 | 1 {
  const pair = pairOf(child, context)
  if (pair !== null) {
    found.push({ name: pair.name, node: pair.value })
    flatten(found, pair.value, `${pair.name}.`, context, depth)
    return 0
  }
  if (context.table.spreads.includes(child.kind)) {
    const inner = pickNode(child, '@0')
    if (inner !== null) found.push({ name: '**', node: inner })
    return 0
  }
  if (child.kind === 'keywords') {
    for (const member of namedChildren(child)) addArgument(found, member, position, context, depth)
    return 0
  }
  found.push({ name: position, node: child })
  flatten(found, child, '', context, depth)
  return 1
}

/** The name and value of a named argument or member; null for a positional one. */
export function pairOf(
  node: SyntaxNode,
  context: ReadContext,
): { readonly name: string; readonly key: SyntaxNode; readonly value: SyntaxNode } | null {
  const shapes: Readonly<Record<string, { readonly name: string; readonly value: string }>> =
    context.table.pairs
  if (/^shorthand_property_identifier/.test(node.kind)) {
    return { name: textOf(node, context), key: node, value: node }
  }
  const shape = Object.hasOwn(shapes, node.kind) ? shapes[node.kind] : undefined
  if (shape === undefined) return null
  const key = pickNode(node, shape.name)
  const value = pickNode(node, shape.value)
  if (key === null || value === null || (key.start === value.start && key.end === value.end))
    return null
  return { name: keyText(key, context), key, value }
}

/** The name that a key gives, quotes, colons and brackets taken off. */
export function keyText(key: SyntaxNode, context: ReadContext): string {
  return textOf(key, context)
    .replace(/^@(?=["'])/, '')
    .replaceAll(/^[\s:"'`[$]+|[\s:"'`\]]+$/g, '')
}

/** Adds the members of an object, struct or list of objects under a prefix. */
function flatten(
  found: ReadArgument[],
  node: SyntaxNode,
  prefix: string,
  context: ReadContext,
  depth: number,
): void {
  if (depth >= codeLimits.flattenDepthMax || found.length >= codeLimits.argumentsMax) return
  const inner = unwrap(node, context)
  const shape = shapeOf(inner, context)
  if (shape?.as === 'map') {
    for (const member of mapMembers(inner, context)) {
      if (found.length >= codeLimits.argumentsMax) return
      found.push({ name: prefix + member.name, node: member.value })
      flatten(found, member.value, `${prefix}${member.name}.`, context, depth + 1)
    }
  } else if (shape?.as === 'list') {
    for (const item of namedChildren(inner).slice(0, codeLimits.listItemsMax)) {
      const itemShape = shapeOf(unwrap(item, context), context)
      if (itemShape?.as === 'map') flatten(found, item, prefix, context, depth + 1)
    }
  } else if (shape?.as === 'call' && prefix !== '') {
    // `options: ChatOptions.new(model: "x")`: the members of a constructor given by name.
    const call = depth + 1 < codeLimits.flattenDepthMax ? readArguments(inner, context) : null
    for (const argument of call?.arguments ?? []) {
      if (/^(?:\d|\*)/.test(argument.name) || found.length >= codeLimits.argumentsMax) continue
      found.push({ name: prefix + argument.name, node: argument.node })
    }
  }
}

export interface MapMember {
  readonly name: string
  readonly key: SyntaxNode
  readonly value: SyntaxNode
}

/** Members of an object, dictionary, hash or array literal with keys. */
export function mapMembers(map: SyntaxNode, context: ReadContext): readonly MapMember[] {
  const members: MapMember[] = []
  const pending = [...namedChildren(map)]
  for (const child of pending) {
    if (members.length >= codeLimits.listItemsMax * 10) break
    const pair = pairOf(child, context)
    if (pair !== null) members.push(pair)
    else if (containers.has(child.kind)) pending.push(...namedChildren(child))
  }
  if (members.length > 0 || !context.table.alternatingMaps?.includes(map.kind)) return members
  // Swift writes keys and values as one flat list.
  for (let at = 0; at + 1 < pending.length; at += 2) {
    const key = pending[at]
    const value = pending[at + 1]
    if (key !== undefined && value !== undefined)
      members.push({ name: keyText(key, context), key, value })
  }
  return members
}

/** Nodes between a map and its members in some grammars. */
const containers = new Set([
  'map_content',
  'keywords',
  'literal_value',
  'field_initializer_list',
  'initializer_expression',
  'value_arguments',
  'argument_list',
  'arguments',
  'call_suffix',
])
