import { Fault } from '../../base/fault.ts'
import { suggestNames } from '../../catalogue/index.ts'
import { type CandidateId, toolCandidate } from '../../schema/candidate-id.ts'
import type {
  ConfigFallback,
  ConfigRoute,
  ConfigToolRun,
  ConfigTrial,
  ConfigWorkflow,
  HoldfastConfig,
} from '../../schema/holdfast-config.ts'

/** A model over one route. */
export interface TriedModel {
  readonly model: string
  readonly route: ConfigRoute
}

/** A tool that runs on this machine. */
export interface TriedTool {
  /** `tool:NAME`. */
  readonly model: CandidateId
  readonly route: { readonly id: typeof toolRoute }
  readonly run: ConfigToolRun
}

/** What may take the work over. */
export type TriedCandidate = TriedModel | TriedTool

/** Stands where a model has its route: a tool is reached over none. */
const toolRoute = 'command'

export function isTool(candidate: TriedCandidate): candidate is TriedTool {
  return 'run' in candidate
}

/** Who is compared with whom, on which work. */
export interface TrialTarget {
  readonly workflow: ConfigWorkflow
  readonly trial: ConfigTrial
  readonly incumbent: TriedModel
  readonly candidate: TriedCandidate
}

export interface TargetFlags {
  readonly workflow?: readonly string[] | undefined
  /** `vendor/name`, `vendor/name@route` or `tool:NAME`. */
  readonly candidate?: readonly string[] | undefined
}

/** Every comparison that flags and holdfast.yaml ask for, in the order of the file. */
export function trialTargets(config: HoldfastConfig, flags: TargetFlags): readonly TrialTarget[] {
  const targets = workflowsOf(config, flags.workflow).flatMap((workflow) => {
    const trial = trialOf(workflow)
    const incumbent = incumbentOf(config, workflow)
    return candidatesOf(config, workflow, flags.candidate).map((candidate) => ({
      workflow,
      trial,
      incumbent,
      candidate,
    }))
  })
  if (targets.length > 0) return targets
  throw new Fault('HF_TRIAL_UNKNOWN', 'nothing in holdfast.yaml is to be tried', {
    expected:
      'a workflow with `trial`, `model` and among its `fallbacks` a model, or a tool with `run`',
  })
}

/** The model that does the work now, as if it were to be compared with itself: what it answers can be kept. */
export function incumbentTarget(config: HoldfastConfig, id: string): TrialTarget {
  const [workflow] = workflowsOf(config, [id])
  if (workflow === undefined) throw new TypeError('a workflow that was named is there or told')
  const incumbent = incumbentOf(config, workflow)
  return { workflow, trial: trialOf(workflow), incumbent, candidate: incumbent }
}

function workflowsOf(
  { workflows }: HoldfastConfig,
  named: readonly string[] | undefined,
): readonly ConfigWorkflow[] {
  if (named === undefined) return workflows.filter(({ trial }) => trial !== undefined)
  return named.map((id) => {
    const found = workflows.find((workflow) => workflow.id === id)
    if (found !== undefined) return found
    const near = suggestNames(
      id,
      workflows.map((workflow) => workflow.id),
    )
    throw new Fault('HF_TRIAL_UNKNOWN', `holdfast.yaml has no workflow \`${id}\``, {
      expected: near.length === 0 ? 'the id of a workflow' : `perhaps \`${near.join('`, `')}\``,
    })
  })
}

function trialOf({ id, trial }: ConfigWorkflow): ConfigTrial {
  if (trial !== undefined) return trial
  throw new Fault('HF_TRIAL_UNREADY', `workflow \`${id}\` has no \`trial\``, {
    expected: '`trial: { tasks: …, margin: …, marginReason: … }` at the workflow in holdfast.yaml',
  })
}

function incumbentOf(config: HoldfastConfig, { id, model }: ConfigWorkflow): TriedModel {
  if (model === undefined)
    throw new Fault('HF_TRIAL_UNREADY', `workflow \`${id}\` names no \`model\``, {
      expected: 'the model that does the work now: it is what candidates are compared with',
    })
  const [route] = routesOf(config, model)
  if (route !== undefined) return { model, route }
  throw new Fault('HF_TRIAL_UNREADY', `no route of holdfast.yaml leads to \`${model}\``, {
    expected: 'the model of the workflow among the `models` of a route, also when it is out of use',
  })
}

