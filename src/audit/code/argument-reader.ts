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
  /** Offset where the callee ends. */
  readonly calleeEnd: number
  readonly receiver: SyntaxNode | null
  readonly arguments: readonly ReadArgument[]
  readonly block: SyntaxNode | null
  /** `x["key"]`, which some grammars read as a call. */
  readonly subscript: boolean
}

export interface ReadArgument {
  /** Name, position, or the dotted path of a member of an object argument. */
  readonly name: string
  readonly node: SyntaxNode
}

const knownCalls = new WeakMap<ReadContext, Map<string, ReadCall | null>>()

/**
 * Takes a call apart; null when the node has no callee. Each call once, since the arguments of one inside others
 * are asked for by all around it.
 */
export function readArguments(node: SyntaxNode, context: ReadContext): ReadCall | null {
  if (!Object.hasOwn(context.table.calls, node.kind)) return null
  const calls = knownCalls.get(context) ?? new Map<string, ReadCall | null>()
  knownCalls.set(context, calls)
  const key = `${node.start}:${node.end}:${node.kind}`
  const known = calls.get(key)
  if (known !== undefined) return known
  const call = takeApart(node, context)
  calls.set(key, call)
  return call
}

function takeApart(node: SyntaxNode, context: ReadContext): ReadCall | null {
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
    if (shape.tokens === true) {
      addTokens(found, list, context)
      continue
    }
    for (const child of namedChildren(list)) {
      if (found.length >= codeLimits.argumentsMax) break
      if (context.table.comments.includes(child.kind)) continue
      position += addArgument(found, child, String(position), context, 0)
    }
  }
  return {
    node,
    callee: callee.text,
    calleeEnd: callee.end,
    receiver: callee.receiver,
    arguments: found,
    block: shape.block === undefined ? null : pickNode(node, shape.block),
    subscript: context.content[callee.end] === '[' && node.kind === 'call_expression',
  }
}

