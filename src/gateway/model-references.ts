import { isList, isObject, type JsonObject, type JsonValue } from '../protocols/index.ts'

/** A model that a request names somewhere else than in its own `model`. */
export interface ModelReference {
  /** As written; null: the provider may choose (`"default"`), or the entry names none. */
  readonly model: string | null
  /** Member of the body that it stands in. */
  readonly member: 'tools' | 'moderation' | (typeof fallbackLists)[number]
  /** It works on the request together with the model; the others are only places where the provider may move to. */
  readonly isAtWork: boolean
  /** Place in the list; null: the member is no list. */
  readonly index: number | null
}

/** Lists by which a provider itself would move to another model; what is not permitted is taken out of them. */
const fallbackLists = ['fallbacks', 'models', 'fallback_models'] as const

/**
 * Every model that a body names beside `model`: side doors, each of which policy is asked about. `tools[].model` is a
 * second model that works on the request (Anthropic's advisor, image generation of OpenAI), as `moderation.model` is; `fallbacks` and `models`
 * let the provider choose (Anthropic, OpenRouter).
 */
export function modelReferences(body: JsonObject): readonly ModelReference[] {
  const found = [...toolReferences(body), ...moderationReference(body)]
  for (const member of fallbackLists) found.push(...listed(body, member))
  return found
}

/** The list without some of its entries; undefined: nothing is left of it, so the member goes as well. */
export function withoutEntries(
  list: JsonValue | undefined,
  removed: readonly ModelReference[],
): JsonValue | undefined {
  if (!isList(list)) return removed.length > 0 ? undefined : list
  const indexes = new Set(removed.map(({ index }) => index))
  const kept = list.filter((_, index) => !indexes.has(index))
  return kept.length === 0 ? undefined : kept
}

function toolReferences(body: JsonObject): readonly ModelReference[] {
  const tools = body['tools']
  if (!isList(tools)) return []
  return tools.flatMap((tool, index): readonly ModelReference[] => {
    return modelsIn(tool).map((model) => ({ model, member: 'tools', isAtWork: true, index }))
  })
}

/** OpenAI: who looks at the request and the answer beside the model. */
function moderationReference(body: JsonObject): readonly ModelReference[] {
  return modelsIn(body['moderation']).map((model) => ({
    model,
    member: 'moderation',
    isAtWork: true,
    index: null,
  }))
}

/** Models that an object names, by any spelling of the member that some server takes for it. */
function modelsIn(value: JsonValue | undefined): readonly string[] {
  if (value === undefined || !isObject(value)) return []
  const found: string[] = []
  for (const name in value) {
    const model = value[name]
    if (typeof model === 'string' && foldedName(name) === 'model') found.push(model)
  }
  return found
}

/** The name of a member as servers in Go compare it: without regard to case, by Unicode's simple folding. */
export function foldedName(name: string): string {
  return name.toLowerCase().replaceAll('ſ', 's')
}

function listed(
  body: JsonObject,
  member: (typeof fallbackLists)[number],
): readonly ModelReference[] {
  const value = body[member]
  if (value === undefined || value === null) return []
  if (!isList(value)) return [{ model: null, member, isAtWork: false, index: null }]
  return value.map((entry, index) => ({
    model: nameOf(entry),
    member,
    isAtWork: false,
    index,
  }))
}

function nameOf(entry: JsonValue): string | null {
  if (typeof entry === 'string') return entry === 'default' ? null : entry
  const [model, ...others] = modelsIn(entry)
  return model === undefined || others.length > 0 ? null : model
}
