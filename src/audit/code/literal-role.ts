import type { Role } from '../../schema/vocabulary.ts'
import { detectionCaps } from '../use-fact.ts'
import type { CodeLiteral } from './code-unit.ts'
import { isModelName, measures, records, requestField, speaks } from './model-names.ts'

/** What a model name is there for, by where it stands. */
export interface LiteralRole {
  readonly role: Role
  readonly detection: number
  /** Which position decided, for the detector's name: `generic/code-<what>`. */
  readonly what: string
}

const allowName =
  /models|supported|available|allowed|allow_?list|options|choices|enum|one_?of|catalog|whitelist|registry|known|valid|variants|selectable|literal|^union$|permitted|presets|exceptions|excluded?|blocked|denied|filters?|ignored/i
const priceName =
  /pric|cost|rate_?card|tariff|(?:context|token)_?(?:window|limit|size|length)s?|max_?tokens|limits$|usd_?per|per_?(?:million|mtok|1k)/i
const priceField =
  /pric|cost|per_?(?:million|1k|mtok|token)|context_?(?:window|length|size|limit)|max_?(?:input|output)?_?tokens["']?\s*[:=]/i
/** What a token costs says of any two rows that they measure. */
const costField =
  /(?:costs?|prices?)_?(?:per|in(?:put)?|out(?:put)?)_?\w*["']?\s*[:=]|(?:input|output)_?(?:token_?)?(?:cost|price)\w*["']?\s*[:=]/i
/** What a request is sent with: `{ model, temperature, max_tokens }` sets a limit, and is no row of limits. */
const samplingField =
  /["'`]?\b(?:temperature|top_?p|presence_?penalty|frequency_?penalty)["'`]?\s*[:=]\s*[\d.]/i
const optionCallee =
  /(?:add_argument|add_option|option|Option|Argument|addOption|StringVar\w*|String|StringP|StringFlag|Field|field|getenv|env|get|getOrDefault|fetch|default|Default|defineString|Setting|prop)$/

const { modelPosition, bareString, mention } = detectionCaps

function is(role: Role, detection: number, what: string): LiteralRole {
  return { role, detection, what }
}

/** `declared`: the literal is (part of) the value of a definition that is reported. */
export function literalRole(literal: CodeLiteral, declared: boolean): LiteralRole {
  const { position } = literal
  switch (position.kind) {
    case 'comment':
      return is('mention', mention, 'comment')
    case 'docstring':
      return is('mention', mention, 'text')
    case 'comparison':
      return is('mention', mention, 'comparison')
    case 'map-key':
      return keyRole(literal)
    case 'list-item':
      return listRole(literal, position.name)
    case 'map-value':
      return memberRole(literal, position.key, declared)
    case 'argument':
      return argumentRole(literal, position.callee, position.name, declared)
    case 'assignment':
      if (measuredName.test(position.name)) return is('mention', mention, 'measure')
      return tableRole(literal) ?? is('declare', modelPosition, 'definition')
    case 'other':
      return is(
        'declare',
        declared ? modelPosition : bareString,
        declared ? 'definition' : 'literal',
      )
  }
}

/** `default_tokenizer = "gpt-4o"` counts tokens and calls nothing. */
const measuredName = /tokeni[sz]er|tiktoken/i

/** `placeholder="gpt-4o"`, `example: "gpt-4o"`: shown to people. */
const shownKey =
  /^(?:placeholder|examples?|hint|tooltip|help(?:_?text)?|aria-?label|description|title)$/i

/** A table of prices or limits, or a list to choose from, tells the role of everything inside. */
function tableRole(literal: CodeLiteral): LiteralRole | null {
  const { names, inList, object, peers } = literal.surroundings
  const many = inList || peers >= 3
  if (peers >= 1 && costField.test(object) && !requestField.test(object)) {
    return is('price', bareString, 'price')
  }
  const isPriced = priceField.test(object) && !samplingField.test(object)
  if (many && (isPriced || names.some((name) => priceName.test(name)))) {
    return is('price', bareString, 'price')
  }
  if (inList && peers >= 2 && names.some((name) => allowName.test(name))) {
    return is('allow', bareString, 'list')
  }
  if (inList && peers >= 2 && isDisplayRow(literal)) return is('allow', bareString, 'row')
  return null
}

/** `{ id: "…", label: "…", description: "…" }`: a row of a table that people choose from. */
function isDisplayRow({ position, surroundings }: CodeLiteral): boolean {
  if (position.kind !== 'map-value' && position.kind !== 'argument') return false
  const key = position.kind === 'map-value' ? position.key : position.name
  const member = key.slice(key.lastIndexOf('.') + 1)
  if (!rowKey.test(member)) return false
  const { object } = surroundings
  return (
    !requestField.test(object) &&
    [...object.matchAll(displayField)].some((found) => found[1] !== member)
  )
}

const rowKey = /^(?:id|model|model_?id|model_?name|value|name|slug|key|api_?name|identifier)$/i
const displayField =
  /["'`]?\b(name|label|title|description|displayName|display_name|tooltip|icon|badge|context|contextWindow|context_window|contextLength|context_length|maxTokens|maxOutput|max_output|pricing|tier|category|group|released?|knowledgeCutoff|capabilities|supports\w*|features|modalities|attachments|reasoning|platformLink|hostedId|imageInput|isPro|free|premium)["'`]?\s*(?::|=>|=)/g

function keyRole(literal: CodeLiteral): LiteralRole {
  const { keyed, names, peers } = literal.surroundings
  if (names.some((name) => priceName.test(name)) || priceField.test(keyed))
    return is('price', bareString, 'price')
  if (/^[\s({[]*-?[\d.]+/.test(keyed) || /[:=]\s*-?[\d.]+\s*[,})\]]/.test(keyed))
    return is('price', bareString, 'price')
  if (peers >= 2) return is('allow', bareString, 'table')
  return is('mention', mention, 'key')
}

const requestingCall =
  /(?:completions?|messages|responses)\.(?:create|stream)$|(?:^|\.)(?:generate|stream)(?:Text|Object|_text)$/

function listRole(literal: CodeLiteral, name: string): LiteralRole {
  const { names, peers } = literal.surroundings
  // `create({ models: ["a", "b"] })`: a router tries one after the other.
  if (/^models$/.test(name) && names.some((around) => requestingCall.test(around)))
    return is('declare', modelPosition, 'list')
  const table = tableRole(literal)
  if (table !== null) return table
  if (/fallback|backup|secondary/i.test(name)) return is('declare', modelPosition, 'list')
  if (
    (name === '' && peers >= 2) ||
    peers >= 3 ||
    [name, ...names].some((around) => allowName.test(around))
  )
    return is('allow', bareString, 'list')
  return is('declare', bareString, 'list')
}

/** What a call around an object or a named argument does with a model, when it does not call one. */
function talkRole(callee: string, object: string): LiteralRole | null {
  if (callee === '') return null
  if (measures(callee)) return is('mention', mention, 'measure')
  return object !== '' && records(callee) ? is('mention', mention, 'record') : null
}

/** `{ options: [...], default: "…" }`: of what may be chosen, what holds until somebody does. */
const defaultKey = /^(?:default|initial)_?(?:value|model(?:_?(?:id|name))?)?$/i

function memberRole(literal: CodeLiteral, key: string, declared: boolean): LiteralRole {
  const { position } = literal
  const member = key.slice(key.lastIndexOf('.') + 1)
  if (shownKey.test(member)) return is('mention', mention, 'shown')
  if (defaultKey.test(member) && !priceField.test(literal.surroundings.object))
    return is('declare', bareString, 'default')
  const table = tableRole(literal)
  if (table !== null) return table
  const { object, inList, peers } = literal.surroundings
  if (position.kind === 'map-value' && isSetter(position.table))
    return is('declare', modelPosition, 'setter')
  const named = isModelName(key)
  if (named && requestField.test(object)) return is('use', modelPosition, 'member')
  if (!declared) {
    const told = talkRole(position.kind === 'map-value' ? position.table : '', object)
    if (told !== null) return told
  }
  if (named && samplingField.test(object)) return is('declare', modelPosition, 'request')
  if (inList && peers >= 3) return is('allow', bareString, 'list')
  if (declared) return is('declare', modelPosition, 'definition')
  return named ? is('use', modelPosition, 'member') : is('declare', bareString, 'member')
}

export function isSetter(callee: string): boolean {
  return /(?:^|\.)(?:set[A-Z]\w*|use(?:State|Ref|Memo|Reducer|LocalStorage|Storage)|ref|signal|writable|atom|setdefault|set_\w+)$/.test(
    callee,
  )
}

function argumentRole(
  literal: CodeLiteral,
  callee: string,
  name: string,
  declared: boolean,
): LiteralRole {
  const table = tableRole(literal)
  if (table !== null) return table
  // `register(Chat("…"), aliases=…)`: what a library offers.
  if (
    literal.surroundings.names.some((around) => /(?:^|[._])register(?:_?models?)?$/i.test(around))
  )
    return is('allow', bareString, 'registered')
  if (measures(callee)) return is('mention', mention, 'measure')
  // `<Chat model="…" />`, `setModel("…")`, `useState("…")`: kept for later, and shown.
  if (isSetter(callee)) return is('declare', modelPosition, 'setter')
  if (speaks(callee)) {
    return declared ? is('declare', modelPosition, 'definition') : is('mention', mention, 'message')
  }
  const last = name.slice(name.lastIndexOf('.') + 1)
  if (shownKey.test(last)) return is('mention', mention, 'shown')
  if (/choices|options|enum|models$/i.test(last)) return is('allow', bareString, 'list')
  const { object } = literal.surroundings
  const isRecord = object !== '' && records(callee) && !requestField.test(object)
  if (isRecord && !declared) return is('mention', mention, 'record')
  if (isModelName(last) && !isRecord) return is('use', modelPosition, 'argument')
  if (declared) return is('declare', modelPosition, 'definition')
  if (/default|fallback/i.test(last) || optionCallee.test(callee))
    return is('declare', bareString, 'default')
  if (
    /model|llm|engine|deployment|chat|complet|generat|agent|ask|invoke|embed/i.test(
      `${callee} ${last}`,
    )
  ) {
    return is('use', modelPosition - 0.1, 'argument')
  }
  return is('use', bareString, 'argument')
}
