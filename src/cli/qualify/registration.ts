import { canonicalJson } from '../../base/canonical-json.ts'
import { durationMs } from '../../base/duration.ts'
import { Fault } from '../../base/fault.ts'
import type { Catalogue } from '../../schema/catalogue.ts'
import type { ConfigQualification } from '../../schema/holdfast-config.ts'
import { Preregistration } from '../../schema/preregistration.ts'
import { TrialParameters } from '../../schema/trial-parameters.ts'
import type { TrialRecord } from '../../schema/trial-record.ts'
import type { FrozenUse } from './frozen-use.ts'
import { isTool, type TrialTarget, type TriedCandidate } from './trial-target.ts'
import type { TrialWorkspace } from './trial-workspace.ts'
import type { TriedTasks } from './tried-tasks.ts'

const msPerDay = 86_400_000

/** What holdfast.yaml does not set. */
export const registrationRules = {
  /** Chance of rejecting a good candidate; power is planned with the rest. */
  beta: 0.2,
  /** Fewer cannot show anything: with five even all signs alike come by chance too often. */
  clustersMin: 6,
  unscoredShareMax: 0.02,
  /** Share of tasks whose outcome may differ when the incumbent is asked twice. */
  flipShareMax: 0.2,
  /** Of the tasks so many are asked twice, and never fewer. */
  repeatShare: 0.2,
  repeatTasksMin: 20,
  /** Tasks of the negative control, where a judge has to be paid for each. */
  judgedNegativesMax: 60,
  lookEveryMin: 10,
  looksMax: 100,
  /** From the registration on; later its evidence is too old. */
  decideWithinDays: 30,
  validityDays: { critical: 30, other: 90 },
  alpha: { critical: 0.025, other: 0.05 },
} as const

/** What only the moment of registering decides. */
export interface RegistrationMoment {
  /** RFC 3339. */
  readonly at: string
  readonly seed: number
  readonly plan: TrialParameters['plan']
  readonly earlierTrials: number
  /** Of a plan that was begun before. */
  readonly decideBefore?: string
  /** The newest one of the judge on these tasks. */
  readonly calibration?: TrialParameters['calibration']
}

export interface RegistrationParts {
  readonly target: TrialTarget
  readonly tried: TriedTasks
  readonly frozen: FrozenUse | null
  readonly digests: Preregistration['digests']
  readonly judge: ConfigQualification['judge']
  readonly workspace: Pick<TrialWorkspace, 'catalogue'>
}

/** What a trial promises before its first call. */
export function registrationOf(
  parts: RegistrationParts,
  moment: RegistrationMoment,
): Preregistration {
  const { target, tried, frozen, judge } = parts
  const { workflow, trial, candidate, incumbent } = target
  const isCritical = workflow.criticality === 'critical'
  const grade = isCritical ? 'critical' : 'other'
  const decideBefore =
    moment.decideBefore ??
    new Date(Date.parse(moment.at) + registrationRules.decideWithinDays * msPerDay).toISOString()
  const controls = controlsOf(parts)
  return registrable({
    schemaVersion: 1,
    workflow: workflow.id,
    candidate: sideOf(candidate),
    incumbent: sideOf(incumbent),
    digests: parts.digests,
    judge:
      tried.needsJudge && judge !== undefined
        ? { model: judge.model, servedModel: judge.model }
        : null,
    samplingFrame: samplingFrame(tried),
    parameters: TrialParameters.parse({
      attempts: trial.attempts,
      lookEvery: lookEvery(target, tried),
      repeatTasks: controls.repeatTasks,
      negativeTasks: controls.negativeTasks,
      plan: moment.plan,
      sharesIncumbent: frozen === null && ofWorkflow(moment.plan, workflow.id) > 1,
      earlierTrials: moment.earlierTrials,
      frozen: frozen?.parameters ?? null,
      ...(moment.calibration === undefined ? {} : { calibration: moment.calibration }),
    }),
    mode: trial.mode,
    alpha: trial.alpha ?? registrationRules.alpha[grade],
    beta: registrationRules.beta,
    tasksPlanned: tried.set.tasks.length * trial.attempts,
    clustersMin: registrationRules.clustersMin,
    unscoredShareMax: registrationRules.unscoredShareMax,
    gates: gatesOf(parts),
    controls: {
      negative: { kind: 'scrambled-answers' },
      incumbentFloor: trial.incumbentFloor,
      repeat:
        controls.repeatWaived === null ? { flipShareMax: registrationRules.flipShareMax } : null,
      repeatWaived: controls.repeatWaived,
    },
    seed: moment.seed,
    validityDays:
      trial.validFor === undefined
        ? registrationRules.validityDays[grade]
        : Math.min(366, Math.max(1, Math.floor(durationMs(trial.validFor) / msPerDay))),
    decideBefore,
  })
}

