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
import { oncePerNode } from './once-per-node.ts'
import {
  providerBeside,
  providerOfSection,
  providerOfVariable,
  siblingText,
} from './provider-near.ts'
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
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(text)) return namesInAddress(at, node, key, reading)
  const value = valueAt(node, reading)
  if (value === null) return []
  const literals = literalsIn(value).filter((one) => isModelText(one.text, reading.resolver))
  if (value.kind === 'literal') {
    if (literals.length === 0) return []
    // A query or a call that names a model among others.
    if (/[({]/.test(value.text)) return namesInText(at, node, key, reading)
    return [fact(at, key, value, judge(at, key, value.text, reading), reading)]
  }
  const references = referencesIn(value)
  const pointsAtModel =
    isPlainModelKey(key) && references.some((name) => /model|llm|engine|deployment/i.test(name))
  const isModelPlace = literals.length > 0 || pointsAtModel
  if (!isModelPlace) return /\s/.test(text.trim()) ? namesInText(at, node, key, reading) : []
  return [fact(at, key, value, judge(at, key, literals[0]?.text ?? '', reading), reading)]
}

/** An address whose path holds a model (`…/models/gemini-2.5-flash:generateContent`). */
function namesInAddress(
  at: Located,
  node: StructuredScalar,
  key: string,
  reading: StructureReading,
): readonly UseFact[] {
  const found = reading.resolver.findSpellings(node.text)
  const inPath = found.filter(({ offset }) =>
    /\/(?:models|model|deployments|endpoints|run)\/(?:[\w@.-]+\/)*$/.test(
      node.text.slice(0, offset),
    ),
  )
  const [first] = inPath
  if (first === undefined) return namesInText(at, node, key, reading)
  const model = literal(first.text, placeIn(reading, node))
  return [fact(at, key, model, judge(at, key, first.text, reading), reading)]
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
    provider:
      providerBeside(at, key) ??
      providerOfSection(at) ??
      providerOfVariable(key, vendorOf(model, reading)),
    hints: role === 'declare' || role === 'use' ? hintsOf(at) : [],
  })
}

export function vendorOf(model: Value, { resolver }: StructureReading): string | null {
  const [first] = literalsIn(model)
  return first === undefined ? null : resolver.resolve(first.text).vendor
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
  if (reading.isNoise || isInSchema(at, reading) || isExample(at)) return mention
  if (isProseKey(key) && !isModelKey(key)) return mention
  if (isPriced(at, reading)) return { role: 'price', detection: detectionCaps.structuredKey }
  if (isInModelTable(at, reading)) return { role: 'allow', detection: detectionCaps.structuredKey }
  if (isChoice(at)) return { role: 'allow', detection: detectionCaps.structuredKey }
  if (isArgument(at, text)) return { role: 'use', detection: detectionCaps.modelPosition }
  if (isModelKey(key)) return { role: 'declare', detection: detectionCaps.modelPosition }
  return { role: 'declare', detection: detectionCaps.bareString }
}

/** A row with costs or limits beside the name; a budget beside a model in use is none. */
function isPriced(at: Located, reading: StructureReading): boolean {
  const holder = at.parent?.node
  if (holder?.kind !== 'map' || at.entry === null) return false
  const { costs, measures } = measuresOf(holder, reading)
  return costs > 0 || (measures >= 2 && !isModelKey(at.entry.key))
}

const measuresOf = oncePerNode((holder: StructuredMap, reading) => {
  const measures = holder.entries.filter(
    (one) => isMeasureKey(one.key) && isMeasure(one.value) && !holdsModelKeys(one.value, reading),
  )
  const costs = measures.filter((one) =>
    /^(?:total)?(?:cost|costs|price|prices|pricing)(?:usd|eur)?$|(?:input|output|prompt|completion|cache|token|per)[a-z]*(?:cost|price)|(?:cost|price)[a-z]*(?:input|output|prompt|completion|cache|token|per)/.test(
      bareKey(one.key),
    ),
  )
  return { costs: costs.length, measures: measures.length }
})

function holdsModelKeys(node: StructuredNode, { resolver }: StructureReading): boolean {
  return node.kind === 'map' && node.entries.some((one) => resolver.looksLikeModel(one.key))
}

function isMeasure(node: StructuredNode): boolean {
  if (node.kind === 'scalar') return /^[-\d.,_$€eE]+$/.test(node.text) && /\d/.test(node.text)
  return node.kind === 'map' && node.entries.some((one) => isMeasure(one.value))
}

