import { compareText } from '../base/compare.ts'
import type { HoldfastConfig } from '../schema/holdfast-config.ts'
import type {
  Dependency,
  Question,
  Register,
  RegisterWorkflow,
  UseEvidence,
} from '../schema/register.ts'
import { findGaps } from './find-gaps.ts'
import {
  isFromTraffic,
  type NamedUse,
  nameUse,
  trafficDependency,
  trafficDependencyId,
  type TrafficContext,
  type TrafficUse,
} from './traffic-dependency.ts'
import { configuredRow, isDependency } from './workflows.ts'

/**
 * A register with what traffic showed: what the audit found and traffic confirms is marked, what it could not see
 * becomes a dependency of its own. What an earlier call added is replaced; what the audit found is never changed.
 */
export function addTraffic(
  register: Register,
  uses: readonly TrafficUse[],
  context: TrafficContext,
): Register {
  const audited = withoutTraffic(register, context.config)
  if (uses.length === 0 && audited === register) return register
  const named = uses.flatMap((use) => nameUse(use, context) ?? [])
  const seen = new Map<string, UseEvidence[]>()
  const added = new Map<string, Dependency>()
  const questions = new Map<string, Question>()
  const isMeant = meantBy(audited.dependencies)
  for (const one of named) {
    const meant = isMeant(one)
    for (const { id } of meant) addTo(seen, id, evidenceOf(one))
    if (meant.length > 0) continue
    const workflow = one.use.workflow ?? workflowOfScope(one.use.scope)
    const id = trafficDependencyId(one, workflow)
    if (!added.has(id)) added.set(id, trafficDependency(one, workflow, context))
    addTo(seen, id, evidenceOf(one))
    if (one.question !== null) noteQuestion(questions, one.question, id)
  }
  const dependencies = [
    ...audited.dependencies,
    ...[...added.values()].toSorted((a, b) => compareText(a.id, b.id)),
  ].map((one) => withEvidence(one, seen.get(one.id)))
  const workflows = workflowsWith(audited.workflows, [...added.values()], dependencies, context)
  const { config } = context
  return {
    ...audited,
    dependencies,
    workflows: [...workflows],
    gaps: [...findGaps({ dependencies, workflows, credentials: audited.credentials, config })],
    questions: [...audited.questions, ...questions.values()].toSorted((a, b) =>
      compareText(a.id, b.id),
    ),
  }
}

/** What an audit alone would say; the gaps are found anew by whoever adds something. */
function withoutTraffic(register: Register, config: HoldfastConfig | null): Register {
  if (!register.dependencies.some(({ evidence }) => evidence !== undefined)) return register
  const gone = new Set(register.dependencies.filter(isFromTraffic).map(({ id }) => id))
  const dependencies = register.dependencies.filter(({ id }) => !gone.has(id)).map(withoutEvidence)
  return {
    ...register,
    dependencies,
    workflows: register.workflows
      .filter(
        (one) => !(one.reason === trafficReason && one.dependencies.every((id) => gone.has(id))),
      )
      .map((one) => withRows(one, dependencies, config)),
    questions: register.questions.filter(
      (one) => one.dependencies.length === 0 || !one.dependencies.every((id) => gone.has(id)),
    ),
  }
}

function withoutEvidence(one: Dependency): Dependency {
  const audited = { ...one }
  delete audited.evidence
  return audited
}

/**
 * The dependencies of the audit that a use speaks of: those of its workflow with its model. Where it names no
 * workflow, all with its model; a report of one provider says nothing of what goes over another.
 */
function meantBy(dependencies: readonly Dependency[]): (use: NamedUse) => readonly Dependency[] {
  const byName = new Map<string, Dependency[]>()
  for (const one of dependencies)
    if (isDependency(one)) addTo(byName, one.model ?? one.modelAsWritten, one)
  return ({ use, model, provider }) =>
    (byName.get(model ?? use.written) ?? []).filter(
      ({ workflow, route }) =>
        (use.workflow === null || workflow === use.workflow) &&
        (use.kind === 'observed' ||
          provider === null ||
          route.provider === null ||
          route.provider === provider),
    )
}

function evidenceOf({ use, provider }: NamedUse): UseEvidence {
  const { kind, source, workflow, route, servedModel, requests, served, tokens } = use
  const { firstSeen, lastSeen } = use
  return {
    kind,
    source,
    workflow,
    route,
    provider,
    servedModel,
    requests,
    served,
    tokens,
    firstSeen,
    lastSeen,
  }
}