/** What holdfast.yaml allows may still be no trial: one with fewer tasks than clusters are needed, for instance. */
function registrable(
  wanted: Readonly<Record<string, unknown>> & { readonly workflow: string },
): Preregistration {
  const read = Preregistration.safeParse(wanted)
  if (read.success) return read.data
  const [first = '', ...others] = read.error.issues.map(({ message }) => message)
  throw new Fault('HF_TRIAL_UNREADY', `\`${wanted.workflow}\` cannot be tried so: ${first}`, {
    expected: `at least ${registrationRules.clustersMin} clusters of tasks, and gates as docs/guide/qualification.md has them`,
    others,
  })
}

/** The parameters of a registration that this program has written. */
export function parametersOf({ parameters }: Preregistration): TrialParameters {
  return TrialParameters.parse(parameters)
}

function ofWorkflow({ trials }: TrialParameters['plan'], workflow: string): number {
  return trials.filter((name) => name.startsWith(`${workflow}: `)).length
}

/** Of the plan that a trial was registered in; null: this program has not written it. */
export function planIdOf({ registration }: Pick<TrialRecord, 'registration'>): string | null {
  const read = Preregistration.safeParse(registration)
  const parameters = TrialParameters.safeParse(read.data?.parameters)
  return parameters.data?.plan.id ?? null
}

/** What a registration asks, without what only its moment decided: alike, it is the same question. */
export function questionOf(registration: Preregistration): string {
  const {
    plan: _plan,
    sharesIncumbent: _shares,
    earlierTrials: _earlier,
    frozen: _frozen,
    calibration: _calibration,
    ...fixed
  } = parametersOf(registration)
  const { seed: _seed, decideBefore: _before, controls, ...asked } = registration
  const { repeat: _repeat, repeatWaived: _waived, ...kept } = controls
  const { repeatTasks: _tasks, ...parameters } = fixed
  return canonicalJson({ ...asked, controls: kept, parameters })
}

function sideOf({ model, route }: TriedCandidate): Preregistration['candidate'] {
  return { model, route: route.id, servedModel: model }
}

function lookEvery({ trial }: TrialTarget, { set }: TriedTasks): number {
  const { lookEveryMin, looksMax } = registrationRules
  return Math.max(lookEveryMin, Math.ceil((set.tasks.length * trial.attempts) / looksMax))
}

/** How many tasks controls take, and why the incumbent is not asked twice; null: it is. */
function controlsOf({ tried, frozen }: Pick<RegistrationParts, 'tried' | 'frozen'>): {
  readonly repeatTasks: number
  readonly negativeTasks: number
  readonly repeatWaived: string | null
} {
  const { repeatShare, repeatTasksMin, judgedNegativesMax } = registrationRules
  const tasks = tried.set.tasks.length
  const wanted = Math.min(tasks, Math.max(repeatTasksMin, Math.ceil(tasks * repeatShare)))
  const negativeTasks = tried.needsJudge ? Math.min(tasks, judgedNegativesMax) : tasks
  if (frozen === null) return { repeatTasks: wanted, negativeTasks, repeatWaived: null }
  if (frozen.repeated.length >= wanted)
    return { repeatTasks: wanted, negativeTasks, repeatWaived: null }
  const { from, until } = frozen.parameters
  return {
    repeatTasks: 0,
    negativeTasks,
    repeatWaived: `the incumbent is not asked: its frozen answers of ${from.slice(0, 10)} to ${until.slice(0, 10)} are used, and they hold too few second answers`,
  }
}

function samplingFrame({ set }: TriedTasks): string {
  const { title, provenance, notes } = set.header
  const from = [provenance?.kind, provenance?.source, provenance?.at]
  const origin = from.filter((one) => one !== undefined).join(', ')
  return [
    `all ${set.tasks.length} tasks of \`${set.header.id}\`: ${title}`,
    origin === '' ? 'where they are from is not said' : origin,
    ...(notes === undefined ? [] : [notes]),
  ].join('; ')
}

function gatesOf({ target, tried, workspace }: RegistrationParts): Preregistration['gates'] {
  const { trial, candidate } = target
  const { refusals, format, toolCalls, latency, cost } = trial.gates
  const windowTokens =
    (isTool(candidate) ? undefined : candidate.route.contextTokens) ??
    contextTokensOf(workspace.catalogue, candidate.model)
  const reserve = tried.set.tasks.map(({ request }) => request.parameters?.maxOutputTokens ?? 0)
  return {
    quality: { measure: trial.measure, margin: trial.margin, reason: trial.marginReason },
    refusal: refusals === undefined ? null : { cap: refusals.atMost, margin: refusals.margin },
    format: format === undefined ? null : { floor: format.atLeast },
    toolCalls: toolCalls === undefined ? null : { floor: toolCalls.atLeast },
    contextFit:
      windowTokens === null ? null : { windowTokens, outputReserveTokens: Math.max(0, ...reserve) },
    latency:
      latency === undefined ? null : { objectiveMs: latency.ms, overShareMax: latency.overAtMost },
    cost:
      cost === undefined
        ? null
        : { ratioMax: cost.ratioAtMost, perTaskMax: cost.perTaskAtMost ?? null },
  }
}

function contextTokensOf(catalogue: Catalogue, model: string): number | null {
  const found = catalogue.vendors.flatMap(({ models }) => models).find(({ id }) => id === model)
  return found?.contextTokens?.value ?? null
}
