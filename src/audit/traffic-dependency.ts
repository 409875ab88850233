import { shortDigest } from '../base/digest.ts'
import type { Resolver } from '../catalogue/index.ts'
import type { HoldfastConfig } from '../schema/holdfast-config.ts'
import type { Dependency, Question, UseEvidence } from '../schema/register.ts'
import type { Task } from '../schema/vocabulary.ts'
import type { ModelFacts } from './model-facts.ts'
import { questionId, questionKind, questionText } from './questions.ts'

/** One use of a model that traffic showed, added up over requests. */
export interface TrafficUse extends UseEvidence {
  /** Name of the model as the traffic has it. */
  readonly written: string
  /** Who is known to have made the calls, as the file names it (a project, a service); null: nobody is named. */
  readonly scope: string | null
  readonly protocol: string | null
  readonly region: string | null
}

export interface TrafficContext {
  readonly config: HoldfastConfig | null
  readonly resolver: Resolver
  readonly models: Pick<ModelFacts, 'lifecycleOf' | 'isEmbeddingModel'>
}

/** A use with what catalogue and answers make of its name. */
export interface NamedUse {
  readonly use: TrafficUse
  /** Null: the name is a handle, and nobody said of what. */
  readonly model: string | null
  /** The dated name of the model, where the traffic has one. */
  readonly snapshot: string | null
  readonly vendor: string | null
  readonly provider: string | null
  readonly region: string | null
  readonly question: Question | null
}

/** What an answer of holdfast.yaml says wins; null: it is no model at all. */
export function nameUse(use: TrafficUse, { config, resolver }: TrafficContext): NamedUse | null {
  const hint = use.provider === null ? {} : { provider: use.provider }
  const found = resolver.resolve(use.written, hint)
  const named = {
    use,
    model: found.model,
    snapshot: found.snapshot,
    vendor: found.vendor ?? found.model?.split('/')[0] ?? null,
    provider: use.provider ?? found.provider,
    region: use.region ?? found.region,
    question: null,
  }
  if (named.model !== null) return named
  const id = questionId(trafficRepository, use.written)
  const answer = config?.answers.find(({ question }) => question === id)
  if (answer?.model === null) return null
  if (answer !== undefined)
    return {
      ...named,
      model: answer.model,
      vendor: answer.model.split('/')[0] ?? null,
      provider: answer.provider ?? named.provider,
      question: questionOf(id, use, answer.model),
    }
  return { ...named, question: questionOf(id, use, null) }
}

/** Where questions about names in traffic stand, beside those about repositories. */
const trafficRepository = 'traffic'

function questionOf(id: string, use: TrafficUse, answer: string | null): Question {
  const kind = questionKind({
    modelAsWritten: use.written,
    hidden: false,
    resolution: 'opaque',
    overridableBy: [],
    route: { id: null, provider: use.provider, protocol: null, region: null, baseUrl: null },
  })
  return {
    id,
    text: questionText(kind, use.written, `seen in ${use.source}`),
    kind,
    subject: use.written,
    dependencies: [],
    answer,
  }
}

/** A dependency that nothing in the audited trees shows. */
export function trafficDependency(
  named: NamedUse,
  workflow: string,
  context: TrafficContext,
): Dependency {
  const { use, model, snapshot, vendor, provider, region, question } = named
  const configured = context.config?.workflows.find(({ id }) => id === workflow)
  const isObserved = use.kind === 'observed'
  const owner = configured?.owner
  return {
    id: trafficDependencyId(named, workflow),
    model,
    modelAsWritten: use.written,
    vendor,
    route: { id: use.route, provider, protocol: use.protocol, region, baseUrl: null },
    role: 'use',
    context: 'production',
    ...taskOf(model, configured, context),
    workflow,
    detection: isObserved ? 1 : 0.9,
    resolution: model === null ? 'opaque' : 'resolved',
    resolutionReason: isObserved
      ? 'seen in the traffic of this gateway, and nowhere in the audited trees'
      : `${use.source} says so, and nothing in the audited trees does; nobody here witnessed it`,
    overridableBy: [],
    environment: null,
    detectors: [],
    occurrences: [],
    features: [],
    migrationEffort: 'medium',
    migrationReason: 'no call site is known',
    fallbacks: [],
    owners: owner === undefined ? [] : [owner],
    ownerSource: owner === undefined ? 'none' : 'configuration',
    ...(model === null
      ? { lifecycle: 'unknown' }
      : context.models.lifecycleOf({ model, snapshot, provider })),
    hidden: false,
    question: question?.answer === null ? question.id : null,
    evidence: [],
  }
}

/** The same on every day, however much traffic there is. */
export function trafficDependencyId({ use, model, provider }: NamedUse, workflow: string): string {
  return `d-${shortDigest(['traffic', workflow, model ?? use.written, provider, use.route].join('\n'))}`
}

export function isFromTraffic({ evidence, occurrences, detectors }: Dependency): boolean {
  return evidence !== undefined && occurrences.length === 0 && detectors.length === 0
}

function taskOf(
  model: string | null,
  configured: HoldfastConfig['workflows'][number] | undefined,
  { models }: TrafficContext,
): { readonly task: Task; readonly taskReason: string } {
  if (configured !== undefined)
    return { task: configured.task, taskReason: `holdfast.yaml says so for ${configured.id}` }
  return model !== null && models.isEmbeddingModel(model)
    ? { task: 'embedding', taskReason: 'the model makes embeddings' }
    : { task: 'other', taskReason: 'traffic does not tell' }
}
