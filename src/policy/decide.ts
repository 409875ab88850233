import type { Decision } from '../schema/decision.ts'
import { explainOutcomes, plainDenial } from './explain-outcomes.ts'
import type { PolicyQuestion } from './policy-entities.ts'
import type { PolicySnapshot } from './policy-snapshot.ts'
import type { Principal } from './principal.ts'

/** Who wants to use which model over which route, for which work, when. */
export interface Question {
  /** Never changed after it was asked about: what is known of it is remembered by the object. */
  readonly principal: Principal
  /** `vendor/name`. */
  readonly model: string
  /** Id of the route. */
  readonly route: string
  /** Id of the workflow; null: none is named. */
  readonly workflow: string | null
  /** Kind of work, one of the tasks. */
  readonly purpose: string
  /** RFC 3339, UTC. */
  readonly at: string
}

const denials = {
  model: plainDenial('unknown-model'),
  route: plainDenial('unknown-route'),
  workflow: plainDenial('unknown-workflow'),
  class: plainDenial('unknown-class'),
  purpose: plainDenial(
    'policy-error',
    'the purpose is none of the kinds of work that policies know',
  ),
  expired: plainDenial('snapshot-expired'),
  early: plainDenial('snapshot-not-yet-valid'),
} as const

/**
 * What the snapshot says of one use. What no table can answer is denied first. Decisions are frozen and shared.
 * This is the hot path: look-ups of names, then of one cell; nothing is allocated.
 */
export function decide(snapshot: PolicySnapshot, question: Question): Decision {
  const { table } = snapshot
  const shape = table.shapeOf(question.principal)
  if (shape === null) return denials.class
  const model = table.models.get(question.model)
  if (model === undefined) return denials.model
  const route = table.routes.get(question.route)
  if (route === undefined) return denials.route
  const workflow = table.workflows.get(question.workflow)
  if (workflow === undefined) return denials.workflow
  const purpose = table.purposes.get(question.purpose)
  if (purpose === undefined) return denials.purpose
  const outOfTime = timeDenial(snapshot, question)
  if (outOfTime !== null) return outOfTime
  if (table.liveUnits.length === 0) {
    return table.decisionAt(shape, model, route, workflow, purpose)
  }
  const asked = policyQuestion(snapshot, question)
  return table.decisionLive(shape, { model, route, workflow, purpose }, asked)
}

/** The same by one call of Cedar with all policies, for tests and benchmarks: it must never differ. */
export function decideByEngine(snapshot: PolicySnapshot, question: Question): Decision {
  const { table } = snapshot
  if (table.shapeOf(question.principal) === null) return denials.class
  if (!table.models.has(question.model)) return denials.model
  if (!table.routes.has(question.route)) return denials.route
  if (!table.workflows.has(question.workflow)) return denials.workflow
  if (!table.purposes.has(question.purpose)) return denials.purpose
  const outOfTime = timeDenial(snapshot, question)
  if (outOfTime !== null) return outOfTime
  const answer = table.askAll(policyQuestion(snapshot, question))
  const errors = answer.errors.map(({ message }) => message)
  return explainOutcomes(
    snapshot.units.map((unit, index) => ({
      unit,
      outcome: {
        held: unit.rules.map(({ id }) => id).filter((id) => answer.policies.includes(id)),
        errors: index === 0 ? errors : [],
      },
    })),
  )
}

/**
 * Once it has expired, or a directive has changed and no newer snapshot came, nobody knows what directives say: the
 * models that they concern are denied, the others go on.
 */
function timeDenial(snapshot: PolicySnapshot, { at: asked, model }: Question): Decision | null {
  const at = isNormal(asked) ? asked : normalInstant(asked)
  if (at < snapshot.at) return denials.early
  if (at < snapshot.table.freshUntil) return null
  if (at >= snapshot.expiresAt && snapshot.onExpiry === 'deny-all') return denials.expired
  return snapshot.table.restricted.has(model) ? denials.expired : null
}

/** `2026-06-20T12:00:00.000Z`: only instants of one form can be compared as texts. */
function isNormal(text: string): boolean {
  return (
    text.length === 24 &&
    text.charCodeAt(4) === 45 &&
    text.charCodeAt(7) === 45 &&
    text.charCodeAt(10) === 84 &&
    text.charCodeAt(13) === 58 &&
    text.charCodeAt(16) === 58 &&
    text.charCodeAt(19) === 46 &&
    text.charCodeAt(23) === 90
  )
}

/** An instant in any form of RFC 3339 with milliseconds; what is none lies before every snapshot. */
function normalInstant(text: string): string {
  const time = Date.parse(text)
  return Number.isNaN(time) ? '' : new Date(time).toISOString()
}

function policyQuestion({ world }: PolicySnapshot, question: Question): PolicyQuestion {
  const model = world.models.find(({ id }) => id === question.model)
  const route = world.routes.find(({ id }) => id === question.route)
  if (model === undefined || route === undefined) throw new TypeError('a name outside the world')
  return { ...question, model, route, at: normalInstant(question.at) }
}
