import { bareKey, isProseKey } from './key-names.ts'
import type { Located } from './select.ts'
import { structureLimits } from './structure-limits.ts'
import type { StructuredNode } from './structured-node.ts'

/** Keys that only give structure and say nothing of the thing. */
const structuralKeys =
  /^(?:jobs|steps|with|env|spec|template|containers|data|resource|resources|properties|services|environment|variables|settings|config|value|values|metadata|items|parameters)$/i

/** The thing that a node belongs to: names of the maps around it, from the outside. */
export function symbolOf(at: Located): string {
  const names: string[] = []
  const isLeaf = at.node.kind === 'scalar' && at.parent !== null && at.parent.parent !== null
  let one: Located | null = isLeaf ? at.parent : at
  for (; one !== null && one.key !== null; one = one.parent) {
    const name = nameOf(one)
    if (name !== null) names.unshift(name)
  }
  if (names.length === 0 && at.key !== null) names.push(at.key)
  let symbol = names.slice(-6).join('.')
  while (symbol.length > structureLimits.symbolCharactersMax && names.length > 1) {
    names.shift()
    symbol = names.slice(-6).join('.')
  }
  return symbol.slice(0, structureLimits.symbolCharactersMax)
}

function nameOf(at: Located): string | null {
  const own = ownName(at.node)
  if (at.entry === null) return own ?? null
  if (own !== null && at.parent?.node.kind !== 'map') return own
  if (structuralKeys.test(at.key ?? '')) return null
  return at.key
}

/** The name a map gives itself. */
function ownName(node: StructuredNode): string | null {
  if (node.kind !== 'map') return null
  for (const key of [
    'name',
    'id',
    'Name',
    'Id',
    'alias',
    'title',
    'slug',
    'model_name',
    'uses',
    'label',
  ]) {
    const found = node.entries.find((one) => one.key === key)?.value
    if (found?.kind === 'scalar' && found.text !== '' && found.text.length <= 80)
      return found.text.split('\n')[0] ?? null
  }
  const metadata = node.entries.find((one) => one.key === 'metadata')?.value
  return metadata === undefined ? null : ownName(metadata)
}

/** Names, descriptions and prompts near a node, nearest first: words that tell what the model is for. */
export function hintsOf(at: Located): readonly string[] {
  const hints: string[] = []
  for (let one: Located | null = at; one !== null; one = one.parent) {
    if (one.key !== null && one.entry !== null && !structuralKeys.test(one.key)) hints.push(one.key)
    if (one.node.kind === 'map') hints.push(...tellingTexts(one.node))
    if (hints.length >= structureLimits.hintsMax * 2) break
  }
  const distinct = [
    ...new Set(hints.map((hint) => hint.trim().slice(0, structureLimits.hintCharactersMax))),
  ]
  return distinct.filter((hint) => hint !== '').slice(0, structureLimits.hintsMax)
}

/** The name and the prose of a map; asked for every fact below it and read once. */
function tellingTexts(node: StructuredMap): readonly string[] {
  const found = knownTexts.get(node)
  if (found !== undefined) return found
  const name = ownName(node)
  const texts = node.entries.flatMap(({ key, value }) =>
    value.kind === 'scalar' && isTelling(key) ? [value.text] : [],
  )
  const made = [...(name === null ? [] : [name]), ...texts].slice(0, structureLimits.hintsMax * 4)
  knownTexts.set(node, made)
  return made
}

type StructuredMap = Extract<StructuredNode, { kind: 'map' }>
const knownTexts = new WeakMap<StructuredMap, readonly string[]>()

function isTelling(key: string): boolean {
  return (
    isProseKey(key) ||
    /^(?:goal|role|task|purpose|instruction|instructions|uses|run|displayname|intent)$/.test(
      bareKey(key),
    )
  )
}