/** Rows of this many models are a table to choose from; nobody uses that many at once. */
const tableRowsMin = 6
/** Rows that also say how a model is shown or what it can do are such a table earlier. */
const describedRowsMin = 2

/**
 * Inside a row of a table of models: a list of rows or a map of many, each named by a model of its own. What else a
 * row names (a smaller model, an alias) belongs to the table.
 */
function isInModelTable(at: Located, reading: StructureReading): boolean {
  for (let one = at; one.parent !== null; one = one.parent) {
    const holder = one.parent.node
    if (holder.kind === 'list' && one.node.kind === 'map') {
      if (isRowTable(holder, reading)) return true
    }
    if (holder.kind === 'map' && one.entry !== null && one.node.kind === 'map') {
      const { isTable, isOfModels } = keysOf(holder, reading)
      // `o3:` alone is hardly a model; among models it is one.
      const isRow = isOfModels || reading.resolver.looksLikeModel(one.entry.key)
      if (isTable && isRow && !isReached(one.node)) return true
    }
  }
  return false
}

type StructuredMap = Extract<StructuredNode, { kind: 'map' }>
type StructuredList = Extract<StructuredNode, { kind: 'list' }>

/** A list of rows that are each named by a model of its own. */
const isRowTable = oncePerNode((holder: StructuredList, reading): boolean => {
  const rows = holder.items.filter((item) => item.kind === 'map')
  const named = rows.filter((row) => namedModel(row, reading) !== null)
  if (named.length * 2 <= rows.length) return false
  const models = new Set(named.map((row) => namedModel(row, reading)))
  if (models.size >= tableRowsMin && named.every((row) => !isReached(row))) return true
  return models.size >= describedRowsMin && named.every(isDescribed)
})

/** The model by which a row is named. */
function namedModel(row: StructuredNode, reading: StructureReading): string | null {
  if (row.kind !== 'map') return null
  for (const { key, value } of row.entries) {
    if (value.kind !== 'scalar' || !rowNameKey.test(bareKey(key))) continue
    if (isModelText(value.text, reading.resolver)) return value.text
  }
  return null
}

const rowNameKey = /^(?:id|name|model|modelid|modelname|value|slug|key)$/

/** A row that says how to show a model or what it can do, and not how to reach it. */
function isDescribed(row: StructuredNode): boolean {
  return (
    row.kind === 'map' &&
    row.entries.some((one) => describingKey.test(bareKey(one.key))) &&
    !row.entries.some((one) => runningKey.test(bareKey(one.key))) &&
    !isReached(row)
  )
}

/** A row that says how to reach the model is one that is used. */
function isReached(row: StructuredNode): boolean {
  return row.kind === 'map' && row.entries.some((one) => reachingKey.test(bareKey(one.key)))
}

const describingKey =
  /^(?:description|displayname|label|title|contextwindow|contextlength|context|maxtokens|maxinputtokens|maxoutputtokens|pricing|capabilities|supports\w*|knowledgecutoff|releasedate|tier|icon|modalities)$/
const reachingKey =
  /^(?:apikey\w*|\w*apikey|baseurl|apibase|endpoint|url|deployment\w*|capacity|sku|litellmparams|prompt|systemprompt|instructions|messages)$/
const runningKey = /^(?:provider|region|temperature|tools)$/

/** Whether many models are keys of a map, and whether most of its keys are models. */
const keysOf = oncePerNode((holder: StructuredMap, { resolver }) => {
  const keys = holder.entries.length
  const models = holder.entries.filter((one) => resolver.looksLikeModel(one.key)).length
  const isTable = models >= tableRowsMin || (models >= 3 && models * 3 >= keys)
  return { isTable, isOfModels: models * 2 >= keys }
})

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
function isInSchema(at: Located, reading: StructureReading): boolean {
  const keys = new Set<string>()
  for (let one: Located | null = at; one !== null; one = one.parent) {
    if (one.key !== null) keys.add(one.key)
    if (one.parent === null && one.node.kind === 'map') {
      if (isSchemaRoot(one.node, reading)) return !keys.has('enum')
    }
  }
  return false
}

const isSchemaRoot = oncePerNode((root: StructuredMap): boolean => {
  const names = new Map(root.entries.map((entry) => [entry.key, entry.value]))
  const schema = names.get('$schema')
  const isJsonSchema = schema?.kind === 'scalar' && /json-schema\.org/.test(schema.text)
  return isJsonSchema || names.has('openapi') || names.has('swagger') || names.has('asyncapi')
})

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

