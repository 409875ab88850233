import type { Role } from '../../schema/vocabulary.ts'
import type { UseFact, Value } from '../fact.ts'
import { detectionCaps, literal, useFact } from '../use-fact.ts'
import { literalsIn, referencesIn } from './expression-value.ts'
import {
  bareKey,
  isChoiceListKey,
  isCommandKey,
  isMeasureKey,
  isModelKey,
  isPlainModelKey,
  isProseKey,
} from './key-names.ts'
import { hintsOf, symbolOf } from './near-words.ts'
import type { Located } from './select.ts'
import type { StructuredEntry, StructuredNode, StructuredScalar } from './structured-node.ts'
import { isModelText, placeIn, type StructureReading, valueAt } from './structure-reading.ts'

interface Judgement {
  readonly role: Role
  readonly detection: number
}

/** A longer text that nothing marks as a command is something people wrote to each other. */
const commandCharactersMax = 500

const mention: Judgement = { role: 'mention', detection: detectionCaps.mention }

/** Model names in one node and its key that no rule explained, with the role that their place gives them. */
export function modelFactsAt(
  at: Located,
  explained: ReadonlySet<StructuredNode>,
  reading: StructureReading,
): readonly UseFact[] {
  const ofKey = keyFact(at, reading)
  if (at.node.kind !== 'scalar' || explained.has(at.node)) return ofKey
  return [...ofKey, ...scalarFacts(at, at.node, reading)]
}

function scalarFacts(
  at: Located,
  node: StructuredScalar,
  reading: StructureReading,
): readonly UseFact[] {
  const { text } = node
  if (text === '' || /^[\d.]+$/.test(text)) return []
  const key = keyFor(at)
  if (/\s/.test(text.trim()) && !isExpression(node)) return namesInText(at, node, key, reading)
  const value = valueAt(node, reading)
  if (value === null) return []
  const literals = literalsIn(value).filter((one) => isModelText(one.text, reading.resolver))
  if (value.kind === 'literal') {
    if (literals.length === 0) return []
    return [fact(at, key, value, judge(at, key, value.text, reading), reading)]
  }
  const references = referencesIn(value)
  const pointsAtModel =
    isPlainModelKey(key) && references.some((name) => /model|llm|engine|deployment/i.test(name))
  const isModelPlace = literals.length > 0 || pointsAtModel
  if (!isModelPlace) return /\s/.test(text.trim()) ? namesInText(at, node, key, reading) : []
  return [fact(at, key, value, judge(at, key, literals[0]?.text ?? '', reading), reading)]
}

/** A scalar that is one template or reference as a whole, blanks inside or not. */
function isExpression(node: StructuredScalar): boolean {
  return node.expression || /^\$?\{\{[^\n]*\}\}$|^\$\{[^\n]*\}$/.test(node.text.trim())
}

function fact(
  at: Located,
  key: string,
  model: Value,
  { role, detection }: Judgement,
  reading: StructureReading,
): UseFact {
  return useFact({
    place: placeIn(reading, at.node),
    detector: 'generic/structured-value',
    symbol: symbolOf(at),
    method: 'structure',
    model,
    role,
    detection,
    provider: providerBeside(at, key),
    hints: role === 'declare' || role === 'use' ? hintsOf(at) : [],
  })
}

/** The key that says what a scalar is: its own, or that of the list it stands in. */
function keyFor(at: Located): string {
  for (let one: Located | null = at; one !== null; one = one.parent) {
    if (one.entry !== null) {
      const isNameless = /^(?:value|Value|default|Default|defaultValue|#text|_text|content)$/.test(
        one.entry.key,
      )
      const sibling = isNameless ? siblingText(one, ['name', 'Name', 'key', 'Key']) : null
      if (sibling !== null) return sibling
      if (!isNameless || one.parent === null || one.parent.entry === null) return one.entry.key
    }
  }
  return ''
}

function judge(at: Located, key: string, text: string, reading: StructureReading): Judgement {
  if (reading.isNoise || isInSchema(at) || isExample(at)) return mention
  if (isProseKey(key) && !isModelKey(key)) return mention
  if (isPriced(at, reading)) return { role: 'price', detection: detectionCaps.structuredKey }
  if (isChoice(at)) return { role: 'allow', detection: detectionCaps.structuredKey }
  if (isArgument(at, text)) return { role: 'use', detection: detectionCaps.modelPosition }
  if (isModelKey(key)) return { role: 'declare', detection: detectionCaps.modelPosition }
  return { role: 'declare', detection: detectionCaps.bareString }
}

