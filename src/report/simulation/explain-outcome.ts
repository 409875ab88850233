import { EligibilityClass } from '../../schema/holdfast-config.ts'
import type {
  ElementExposure,
  OutcomeReason,
  Simulation,
  SimulationWorkflow,
} from '../../schema/simulation.ts'
import { count } from '../count.ts'
import { criticalityWords, outcomeWords } from './outcome-words.ts'
import { durationText } from './duration-text.ts'
import { isSmall, peopleText, sumText } from './people-count.ts'
import type { PeopleOptions } from './people-count.ts'
import type {
  AffectedClass,
  ContingencyView,
  OutcomeGroup,
  SimulationView,
} from './view-simulation.ts'

/** `everybody`, or the classes with their numbers. */
export function classesText(group: OutcomeGroup, options: PeopleOptions): string {
  const people = group.classes.map((one) => one.people)
  if (group.isForAll) {
    return people.some((one) => one !== null)
      ? `everybody (${sumText(people, options)})`
      : 'everybody'
  }
  // A class that is known to be empty is told of nobody, unless there is no other.
  const peopled = group.classes.filter((one) => one.people !== 0)
  return (peopled.length === 0 ? group.classes : peopled)
    .map((one) =>
      one.people === null ? one.class : `${one.class} (${peopleText(one.people, options)})`,
    )
    .join(', ')
}

/** `support 11 people, sre <5 people`: whose work of this class stops. */
export function affectedText(affected: AffectedClass, options: PeopleOptions): string {
  const groups = affected.groups.map((one) => `${one.id} ${peopleText(one.people, options)}`)
  const people =
    affected.groups.length > 1
      ? sumText(
          affected.groups.map((one) => one.people),
          options,
        )
      : peopleText(affected.people, options)
  const inGroups = groups.length === 0 ? '' : ` (${groups.join(', ')})`
  return `${people} in ${count(affected.workflows, 'workflow')}${inGroups}`
}

/** `Served by qwen3@rack-7, ready at once; RTO 15m, MTPD 4h`. */
export function timeText(group: OutcomeGroup, workflow: SimulationWorkflow | undefined): string {
  const goals = goalsText(workflow)
  if (group.outcome === 'stops') return goals === '' ? '' : `How long it can wait: ${goals}`
  const options = workflow?.options ?? []
  const servers = group.servedBy.map((id) => {
    const option = options.find((one) => one.id === id)
    if (option?.rtoMs === undefined) return id
    if (option.rtoMs !== null) return `${id}, ready ${readyText(option.rtoMs)}`
    return option.kind === 'model' ? `${id}, ready at once` : `${id}, time until ready not stated`
  })
  const served = servers.length === 0 ? '' : `Served by ${servers.join('; ')}`
  return [served, goals].filter((part) => part !== '').join('; ')
}

function readyText(rtoMs: number): string {
  return rtoMs === 0 ? 'at once' : `in ${durationText(rtoMs)}`
}

/** What the organisation said of time: `RTO 15m, MTPD 4h`. */
function goalsText(workflow: SimulationWorkflow | undefined): string {
  const { rtoMs, mtpdMs } = workflow ?? {}
  if (rtoMs === null && mtpdMs === null) return 'neither RTO nor MTPD is stated'
  const named = [
    ['RTO', rtoMs],
    ['MTPD', mtpdMs],
  ] as const
  return named
    .flatMap(([name, value]) =>
      value === undefined
        ? []
        : [value === null ? `${name} not stated` : `${name} ${durationText(value)}`],
    )
    .join(', ')
}

export interface ReasonLine {
  readonly text: string
  /** `file:line` of each place, or the dependency of the register; empty for none. */
  readonly places: readonly string[]
  /** The first places in words; empty for none. */
  readonly place: string
}

const placesPerReasonMax = 3

/** Reasons in words, each once, with the places they go back to and the review of the rule behind them. */
export function reasonLines(reasons: readonly OutcomeReason[]): readonly ReasonLine[] {
  const placesOf = new Map<string, Set<string>>()
  for (const reason of reasons) {
    const { decision } = reason
    const rule =
      decision?.directive === null || decision?.directive === undefined
        ? ''
        : ` [${decision.directive}${decision.clause === null ? '' : `, ${decision.clause}`}; review: ${decision.review ?? 'unknown'}]`
    const text = `${reason.text}${rule}`
    const places = placesOf.get(text) ?? new Set()
    placesOf.set(text, places)
    const place = reason.place ?? reason.dependency
    if (place !== null) places.add(place)
  }
  return [...placesOf].map(([text, all]) => {
    const places = [...all]
    const left = places.length - placesPerReasonMax
    const shown = places.slice(0, placesPerReasonMax).join(', ')
    return { text, places, place: left > 0 ? `${shown} and ${count(left, 'more place')}` : shown }
  })
}