function readCallee(
  node: SyntaxNode,
  shape: CallShape,
  context: ReadContext,
): { text: string; receiver: SyntaxNode | null; end: number } | null {
  const callee = pickNode(node, shape.callee)
  if (callee === null) return null
  const { generics } = context.table
  if (shape.receiver !== undefined) {
    const receiver = pickNode(node, shape.receiver)
    if (receiver === null)
      return { text: calleeText(textOf(callee, context), generics), receiver, end: callee.end }
    // The text from the receiver to the name, so that `->`, `::` and `&.` stay as written.
    const text = calleeText(context.content.slice(receiver.start, callee.end), generics)
    return { text, receiver, end: callee.end }
  }
  const memberShape = shapeOf(callee, context)
  const object =
    memberShape?.as === 'name' && memberShape.object !== undefined ? memberShape.object : null
  const isCurried = shape.curried === true && memberShape?.as === 'call'
  return {
    text: calleeText(textOf(callee, context), generics) + (isCurried ? '()' : ''),
    receiver: object === null ? null : pickNode(callee, object),
    end: callee.end,
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
  if (node.kind.startsWith('shorthand_property_identifier')) {
    return { name: textOf(node, context), key: node, value: node }
  }
  const shape = Object.hasOwn(shapes, node.kind) ? shapes[node.kind] : undefined
  if (shape === undefined) return null
  const key = pickNode(node, shape.name)
  const value = pickNode(node, shape.value)
  if (key === null || value === null || key.start === value.start) return null
  const operator = context.table.pairOperators?.[node.kind]
  const between = context.content.slice(key.end, value.start).trim()
  if (operator !== undefined && !operator.test(between)) return null
  return { name: keyText(key, context), key, value }
}

/** The name that a key gives, quotes, colons and brackets taken off. */
function keyText(key: SyntaxNode, context: ReadContext): string {
  return textOf(key, context)
    .replace(/^@(?=["'])/, '')
    .replaceAll(/^[\s:"'`[$]+|[\s:"'`\]]+$/g, '')
}

/** Tokens of a macro: `"model": x` gives a named argument, the others their position. */
function addTokens(found: ReadArgument[], tree: SyntaxNode, context: ReadContext): void {
  const tokens = namedTokens(tree, 0)
  let position = 0
  for (let at = 0; at < tokens.length && found.length < codeLimits.argumentsMax; at += 1) {
    const token = tokens[at]
    const next = tokens[at + 1]
    if (token === undefined) return
    const between = next === undefined ? '' : context.content.slice(token.end, next.start).trim()
    if (next !== undefined && /^(?::|=>|=)$/.test(between)) {
      found.push({ name: keyText(token, context), node: next })
      at += 1
    } else {
      found.push({ name: String(position), node: token })
      position += 1
    }
  }
}

function namedTokens(tree: SyntaxNode, depth: number): readonly SyntaxNode[] {
  if (depth >= codeLimits.flattenDepthMax) return []
  return namedChildren(tree)
    .slice(0, codeLimits.argumentsMax)
    .flatMap((token) => (token.kind === 'token_tree' ? namedTokens(token, depth + 1) : [token]))
}

/** Members of these are for the conversation, not for the choice of a model. */
const conversation = /^(?:messages|contents|tools|functions|input|history|examples)$/

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
  if (shape?.as === 'list') {
    for (const item of namedChildren(inner).slice(0, codeLimits.listItemsMax)) {
      if (isMap(unwrap(item, context), context)) flatten(found, item, prefix, context, depth + 1)
    }
  } else if (isMap(inner, context) || /object_creation|new_expression/.test(inner.kind)) {
    addMembers(found, mapMembers(inner, context), prefix, context, depth)
  } else if (shape?.as === 'call' && prefix !== '') {
    // `options: ChatOptions.new(model: "x")`: what a constructor is given by name.
    const call = depth + 1 < codeLimits.flattenDepthMax ? readArguments(inner, context) : null
    for (const argument of call?.arguments ?? []) {
      if (/^(?:\d|\*)/.test(argument.name) || found.length >= codeLimits.argumentsMax) continue
      found.push({ name: prefix + argument.name, node: argument.node })
    }
  }
}

function addMembers(
  found: ReadArgument[],
  members: readonly MapMember[],
  prefix: string,
  context: ReadContext,
  depth: number,
): void {
  for (const member of members) {
    if (found.length >= codeLimits.argumentsMax) return
    found.push({ name: prefix + member.name, node: member.value })
    if (conversation.test(member.name)) continue
    flatten(found, member.value, `${prefix}${member.name}.`, context, depth + 1)
  }
}

export interface MapMember {
  readonly name: string
  readonly key: SyntaxNode
  readonly value: SyntaxNode
}

const mapCallee =
  /(?:^|[.:])(?:\w*[mM]apOf|Map|dict|HashMap|BTreeMap|OrderedDict|\w*Dictionary|frozendict)(?:$|(?:\.|::)(?:of|ofEntries|from|from_iter)$)/

/** An object literal, or a call that makes a table of its arguments (`mapOf("a" to "b")`, `Map.of("a", "b")`). */
export function isMap(node: SyntaxNode, context: ReadContext): boolean {
  const shape = shapeOf(node, context)
  if (shape?.as === 'map') return true
  if (shape?.as !== 'call') return false
  const head = context.content.slice(node.start, Math.min(node.end, node.start + 120))
  return mapCallee.test(calleeText(head.replace(/[({[][\s\S]*$/, ''), context.table.generics))
}

/** Members of an object, dictionary, hash or array literal with keys. */
export function mapMembers(map: SyntaxNode, context: ReadContext): readonly MapMember[] {
  const members: MapMember[] = []
  const pending = [...namedChildren(map)]
  const loose: SyntaxNode[] = []
  for (const child of pending) {
    if (members.length >= membersMax || pending.length >= membersMax * 4) break
    const pair = pairOf(child, context)
    if (pair !== null) members.push(pair)
    else if (isContainer(child, context)) pending.push(...namedChildren(child))
    else loose.push(child)
  }
  if (members.length > 0) return members
  if (context.table.alternatingMaps?.includes(map.kind) === true) return inTwos(loose, context)
  if (shapeOf(map, context)?.as !== 'call') return []
  // `Map.of("a", "b")`, and the pairs of a list: everything after the callee.
  const open = map.start + context.content.slice(map.start, map.end).search(/[({[]/)
  return inTwos(
    loose.filter((node) => node.start >= open),
    context,
  )
}

const membersMax = codeLimits.listItemsMax * 10

/** Keys and values as one flat list: Swift's dictionaries, Java's `Map.of`, pairs of a Rust or JavaScript list. */
function inTwos(nodes: readonly SyntaxNode[], context: ReadContext): readonly MapMember[] {
  const members: MapMember[] = []
  for (let at = 0; at + 1 < nodes.length && members.length < membersMax; at += 2) {
    const key = nodes[at]
    const value = nodes[at + 1]
    if (key !== undefined && value !== undefined) {
      members.push({ name: keyText(key, context), key, value })
    }
  }
  return members
}

/** Nodes between a map and its members in some grammars. */
const containers =
  /^(?:map_content|keywords|literal_value|field_initializer_list|initializer_expression|value_arguments|value_argument|argument_list|arguments|argument|call_suffix|array|array_expression|tuple_expression|literal_element)$/

function isContainer(node: SyntaxNode, context: ReadContext): boolean {
  if (!containers.test(node.kind)) return false
  // An argument or element that holds a map of its own is a value, not a layer.
  return (
    !/^(?:argument|value_argument|literal_element)$/.test(node.kind) ||
    !isMap(unwrap(node, context), context)
  )
}