/** A row with costs or limits beside the name; a budget beside a model in use is none. */
function isPriced(at: Located, reading: StructureReading): boolean {
  const holder = at.parent?.node
  if (holder?.kind !== 'map' || at.entry === null) return false
  const measures = holder.entries.filter(
    (one) => isMeasureKey(one.key) && isMeasure(one.value) && !holdsModelKeys(one.value, reading),
  )
  const costs = measures.filter((one) =>
    /^(?:cost|costs|price|prices|pricing)$|(?:input|output|prompt|completion|cache|token|per)[a-z]*(?:cost|price)|(?:cost|price)[a-z]*(?:input|output|prompt|completion|cache|token|per)/.test(
      bareKey(one.key),
    ),
  )
  return costs.length > 0 || (measures.length >= 2 && !isModelKey(at.entry.key))
}

function holdsModelKeys(node: StructuredNode, { resolver }: StructureReading): boolean {
  return node.kind === 'map' && node.entries.some((one) => resolver.looksLikeModel(one.key))
}

function isMeasure(node: StructuredNode): boolean {
  if (node.kind === 'scalar') return /^[-\d.,_$€eE]+$/.test(node.text) && /\d/.test(node.text)
  return node.kind === 'map' && node.entries.some((one) => isMeasure(one.value))
}

/** An item of a list of what may be chosen: as a text, or as a row that only names it. */
function isChoice(at: Located): boolean {
  if (at.entry === null) return isChoiceList(at.parent)
  const row = at.parent
  if (row === null || row.node.kind !== 'map') return false
  const isName = /^(?:id|name|value|slug|key|label|modelid|modelname)$/.test(bareKey(at.entry.key))
  if (row.entry === null && isName) return isChoiceList(row.parent)
  return false
}

function isChoiceList(list: Located | null): boolean {
  return list?.node.kind === 'list' && list.node.items.length > 0 && isChoiceListKey(keyFor(list))
}

/** In a JSON Schema or an OpenAPI document a name is a description, except as a default. */
function isInSchema(at: Located): boolean {
  const keys = new Set<string>()
  for (let one: Located | null = at; one !== null; one = one.parent) {
    if (one.key !== null) keys.add(one.key)
    if (one.parent === null && one.node.kind === 'map') {
      const names = new Map(one.node.entries.map((entry) => [entry.key, entry.value]))
      const schema = names.get('$schema')
      const isJsonSchema = schema?.kind === 'scalar' && /json-schema\.org/.test(schema.text)
      if (isJsonSchema || names.has('openapi') || names.has('swagger') || names.has('asyncapi')) {
        return !keys.has('enum')
      }
    }
  }
  return false
}

function isExample(at: Located): boolean {
  for (let one: Located | null = at; one !== null; one = one.parent) {
    if (
      one.key !== null &&
      /^(?:examples?|x-examples?|sample|samples|fixtures?|mock|mocks)$/i.test(one.key)
    )
      return true
  }
  return false
}

/** `--model X` as two items of a list of arguments, or `--model=X` as one. */
function isArgument(at: Located, text: string): boolean {
  if (at.entry !== null || at.parent?.node.kind !== 'list') return false
  if (/^--?[\w-]*model[\w-]*[= ]/.test(text)) return true
  const before = at.parent.node.items[Number(at.key) - 1]
  return before?.kind === 'scalar' && /^(?:--?[\w-]*model[\w-]*|-m)$/.test(before.text)
}

/** `provider: openai` in the same map. */
function providerBeside(at: Located, key: string): string | null {
  if (!isModelKey(key)) return null
  const text = siblingText(at, [
    'provider',
    'llm_provider',
    'model_provider',
    'modelProvider',
    'api_type',
    'vendor',
  ])
  return text !== null && /^[a-z][\w.-]{1,40}$/i.test(text)
    ? (providerNames[text.toLowerCase()] ?? null)
    : null
}

/** Names of providers as configurations write them, by the catalogue's id. */
const providerNames: Readonly<Record<string, string>> = {
  anthropic: 'anthropic',
  claude: 'anthropic',
  openai: 'openai',
  azure: 'azure',
  'azure-openai': 'azure',
  azure_openai: 'azure',
  azureopenai: 'azure',
  bedrock: 'aws-bedrock',
  'aws-bedrock': 'aws-bedrock',
  amazon_bedrock: 'aws-bedrock',
  'amazon-bedrock': 'aws-bedrock',
  vertex: 'google-vertex',
  vertex_ai: 'google-vertex',
  vertexai: 'google-vertex',
  'google-vertex': 'google-vertex',
  google: 'google',
  gemini: 'google',
  mistral: 'mistral',
  groq: 'groq',
  openrouter: 'openrouter',
  deepseek: 'deepseek',
  xai: 'xai',
  cohere: 'cohere',
  together: 'together',
  fireworks: 'fireworks',
  ollama: 'self',
}

