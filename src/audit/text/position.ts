import type { Role } from '../../schema/vocabulary.ts'
import { detectionCaps } from '../use-fact.ts'
import { textLimits } from './limits.ts'

/** What a model name in plain text stands in, read off the characters around it. */
export interface Position {
  readonly role: Role
  readonly detection: number
  /** The name it is given to, when it is assigned. */
  readonly assignedTo: string | null
  /** It stands in the body of a request: the address of the request tells the provider. */
  readonly inBody?: boolean
}

export interface Spot {
  readonly content: string
  /** Of the model name. */
  readonly start: number
  readonly end: number
  /** The line around it, and where it begins. */
  readonly line: string
  readonly lineStart: number
}

/** Names of keys, options and arguments that hold a model. */
const modelName =
  /(?:^|[\W_])(?:model|models?[-_]?(?:id|name|key|slug|version|arn)|llm|llms|engine|deployment(?:[-_]?(?:id|name))?|foundation[-_]?model|endpoint)s?$|model(?:[-_]?(?:id|name))?$|Model(?:Id|Name|ID)?$|MODEL(?:_?(?:ID|NAME))?$|(?:^|_)LLM$/
const manyModels =
  /(?:MODELS|SUPPORTED|AVAILABLE|ALLOWED|OPTIONS|CHOICES|ENUM|[Mm]odels|supported|available|allowed|options|choices|enum|whitelist|allowlist)\w*$/

