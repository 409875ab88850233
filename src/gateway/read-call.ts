import {
  type CallerError,
  hasLongNumber,
  isObject,
  type JsonObject,
  type JsonValue,
  type ModelRequest,
  parseExact,
  type ProtocolCodec,
} from '../protocols/index.ts'
import type { Call } from './call.ts'
import type { Caller, GatewayState, GatewayWorkflow } from './gateway-state.ts'
import { gatewayLimits } from './limits.ts'
import { foldedName, modelReferences } from './model-references.ts'
import type { HeaderLines } from './header-lines.ts'
import { type MemberRange, scanBody } from './scan-body.ts'
import type { MeasuredCall } from './measured-call.ts'
import type { TracedCall } from './traces/traced-call.ts'

export interface CallParts {
  readonly id: string
  readonly caller: Caller
  readonly codec: ProtocolCodec
  readonly headers: HeaderLines
  readonly bytes: Buffer
  readonly digestOf: ((bytes: Buffer) => string) | null
  /** Null: it is not traced. */
  readonly trace: TracedCall | null
  /** Null: nothing is counted. */
  readonly measured: MeasuredCall | null
}

/** Members that decide who answers: a body that has one of them twice is read differently by different parsers. */
const singular: ReadonlySet<string> = new Set([
  'model',
  'stream',
  'tools',
  'moderation',
  'fallbacks',
  'models',
  'fallback_models',
  'mcp_servers',
])

/** A request that was understood, or what its caller is told. */
export function readCall(state: GatewayState, parts: CallParts): Call | CallerError {
  const { caller, codec, bytes, headers } = parts
  const body = readObject(bytes)
  if (body === null) return wrong('the body is no JSON object')
  const members = scanBody(bytes)
  if (members.some(({ depth }) => depth > gatewayLimits.nestingMax))
    return wrong(`the body is nested deeper than ${gatewayLimits.nestingMax} levels`)
  const ambiguous = ambiguityIn(members)
  if (ambiguous !== null) return wrong(ambiguous)
  const { model: requested } = body
  if (typeof requested !== 'string' || requested === '')
    return wrong('`model` is missing: the name of a model')
  const workflow = workflowOf(state, caller, headers)
  if (workflow === 'refused')
    return {
      status: 403,
      type: 'workflow_not_permitted',
      message: 'this key is not for the workflow that `holdfast-workflow` names',
      detail: { permitted_workflows: [...caller.workflows] },
    }
  const model = state.modelOf(requested)
  const route = headers['holdfast-route'] ?? null
  if (route !== null && (typeof route !== 'string' || !leadsTo(state, route, model)))
    return wrong('`holdfast-route` names no route that leads to this model')
  const references = modelReferences(body)
  if (references.length > gatewayLimits.referencesMax)
    return wrong(`more than ${gatewayLimits.referencesMax} models are named`)
  let exact: JsonObject | null = null
  let superset: ModelRequest | null = null
  let digest: string | null = null
  return {
    id: parts.id,
    trace: parts.trace,
    measured: parts.measured,
    caller,
    codec,
    headers,
    bytes,
    body,
    members,
    requested,
    model,
    route,
    references,
    recalled: null,
    isStream: body['stream'] === true,
    workflow,
    purpose: workflow?.task ?? 'other',
    requestDigest: () => (digest ??= parts.digestOf?.(bytes) ?? null),
    exact: () => (exact ??= exactOf(body, bytes)),
    superset: () => (superset ??= codec.readRequest((exact ??= exactOf(body, bytes)))),
  }
}

export function isCallerError(read: Call | CallerError): read is CallerError {
  return 'status' in read
}

function readObject(bytes: Buffer): JsonObject | null {
  try {
    const value = JSON.parse(bytes.toString('utf8')) as JsonValue
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

function exactOf(body: JsonObject, bytes: Buffer): JsonObject {
  if (!hasLongNumber(bytes)) return body
  return parseExact(bytes.toString('utf8')) as JsonObject
}

/** Servers in Go take `Model` for `model`, and whichever comes last. */
function ambiguityIn(members: readonly MemberRange[]): string | null {
  const seen: string[] = []
  for (const { name } of members) {
    const read = foldedName(name)
    if (!singular.has(read)) continue
    if (read !== name) return `\`${name}\` is \`${read}\` to some servers`
    if (seen.includes(name)) return `\`${name}\` stands in the body twice`
    seen.push(name)
  }
  return null
}

function leadsTo(state: GatewayState, route: string, model: string | null): boolean {
  return model !== null && state.routesOf(model).some(({ id }) => id === route)
}

/** The workflow that the header names, else the only one of the key; null: none applies. */
function workflowOf(
  state: GatewayState,
  { workflows }: Caller,
  headers: HeaderLines,
): GatewayWorkflow | null | 'refused' {
  const named = headers['holdfast-workflow']
  if (named === undefined) {
    const [only] = workflows
    return only !== undefined && workflows.length === 1 ? (state.workflows.get(only) ?? null) : null
  }
  if (typeof named !== 'string' || !workflows.includes(named)) return 'refused'
  return state.workflows.get(named) ?? 'refused'
}

function wrong(message: string): CallerError {
  return { status: 400, type: 'invalid_request_error', message }
}