function siblingText(at: Located, keys: readonly string[]): string | null {
  const holder = at.parent?.node
  if (holder?.kind !== 'map') return null
  for (const key of keys) {
    const found = holder.entries.find((one) => one.key === key && one !== at.entry)?.value
    if (found?.kind === 'scalar' && found.text !== '') return found.text
  }
  return null
}

/** Model names inside a sentence, a prompt or a command. */
function namesInText(
  at: Located,
  node: StructuredScalar,
  key: string,
  reading: StructureReading,
): readonly UseFact[] {
  return reading.resolver.findSpellings(node.text).map((found) => {
    const before = node.text.slice(Math.max(0, found.offset - 60), found.offset)
    const isGiven =
      /(?:--?[\w-]*model[\w-]*(?:[= ]|\s)["']?(?:[\w-]+\/)?|\s-m[= ]["']?|"model(?:_?id)?\\?"\s*:\s*\\?"|\b[A-Z_]*MODEL[A-Z_]*=["']?)$/i.test(
        before,
      )
    const isCommand = isCommandKey(key) || /^(?:RUN|CMD|ENTRYPOINT)$/.test(key)
    const judgement: Judgement =
      reading.isNoise || isExample(at) || isInComment(node.text, found.offset)
        ? mention
        : isGiven && (isCommand || (!isProseKey(key) && node.text.length < commandCharactersMax))
          ? { role: 'use', detection: detectionCaps.modelPosition }
          : mention
    const lines = node.text.slice(0, found.offset).split('\n')
    const isBlock = node.text.includes('\n')
    const place =
      lines.length === 1 && !isBlock
        ? { path: reading.path, line: node.line, column: node.column + found.offset }
        : {
            path: reading.path,
            line: node.line + lines.length - 1 + blockShift(reading),
            column: (lines.at(-1)?.length ?? 0) + 1,
          }
    return useFact({
      place,
      detector: 'generic/structured-text',
      symbol: symbolOf(at),
      method: 'structure',
      model: literal(found.text, place),
      vendor: found.vendor,
      hints: judgement.role === 'mention' ? [] : hintsOf(at),
      ...judgement,
    })
  })
}

/** The text of a YAML block begins on the line behind its `|`; other formats begin where they stand. */
function blockShift(reading: StructureReading): number {
  return reading.origin === 'terraform' ||
    reading.origin === 'dockerfile' ||
    reading.origin === 'bicep'
    ? 0
    : 1
}

function isInComment(text: string, offset: number): boolean {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset)
  return /^\s*(?:#|\/\/)/.test(line)
}

/** A key that is itself a model's name. */
function keyFact(at: Located, reading: StructureReading): readonly UseFact[] {
  const { entry } = at
  if (entry === null || entry.key.length > 300 || !reading.resolver.looksLikeModel(entry.key))
    return []
  const { role, detection } = judgeKey(at, entry, reading)
  const place = placeIn(reading, entry)
  return [
    useFact({
      place,
      detector: 'generic/structured-key',
      symbol: symbolOf({
        ...at,
        node: {
          kind: 'scalar',
          text: '',
          expression: false,
          line: entry.line,
          column: entry.column,
        },
      }),
      method: 'structure',
      model: literal(entry.key, place),
      role,
      detection,
    }),
  ]
}

function judgeKey(at: Located, entry: StructuredEntry, reading: StructureReading): Judgement {
  if (reading.isNoise || isExample(at) || isInSchema(at)) return mention
  const { value } = entry
  const isNumber = value.kind === 'scalar' && isMeasure(value)
  const hasMeasures =
    value.kind === 'map' &&
    value.entries.some((one) => isMeasureKey(one.key) && isMeasure(one.value))
  if (isNumber || hasMeasures) return { role: 'price', detection: detectionCaps.structuredKey }
  if (isChoiceListKey(at.parent?.key ?? ''))
    return { role: 'allow', detection: detectionCaps.structuredKey }
  // An alias table: the key is what is asked for, the value what is used.
  if (value.kind === 'scalar') return mention
  return { role: 'declare', detection: detectionCaps.bareString }
}