function withEvidence(one: Dependency, evidence: readonly UseEvidence[] | undefined): Dependency {
  if (evidence === undefined) return one
  return { ...one, evidence: merged(evidence) }
}

/** Uses that differ in nothing but their counts, for instance in how the model was spelt, are one line. */
function merged(evidence: readonly UseEvidence[]): UseEvidence[] {
  const byKey = new Map<string, UseEvidence>()
  for (const one of evidence) {
    const key = keyOf(one)
    const before = byKey.get(key)
    byKey.set(key, before === undefined ? one : sumOf(before, one))
  }
  return [...byKey].toSorted(([a], [b]) => compareText(a, b)).map(([, one]) => one)
}

function keyOf({ kind, source, workflow, route, provider, servedModel }: UseEvidence): string {
  return [kind === 'observed' ? 0 : 1, source, workflow, route, provider, servedModel].join('\n')
}

function sumOf(a: UseEvidence, b: UseEvidence): UseEvidence {
  return {
    ...a,
    requests: sum(a.requests, b.requests),
    served: sum(a.served, b.served),
    tokens: sum(a.tokens, b.tokens),
    firstSeen: a.firstSeen < b.firstSeen ? a.firstSeen : b.firstSeen,
    lastSeen: a.lastSeen > b.lastSeen ? a.lastSeen : b.lastSeen,
  }
}

function sum(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : a + b
}

/** Of work that no workflow is known for, but somebody who does it. */
function workflowOfScope(scope: string | null): string {
  const slug = (scope ?? '')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '')
  return slug === '' ? 'unassigned-traffic' : slug.slice(0, 100)
}

const trafficReason = 'traffic that names no workflow of holdfast.yaml'

function workflowsWith(
  rows: readonly RegisterWorkflow[],
  added: readonly Dependency[],
  dependencies: readonly Dependency[],
  context: TrafficContext,
): readonly RegisterWorkflow[] {
  const touched = new Set(added.map(({ workflow }) => workflow))
  const known = new Set(rows.map(({ id }) => id))
  const news = [...touched].flatMap((id) =>
    id === null || known.has(id) ? [] : [newRow(id, added, context)],
  )
  return [
    ...rows.map((one) => (touched.has(one.id) ? withRows(one, dependencies, context.config) : one)),
    ...news,
  ].toSorted((a, b) => compareText(a.id, b.id))
}

function newRow(
  id: string,
  added: readonly Dependency[],
  { config, resolver }: TrafficContext,
): RegisterWorkflow {
  const own = added.filter(({ workflow }) => workflow === id)
  const configured = config?.workflows.find((one) => one.id === id)
  if (configured !== undefined) return configuredRow(configured, own, config, resolver)
  return withRows(
    {
      id,
      task: own[0]?.task ?? 'other',
      source: 'inferred',
      reason: trafficReason,
      confidence: 0.3,
      owner: null,
      criticality: null,
      dependencies: [],
      models: [],
      fallbackGrade: null,
    },
    own,
    config,
  )
}

/** A workflow whose dependencies have come or gone; models that holdfast.yaml names for it stay. */
function withRows(
  row: RegisterWorkflow,
  dependencies: readonly Dependency[],
  config: HoldfastConfig | null,
): RegisterWorkflow {
  const own = dependencies.filter((one) => one.workflow === row.id && isDependency(one))
  const ids = new Set(own.map(({ id }) => id))
  const isSame = row.dependencies.length === ids.size && row.dependencies.every((id) => ids.has(id))
  if (isSame) return row
  const declared = config?.workflows.find(({ id }) => id === row.id)?.model
  const models = [declared, ...own.map(({ model }) => model)].filter(
    (one) => typeof one === 'string',
  )
  return { ...row, dependencies: [...ids], models: [...new Set(models)].toSorted(compareText) }
}

function addTo<T>(lists: Map<string, T[]>, key: string, one: T): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [one])
  else list.push(one)
}

function noteQuestion(questions: Map<string, Question>, question: Question, id: string): void {
  const before = questions.get(question.id)?.dependencies ?? []
  questions.set(question.id, { ...question, dependencies: [...new Set([...before, id])] })
}
