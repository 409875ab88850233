import type { DefinitionFact, Value } from './fact.ts'
import type { FactGraph } from './resolve/fact-graph.ts'

/** Lists that people choose from, by name; a chain of fallbacks is none. */
const listName =
  /(?:models|list|supported|available|allowed|options|choices|catalog|registry)$|^(?:supported|available|allowed|all|known)/i
const chainName = /fall_?back|chain|order|priorit|route|retry|backup/i

/**
 * Places of model names that are members of a list to choose from (`SUPPORTED_MODELS = [A, B]`): a capability,
 * not a choice that somebody made. Keys are `path\nline`.
 */
export function listedPlaces(
  graph: FactGraph,
  definitions: Iterable<DefinitionFact>,
  isModel: (text: string) => boolean = () => false,
): ReadonlySet<string> {
  const places = new Set<string>()
  for (const definition of definitions) {
    const last = definition.name.slice(definition.name.lastIndexOf('.') + 1)
    if (!listName.test(last) || chainName.test(last)) continue
    if (definition.value.kind !== 'choice') continue
    const members = definition.value.options.filter((option) => option.kind !== 'unknown')
    if (members.length < 2) continue
    for (const member of members) addMember(member, definition.place.path, graph, places)
  }
  addCatalogues(definitions, isModel, places)
  return places
}

/** Members of an enum, and constants of a file, from which on they are a catalogue of what could be used. */
const enumMembersMin = 5
const fileConstantsMin = 12
/** The same where each name only spells the model it holds (`GPT_4O = "gpt-4o"`), and so decides nothing. */
const spellingMembersMin = 2

/** Every field of a class of settings is read by something, however many there are. */
const settingsClass = /(?:settings|config(?:uration)?)$/i

/** An enum or a file that names many models lists what a library offers; who uses one says so elsewhere. */
function addCatalogues(
  definitions: Iterable<DefinitionFact>,
  isModel: (text: string) => boolean,
  places: Set<string>,
): void {
  const groups = new Map<string, Map<string, DefinitionFact>>()
  for (const definition of definitions) {
    const { form, name, place, value } = definition
    if (form !== 'enum-member' && form !== 'constant') continue
    if (value.kind !== 'literal' || !(isModel(value.text) || isModel(lastPart(value.text))))
      continue
    const owner = name.slice(0, Math.max(0, name.lastIndexOf('.')))
    if (settingsClass.test(owner)) continue
    const key = `${form}\n${place.path}\n${owner}`
    const group = groups.get(key) ?? new Map<string, DefinitionFact>()
    groups.set(key, group.set(name, definition))
  }
  for (const [key, group] of groups) {
    const isEnum = key.startsWith('enum-member')
    const spelling = [...group.values()].filter(spellsItsModel)
    const isCatalogue = group.size >= (isEnum ? enumMembersMin : fileConstantsMin)
    if (!isCatalogue && spelling.length < spellingMembersMin) continue
    for (const definition of isCatalogue ? group.values() : spelling) {
      if (/default/i.test(definition.name)) continue
      if (definition.value.kind === 'literal') places.add(placeKey(definition.value.place))
      places.add(placeKey(definition.place))
    }
  }
}

/** `textEmbedding3Small = "text-embedding-3-small"`, `SONAR_PRO = "perplexity/sonar-pro"`. */
function spellsItsModel({ name, value }: DefinitionFact): boolean {
  if (value.kind !== 'literal') return false
  const own = lettersOf(name.slice(name.lastIndexOf('.') + 1))
  const model = lettersOf(lastPart(value.text).replace(/-(?:latest|hf|\d{6,8})$/i, ''))
  return own.includes(model) || (/\d/.test(own) && model.includes(own))
}

/** `meta/llama-3-8b` without who made or serves it. */
function lastPart(text: string): string {
  return text.slice(text.lastIndexOf('/') + 1)
}

function lettersOf(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
}

function addMember(member: Value, path: string, graph: FactGraph, places: Set<string>): void {
  if (member.kind === 'literal') places.add(placeKey(member.place))
  if (member.kind !== 'name') return
  const own = graph.definitionsIn(path, member.name)
  const found = own.length > 0 ? own : graph.membersOf(path, member.name)
  for (const definition of found) {
    if (definition.value.kind === 'literal') places.add(placeKey(definition.value.place))
    places.add(placeKey(definition.place))
  }
}

export function placeKey(place: { readonly path: string; readonly line: number }): string {
  return `${place.path}\n${place.line}`
}