/** Fallbacks of a workflow, models over each of their routes and tools that can be run; or those that are named. */
function candidatesOf(
  config: HoldfastConfig,
  workflow: ConfigWorkflow,
  named: readonly string[] | undefined,
): readonly TriedCandidate[] {
  if (named === undefined) {
    return (workflow.fallbacks ?? []).flatMap((fallback): readonly TriedCandidate[] => {
      const tool = toolOf(fallback)
      return tool === null ? modelsOf(config, modelOf(fallback), false) : [tool]
    })
  }
  return named.flatMap((text): readonly TriedCandidate[] =>
    text.startsWith('tool:')
      ? [namedTool(workflow, text)]
      : modelsOf(config, [writtenCandidate(text)], true),
  )
}

/** The same without tools. */
export function modelCandidatesOf(
  config: HoldfastConfig,
  workflow: ConfigWorkflow,
  named: readonly string[] | undefined,
): readonly TriedModel[] {
  return candidatesOf(config, workflow, named).flatMap((one) => (isTool(one) ? [] : [one]))
}

function modelsOf(
  config: HoldfastConfig,
  wanted: readonly WantedModel[],
  isNamed: boolean,
): readonly TriedModel[] {
  return wanted.flatMap(({ model, route }) => {
    const routes = routesOf(config, model).filter(({ id }) => route === null || id === route)
    if (routes.length === 0 && isNamed)
      throw new Fault(
        'HF_TRIAL_UNKNOWN',
        `no route${route === null ? '' : ` \`${route}\``} of holdfast.yaml leads to \`${model}\``,
        { expected: '`vendor/name`, or `vendor/name@route`, as routes of holdfast.yaml list them' },
      )
    return routes.map((one) => ({ model, route: one }))
  })
}

function namedTool(workflow: ConfigWorkflow, text: string): TriedTool {
  const found = toolCandidateOf(workflow, text)
  if (found !== null) return found
  throw new Fault(
    'HF_TRIAL_UNKNOWN',
    `workflow \`${workflow.id}\` has no tool \`${text}\` that can be run`,
    { expected: 'a fallback `{ tool: NAME, run: { command: […] } }` in holdfast.yaml' },
  )
}

/** A tool of a workflow by its id `tool:NAME`; null: there is none that can be run. */
export function toolCandidateOf({ fallbacks = [] }: ConfigWorkflow, id: string): TriedTool | null {
  return fallbacks.map(toolOf).find((tool) => tool?.model === id) ?? null
}

/** Null: it is no tool, or nobody says how it is run. */
function toolOf(fallback: ConfigFallback): TriedTool | null {
  if (typeof fallback === 'string' || !('tool' in fallback) || fallback.run === undefined)
    return null
  return { model: toolCandidate(fallback.tool), route: { id: toolRoute }, run: fallback.run }
}

interface WantedModel {
  readonly model: string
  /** Null: every route that lists it. */
  readonly route: string | null
}

function modelOf(fallback: ConfigFallback): readonly WantedModel[] {
  if (typeof fallback === 'string') return [{ model: fallback, route: null }]
  return 'model' in fallback ? [{ model: fallback.model, route: fallback.route ?? null }] : []
}

function writtenCandidate(text: string): WantedModel {
  const at = text.lastIndexOf('@')
  return at === -1
    ? { model: text, route: null }
    : { model: text.slice(0, at), route: text.slice(at + 1) }
}

function routesOf({ routes }: HoldfastConfig, model: string): readonly ConfigRoute[] {
  return routes.filter(({ models }) => Object.hasOwn(models, model))
}

/** `workflow: model@route`, as trials of a plan are listed. */
export function nameOfTarget({ workflow, candidate }: TrialTarget): string {
  return `${workflow.id}: ${candidate.model}@${candidate.route.id}`
}
