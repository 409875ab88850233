import { createRequire } from 'node:module'
import type * as Cedar from '@cedar-policy/cedar-wasm/nodejs'
import type { DetailedError, Policy, PolicySet } from '@cedar-policy/cedar-wasm/nodejs'
import type {
  CedarAnswer,
  CedarEngine,
  CedarPolicy,
  CedarPolicySet,
  CedarProblem,
  CedarRequest,
} from '../policy/index.ts'

/** Parsed sets that the engine keeps; it cannot free one, so their places are used again. */
const placesMax = 64

/** One a thread, as the engine's own memory is: two would take each other's places. */
let places: Places | null = null

/** Cedar as WebAssembly, for the policy room. Loaded here and not before: most commands do without its 4 MB. */
export function createCedarEngine(): CedarEngine {
  places ??= new Places(
    createRequire(import.meta.url)('@cedar-policy/cedar-wasm/nodejs') as typeof Cedar,
  )
  const shared = places
  const { cedar } = shared
  return {
    version: cedar.getCedarVersion(),
    parse: (text) => parse(cedar, text),
    validate: (schema, policies) => validatePolicies(cedar, schema, policies),
    toText: (policy) => toText(cedar, policy),
    prepare: (schema, policies) => new PreparedSet(shared, schema, policies),
  }
}

/** Which parsed set lies where in the engine's own memory; the one unused longest gives way. */
class Places {
  readonly cedar: typeof Cedar
  readonly #holders = new Map<number, PreparedSet>()
  readonly #schemas = new Map<string, string>()
  #next = 0

  constructor(cedar: typeof Cedar) {
    this.cedar = cedar
  }

  /** The name of the place where the set lies, parsed anew when another one has taken it. */
  nameFor(set: PreparedSet): string {
    const { place } = set
    if (place !== null && this.#holders.get(place) === set) {
      this.#holders.delete(place)
      this.#holders.set(place, set)
      return nameOf(place)
    }
    const taken = this.#free()
    const parsed = this.cedar.preparsePolicySet(nameOf(taken), policySet(set.policies))
    if (parsed.type === 'failure') throw new TypeError(messageOfAll(parsed.errors))
    this.#holders.set(taken, set)
    set.place = taken
    return nameOf(taken)
  }

  schemaName(schema: string): string {
    const known = this.#schemas.get(schema)
    if (known !== undefined) return known
    const name = `holdfast-schema-${this.#schemas.size}`
    const parsed = this.cedar.preparseSchema(name, schema)
    if (parsed.type === 'failure') throw new TypeError(messageOfAll(parsed.errors))
    this.#schemas.set(schema, name)
    return name
  }

  #free(): number {
    if (this.#next < placesMax) {
      this.#next += 1
      return this.#next - 1
    }
    const [oldest = 0] = this.#holders.keys()
    this.#holders.delete(oldest)
    return oldest
  }
}

class PreparedSet implements CedarPolicySet {
  readonly policies: Readonly<Record<string, CedarPolicy>>
  place: number | null = null
  readonly #places: Places
  readonly #schema: string

  constructor(places: Places, schema: string, policies: Readonly<Record<string, CedarPolicy>>) {
    this.#places = places
    this.#schema = places.schemaName(schema)
    this.policies = policies
  }

  ask(request: CedarRequest, checked?: 'checked'): CedarAnswer {
    const answer = this.#places.cedar.statefulIsAuthorized({
      principal: { ...request.principal },
      action: { type: 'Holdfast::Action', id: 'use' },
      resource: { ...request.resource },
      context: request.context as never,
      ...(checked === 'checked'
        ? { preparsedSchemaName: this.#schema, validateRequest: true }
        : {}),
      preparsedPolicySetId: this.#places.nameFor(this),
      entities: request.entities as never,
    })
    if (answer.type === 'failure') {
      return {
        verdict: 'deny',
        policies: [],
        errors: answer.errors.map(({ message }) => ({ policy: null, message })),
      }
    }
    const { decision, diagnostics } = answer.response
    return {
      verdict: decision,
      policies: diagnostics.reason,
      errors: diagnostics.errors.map(({ policyId, error }) => ({
        policy: policyId,
        message: `${policyId}: ${error.message}`,
      })),
    }
  }
}

function parse(cedar: typeof Cedar, text: string): ReturnType<CedarEngine['parse']> {
  const checked = cedar.checkParsePolicySet({ staticPolicies: text })
  if (checked.type === 'failure')
    return { problems: checked.errors.map((one) => problem(one, null)) }
  const parts = cedar.policySetTextToParts(text)
  if (parts.type === 'failure') return { problems: parts.errors.map((one) => problem(one, null)) }
  if (parts.policy_templates.length > 0) {
    return {
      problems: [
        {
          message: 'a template with slots',
          help: 'write the policy out',
          policy: null,
          byte: null,
        },
      ],
    }
  }
  const policies = inTextOrder(parts.policies).map((policy) => {
    const json = cedar.policyToJson(policy)
    if (json.type === 'failure') throw new TypeError(messageOfAll(json.errors))
    return { text: policy, policy: json.json as unknown as CedarPolicy }
  })
  return { policies }
}

/** Cedar gives `policy0, policy1, policy10, policy2`; people read files from the top. */
function inTextOrder(policies: readonly string[]): readonly string[] {
  const numbers = policies
    .map((_, index) => index)
    .toSorted((a, b) => (String(a) < String(b) ? -1 : 1))
  const ordered: string[] = []
  for (const [place, number] of numbers.entries()) ordered[number] = policies[place] ?? ''
  return ordered
}

function validatePolicies(
  cedar: typeof Cedar,
  schema: string,
  policies: string | Readonly<Record<string, CedarPolicy>>,
): ReturnType<CedarEngine['validate']> {
  const answer = cedar.validate({
    schema,
    policies: typeof policies === 'string' ? { staticPolicies: policies } : policySet(policies),
    validationSettings: { mode: 'strict' },
  })
  if (answer.type === 'failure') {
    return { errors: answer.errors.map((one) => problem(one, null)), warnings: [] }
  }
  return {
    errors: answer.validationErrors.map(({ policyId, error }) => problem(error, policyId)),
    warnings: answer.validationWarnings.map(({ policyId, error }) => problem(error, policyId)),
  }
}

function toText(cedar: typeof Cedar, policy: CedarPolicy): string {
  const text = cedar.policyToText(policy as unknown as Policy)
  if (text.type === 'failure') throw new TypeError(messageOfAll(text.errors))
  const formatted = cedar.formatPolicies({ policyText: text.text, lineWidth: 100, indentWidth: 2 })
  return formatted.type === 'success' ? formatted.formatted_policy.trimEnd() : text.text
}

function policySet(policies: Readonly<Record<string, CedarPolicy>>): PolicySet {
  return { staticPolicies: policies as unknown as Record<string, Policy> }
}

function problem(error: DetailedError, policy: string | null): CedarProblem {
  return {
    message: error.message,
    help: error.help,
    policy,
    byte: error.sourceLocations?.[0]?.start ?? null,
  }
}

function nameOf(place: number): string {
  return `holdfast-policies-${place}`
}

function messageOfAll(errors: readonly DetailedError[]): string {
  return errors.map(({ message }) => message).join('; ')
}