export function codePosition(spot: Spot): Position {
  const before = spot.line.slice(0, spot.start - spot.lineStart)
  const after = spot.line.slice(spot.end - spot.lineStart)
  if (isCompared(before, after)) return mention
  if (isMapKey(before, after)) {
    return /^["'`]?\s*\]?\s*(?:=>|->|:|=)\s*(?:[{(]\s*)?(?:["'`]?\w{1,40}["'`]?\s*(?:=>|:|=)\s*)?\$?\d/.test(
      after,
    )
      ? { role: 'price', detection: detectionCaps.bareString, assignedTo: null }
      : mention
  }
  const option = /(?:^|\s)--?([\w-]+)(?:\s+|=)["'`]?$/.exec(before)?.[1]
  if (option !== undefined) {
    return /model|^m$|llm|engine|deployment/i.test(option) ? used : weak
  }
  const key = givenName(before)
  const call = enclosingCall(spot)
  if (key !== null) {
    if (manyModels.test(key)) return allowed
    if (!modelName.test(key)) return call === null ? declared(key, detectionCaps.bareString) : weak
    if (call !== null && call !== '') return used
    // A JSON body that a script sends.
    return /["']\\?["']?\s*:\s*\\?["']$/.test(before) && spot.content.includes('http')
      ? { ...used, inBody: true }
      : declared(key)
  }
  const wholeText = /["'`]$/.test(before) && /^["'`]/.test(after)
  if (call !== null && wholeText) {
    if (/model|llm|engine|deployment|agent|chat|complet|generat/i.test(call)) return used
    if (
      /log|print|echo|warn|info|debug|error|assert|expect|equal|contains?|starts?_?with|match|replace|raise|throw/i.test(
        call,
      )
    )
      return mention
    return call === '' ? allowedOrMention(spot) : weak
  }
  return wholeText ? allowedOrMention(spot) : mention
}

/** SQL: a function's argument is a use, a column's default and a stored row declare, a condition only asks. */
export function sqlPosition(spot: Spot): Position {
  const before = spot.line.slice(0, spot.start - spot.lineStart)
  if (/\bDEFAULT\s{1,4}(?:\w{1,20}\s{0,2}\(\s{0,2})?[N(]{0,2}['"]$/i.test(before)) {
    return declared(/(\w+)\s+\w+(?:\s*\([\d, ]*\))?[^,(]{0,60}\bDEFAULT\b/i.exec(before)?.[1] ?? '')
  }
  if (
    /\b(?:WHERE|AND|OR|ON|WHEN|HAVING|IF)\b[^;]{0,200}(?:=|<>|!=|\bLIKE|\bIN\s{0,2}\([^)]{0,200})\s{0,4}['"]$/i.test(
      before,
    )
  ) {
    return mention
  }
  const call = enclosingCall(spot)
  if (call !== null && /^(?:values|table|view|\w*\.?\w*settings|in)$/i.test(call)) {
    return /^in$/i.test(call) ? allowed : declared('')
  }
  if (call === null && givenName(before) !== null) return declared(givenName(before) ?? '')
  return codePosition(spot)
}

export function shellPosition(spot: Spot): Position {
  const before = spot.line.slice(0, spot.start - spot.lineStart)
  const option = /(?:^|\s)--?([\w-]+)(?:\s+|=)["']?$/.exec(before)?.[1]
  if (option !== undefined) return /model|^m$|llm|engine|deployment/i.test(option) ? used : weak
  const variable = /(?:^|[\s;"'({-])([A-Za-z_][\w.]*)\s?[:?+]?:?=\s?["']?(?:[\w.-]+[/:])?$/.exec(
    before,
  )?.[1]
  if (variable !== undefined) {
    return manyModels.test(variable)
      ? allowed
      : declared(variable, modelName.test(variable) ? undefined : detectionCaps.bareString)
  }
  const ofPowerShell = /^\s*\$([A-Za-z_]\w*)\s{0,8}=\s{0,8}["']$/.exec(before)?.[1]
  if (ofPowerShell !== undefined) {
    return manyModels.test(ofPowerShell) ? allowed : declared(ofPowerShell)
  }
  if (/\$\{[A-Za-z_]\w*:?[-=]["']?$/.test(before)) {
    return declared(/\$\{([A-Za-z_]\w*):?[-=]["']?$/.exec(before)?.[1] ?? '')
  }
  if (/\\?["']model\w*\\?["']\s*:\s*\\?["']$/i.test(before)) return { ...used, inBody: true }
  if (/--arg(?:json)?\s+\w*model\w*\s+["']?$/i.test(before)) return { ...used, inBody: true }
  const array = /([A-Za-z_]\w*)\+?=\([^()]*$/.exec(before)?.[1]
  if (array !== undefined) return manyModels.test(array) ? allowed : declared(array)
  if (/^\s*(?:echo|printf|log|info|warn|error|#|:)\b/.test(before)) return mention
  if (isCompared(before, spot.line.slice(spot.end - spot.lineStart))) return mention
  return { ...mention, detection: detectionCaps.bareString }
}

const mention: Position = { role: 'mention', detection: detectionCaps.mention, assignedTo: null }
const used: Position = { role: 'use', detection: detectionCaps.modelPosition, assignedTo: null }
const weak: Position = { role: 'use', detection: detectionCaps.bareString, assignedTo: null }
const allowed: Position = { role: 'allow', detection: detectionCaps.bareString, assignedTo: null }

function declared(name: string, detection: number = detectionCaps.modelPosition): Position {
  return { role: 'declare', detection, assignedTo: name === '' ? null : name }
}

/** A key of front matter: the model's own key declares, a description only speaks of it. */
export function frontMatterPosition(spot: Spot): Position | null {
  const name = givenName(spot.line.slice(0, spot.start - spot.lineStart))
  return name !== null && modelName.test(name) ? declared(name) : null
}

/** The name before `=`, `:`, `=>`, `<-`, `:=` that the model name is given to. */
function givenName(before: string): string | null {
  const found =
    /(?:^|[\s,({[<"'`:;?&@$-])["'`:]?([A-Za-z_$][\w.$-]*)["'`\]]?\s*(?::\s*[A-Za-z][\w<>?[\]., ]{0,40})?\s*(?:=>|:=|<-|\?\?=|\?=|[=:])\s*(?:[rbuf@]|String\()?\\?["'`]?(?:[\w.-]{1,60}[/:]){0,3}$/.exec(
      before.slice(-240),
    )
  return found?.[1] ?? null
}

function isCompared(before: string, after: string): boolean {
  return (
    /(?:[=!~]==?|!=|<>|\b(?:in|is|case|when|eq|ne|like|matches|LIKE|WHEN|CASE|IN)\b)\s*[(["'`/%^]*$/.test(
      before,
    ) ||
    /(?:starts?_?[Ww]ith|ends?_?[Ww]ith|[Cc]ontains|includes|[Ee]quals|has_?[Pp]refix|HasPrefix|match)\w*[?]?\(?\s*(?:[\w.]+,\s*)?["'`/^]*$/.test(
      before,
    ) ||
    /^["'`]?\s*(?:[=!]==?|\)\s*(?:=>|\{)\s*$)/.test(after) ||
    /^["'`]\s*\bin\b/.test(after)
  )
}

function isMapKey(before: string, after: string): boolean {
  return (
    /(?:^|[\s{,([])["'`:]?$/.test(before) &&
    /^["'`]?\]?\s*(?:=>|->|:|=)(?!=)\s*\S/.test(after) &&
    !/^:\d/.test(after)
  )
}

/** The name before the bracket that is open here: `f` of `f(a, "…"`; null outside; `''` for a bare bracket. */
function enclosingCall(spot: Spot): string | null {
  const from = Math.max(0, spot.start - textLimits.enclosingCharactersMax)
  let depth = 0
  for (let at = spot.start - 1; at >= from; at -= 1) {
    const character = spot.content.charAt(at)
    if (character === ')' || character === ']' || character === '}') depth += 1
    else if (character === '(') {
      if (depth === 0)
        return /([\w.$:!?]+)\s?$/.exec(spot.content.slice(Math.max(0, at - 80), at))?.[1] ?? ''
      depth -= 1
    } else if (character === '[' || character === '{') {
      if (depth > 0) depth -= 1
    } else if (character === ';' && depth === 0) return null
  }
  return null
}

/** An item of a list whose name says that it is a choice. */
function allowedOrMention(spot: Spot): Position {
  const from = Math.max(0, spot.start - textLimits.enclosingCharactersMax)
  const opened = Math.max(
    spot.content.lastIndexOf('[', spot.start),
    spot.content.lastIndexOf('{', spot.start),
    spot.content.lastIndexOf('(', spot.start),
  )
  if (opened < from) return mention
  const head = /([A-Za-z_][\w.]*)["'\]]?\s*(?::[^=\n]{0,60})?(?:=|:|=>|<-)?\s*\w*$/.exec(
    spot.content.slice(Math.max(0, opened - 120), opened),
  )?.[1]
  return head !== undefined && manyModels.test(head)
    ? allowed
    : { ...mention, detection: detectionCaps.bareString }
}