/** `2 workflows stop, 1 is at risk`; `nothing is new or worse`. */
export function tallyText(view: ContingencyView): string {
  const { stops, degraded } = view.workflowsBy
  const atRisk = view.workflowsBy['at-risk']
  const failsOver = view.workflowsBy['fails-over']
  const parts = [
    ...(stops > 0 ? [`${count(stops, 'workflow')} ${stops === 1 ? 'stops' : 'stop'}`] : []),
    ...(atRisk > 0 ? [`${atRisk} at risk`] : []),
    ...(degraded > 0 ? [`${degraded} degraded`] : []),
    ...(failsOver > 0 ? [`${failsOver} ${failsOver === 1 ? 'fails' : 'fail'} over`] : []),
  ]
  return parts.length === 0 ? 'nothing is new or worse' : parts.join(', ')
}

/** The whole answer in a few sentences. */
export function simulationHeadline(view: SimulationView): readonly string[] {
  const { simulation, contingencies } = view
  const { singlePointsOfFailure } = simulation.exposure
  const stopping = contingencies.filter((one) => one.workflowsBy.stops > 0)
  const [worst] = contingencies
  const alreadyStopped = new Set(
    view.before.filter((one) => one.outcome === 'stops').map((one) => one.workflow),
  )
  const critical = singlePointsOfFailure.filter(
    (one) => view.workflowOf(one.workflow)?.criticality === 'critical',
  )
  return [
    ...(alreadyStopped.size > 0
      ? [
          `Before anything is lost ${count(alreadyStopped.size, 'workflow')} ${alreadyStopped.size === 1 ? 'stops' : 'stop'} already for some people.`,
        ]
      : []),
    ...(contingencies.length === 1 && worst !== undefined
      ? [`Without ${worst.title}: ${tallyText(worst)}, of ${simulation.workflows.length}.`]
      : contingencies.length > 1 && worst !== undefined
        ? [
            `${count(stopping.length, 'contingency', 'contingencies')} of ${contingencies.length} ${stopping.length === 1 ? 'stops' : 'stop'} work. The worst is ${worst.title}: ${tallyText(worst)}, of ${simulation.workflows.length}.`,
          ]
        : []),
    `${count(singlePointsOfFailure.length, 'workflow')} ${singlePointsOfFailure.length === 1 ? 'has' : 'have'} a single point of failure${critical.length > 0 ? `; critical: ${critical.length}` : ''}.`,
  ]
}

/** `stops (before: degraded)`, `stops (by the rule alone: fails over)`. */
export function outcomeText(group: OutcomeGroup): string {
  const before = group.before === 'unaffected' ? '' : ` (before: ${outcomeWords[group.before]})`
  const alone =
    group.ruleAlone === null || group.ruleAlone === group.outcome
      ? ''
      : ` (by the rule alone: ${outcomeWords[group.ruleAlone]})`
  return `${outcomeWords[group.outcome]}${before}${alone}`
}

export function workflowText(view: SimulationView, id: string): string {
  const workflow = view.workflowOf(id)
  return workflow === undefined ? id : `${id} (${criticalityWords(workflow.criticality)})`
}

/** What the answer was made from. */
export function basisLines(simulation: Simulation): readonly string[] {
  const digest = (name: string, value: string | null): string =>
    value === null ? `no ${name}` : `${name} ${value.replace(/^sha256:/, '').slice(0, 12)}`
  return [
    `holdfast ${simulation.tool.version}; ${digest('holdfast.yaml', simulation.inputs.config)}; ${digest('register', simulation.inputs.register)}; for ${simulation.at}`,
  ]
}

/** `everybody` for all classes there are, else their names. */
export function forText(classes: readonly EligibilityClass[]): string {
  return classes.length >= EligibilityClass.options.length ? 'everybody' : classes.join(', ')
}

/** What the lists of outcomes leave out on purpose. */
export function newOrWorseLine(view: SimulationView): string {
  const areTogether = view.contingencies.some((one) => one.contingency.contingency.length > 1)
  return `Only what is new or worse than before, the worst first.${
    areTogether
      ? ' Of a sweep over losses together, only what is worse than under each of them alone.'
      : ''
  }`
}

/** People whose work stops without an element; no sum stands beside a part that is too small to be shown. */
export function stoppedText(
  exposure: ElementExposure,
  view: SimulationView,
  options: PeopleOptions,
): string {
  const hasSmallPart = exposure.workflowsStopped.some((id) =>
    Object.values(view.workflowOf(id)?.people ?? {}).some((people) => isSmall(people, options)),
  )
  return hasSmallPart ? 'not shown' : peopleText(exposure.peopleStopped, options)
}