/** Model names inside a sentence, a prompt or a command. */
function namesInText(
  at: Located,
  node: StructuredScalar,
  key: string,
  reading: StructureReading,
): readonly UseFact[] {
  const isBlock = node.text.includes('\n') && !reading.isEscaped
  const isRequest = isRequestBody(node.text)
  const address = isRequest ? siblingText(at, ['url', 'uri', 'endpoint']) : null
  let line = 0
  let lineStart = 0
  return reading.resolver.findSpellings(node.text).map((found) => {
    // Found in order, so that the lines are counted once.
    for (let end = node.text.indexOf('\n', lineStart); end !== -1 && end < found.offset;) {
      line += 1
      lineStart = end + 1
      end = node.text.indexOf('\n', lineStart)
    }
    const before = node.text.slice(Math.max(0, found.offset - 60), found.offset)
    const isGiven =
      /(?:--?[\w-]*model[\w-]*(?:[= ]|\s)["']?(?:[\w-]+\/)?|\s-m[= ]["']?|"model(?:_?id)?\\?"\s*:\s*\\?"|\b[A-Z_]*MODEL[A-Z_]*=["']?)$/i.test(
        before,
      )
    // `func: "msg.payload = { model: 'gpt-4o' }"`: a step that is written as code.
    const isCode = codeKey.test(key) && /\bmodel["']?\s*[:=]\s*["'`]$/.test(before)
    const isShortText = !isProseKey(key) && node.text.length < commandCharactersMax
    const isCommand = isCommandKey(key) || /^(?:RUN|CMD|ENTRYPOINT)$/.test(key)
    const judgement: Judgement =
      reading.isNoise ||
      isExample(at) ||
      isInComment(node.text.slice(lineStart, Math.min(found.offset, lineStart + 200)))
        ? mention
        : isCode || (isGiven && (isCommand || isRequest || isShortText))
          ? { role: 'use', detection: detectionCaps.modelPosition }
          : mention
    const place = !isBlock
      ? { path: reading.path, line: node.line, column: node.column + found.offset }
      : {
          path: reading.path,
          line: node.line + line + blockShift(reading),
          column: found.offset - lineStart + 1,
        }
    return useFact({
      place,
      detector: 'generic/structured-text',
      symbol: symbolOf(at),
      method: 'structure',
      model: literal(found.text, place),
      vendor: found.vendor,
      hints: judgement.role === 'mention' ? [] : hintsOf(at),
      ...(address === null ? {} : { baseUrl: literal(address, placeIn(reading, node)) }),
      ...judgement,
    })
  })
}

const codeKey = /^(?:func|function|functionCode|code|jsCode|pythonCode|javascriptCode|inline)$/

/** The body of a request that a step of a workflow sends: a model and what it is asked. */
function isRequestBody(text: string): boolean {
  return (
    /^\s*=?\s*\{/.test(text) &&
    /"(?:messages|prompt|contents|input|inputs|max_tokens|max_completion_tokens)\\?"\s*:/.test(text)
  )
}

/** The text of a YAML block begins on the line behind its `|`; other formats begin where they stand. */
function blockShift(reading: StructureReading): number {
  return reading.origin === 'terraform' ||
    reading.origin === 'dockerfile' ||
    reading.origin === 'bicep'
    ? 0
    : 1
}

function isInComment(lineBefore: string): boolean {
  return /^\s*(?:#|\/\/)/.test(lineBefore)
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
  if (reading.isNoise || isExample(at) || isInSchema(at, reading)) return mention
  const { value } = entry
  const isNumber = value.kind === 'scalar' && isMeasure(value)
  const hasMeasures =
    value.kind === 'map' &&
    value.entries.some((one) => isMeasureKey(one.key) && isMeasure(one.value))
  if (isNumber || hasMeasures) return { role: 'price', detection: detectionCaps.structuredKey }
  if (isChoiceListKey(at.parent?.key ?? ''))
    return { role: 'allow', detection: detectionCaps.structuredKey }
  const holder = at.parent?.node
  if (
    holder?.kind === 'map' &&
    value.kind === 'map' &&
    !isReached(value) &&
    keysOf(holder, reading).isTable
  )
    return { role: 'allow', detection: detectionCaps.structuredKey }
  // An alias table: the key is what is asked for, the value what is used.
  if (value.kind === 'scalar') return mention
  return { role: 'declare', detection: detectionCaps.bareString }
}
