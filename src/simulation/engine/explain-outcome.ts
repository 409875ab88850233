import type { OutcomeReason } from '../../schema/simulation.ts'
import type { Contingency } from '../contingency.ts'
import { simulationLimits } from '../limits.ts'
import type { ElementId, Need, Option, PortfolioWorkflow } from '../portfolio.ts'
import type { CompiledPortfolio } from './compiled-portfolio.ts'
import type { Judgement } from './judge-workflows.ts'
import { measures, optionStanding, readyAfterMs, shareCarried } from './option-standing.ts'
import { classCount, classes, stops, unaffected } from './outcome-words.ts'
import type { PermissionAnswers } from './permission-answers.ts'
import { noRoom, partOfRoom, shedForCritical } from './route-room.ts'
import type { Situation } from './situation.ts'

/** What is needed to say why. */
export interface Explaining {
  readonly portfolio: CompiledPortfolio
  readonly contingency: Contingency
  readonly situation: Situation
  readonly answers: PermissionAnswers
  readonly served: Int32Array
  readonly judgement: Judgement
  /** Of a lost element what was asked for that took it, when it was not asked for itself. */
  readonly takenBy: ReadonlyMap<ElementId, ElementId>
  readonly elementNames: ReadonlyMap<ElementId, string>
}

interface ExplainedNeed {
  readonly workflow: PortfolioWorkflow
  readonly need: Need
  readonly number: number
  /** Index of the class. */
  readonly one: number
}

type ReasonParts = Pick<OutcomeReason, 'code' | 'text'> & Partial<OutcomeReason>

/** Why a workflow has its word for a class: first what is lost, then what does not help, then what takes over. */
export function explainOutcome(
  explaining: Explaining,
  number: number,
  one: number,
): readonly OutcomeReason[] {
  const { portfolio, judgement, situation } = explaining
  const workflow = portfolio.portfolio.workflows[number]
  if (workflow === undefined) return []
  const reasons: OutcomeReason[] = []
  if ((situation.lostClasses & (1 << one)) !== 0) reasons.push(classLost(explaining, one))
  for (const [index, need] of workflow.needs.entries()) {
    const place = (portfolio.firstNeed[number] ?? 0) + index
    const explained = { workflow, need, number: place, one }
    reasons.push(...explainNeed(explaining, explained))
  }
  if (judgement.shortOfStaff[number] === 1)
    reasons.push(belowMinStaff(explaining, workflow, number))
  return reasons
}

function explainNeed(explaining: Explaining, explained: ExplainedNeed): readonly OutcomeReason[] {
  const { judgement, served, portfolio } = explaining
  const { need, number, one } = explained
  const place = number * classCount + one
  const word = judgement.needWords[place] ?? stops
  const unknown =
    need.unknown === null
      ? []
      : reasonsAt(need, 1, {
          code: 'model-unknown',
          text: `the model of \`${need.id}\` is not known: ${need.unknown}`,
        })
  if (word === unaffected) return unknown
  const first = portfolio.firstOption[number] ?? 0
  const chosen = judgement.chosen[place] ?? -1
  const before = served[place] ?? -1
  const reasons: OutcomeReason[] = []
  for (const index of orderOfTelling(need, before - first)) {
    const option = need.options[index]
    if (option === undefined || first + index === chosen) continue
    if (first + index !== before && chosen >= 0 && !isTold(explaining, explained, index)) continue
    reasons.push(...whyNot(explaining, explained, option, first + index === before))
  }
  const serving = chosen < 0 ? undefined : need.options[chosen - first]
  if (serving === undefined) reasons.push(noOption(need))
  else reasons.push(...servedBy(explaining, explained, serving, chosen === before))
  return [...reasons, ...unknown]
}

/** The option that served before is told of first. */
function orderOfTelling(need: Need, before: number): readonly number[] {
  const all = need.options.map((_, index) => index)
  return before < 0 ? all : [before, ...all.filter((index) => index !== before)]
}

/** An option beside the one that takes over is worth a word when it stands before it in the file. */
function isTold(
  { judgement, portfolio }: Explaining,
  { number, one }: ExplainedNeed,
  index: number,
): boolean {
  const chosen = judgement.chosen[number * classCount + one] ?? -1
  return (portfolio.firstOption[number] ?? 0) + index < chosen
}

/** Why an option does not serve; nothing when it merely is no better than the one that does. */
function whyNot(
  explaining: Explaining,
  explained: ExplainedNeed,
  option: Option,
  isBefore: boolean,
): readonly OutcomeReason[] {
  const { need, workflow } = explained
  if (option.excluded !== null) {
    const text = `\`${option.id}\` is ruled out by a limit of the data: ${option.excluded}`
    return reasonsAt(need, 1, { code: 'not-permitted', option: option.id, text })
  }
  const lost = lostReasons(explaining, explained, option, isBefore)
  if (lost.length > 0) return lost
  const denied = deniedReason(explaining, explained, option)
  if (denied.length > 0) return denied
  const full = roomReason(explaining, explained, option, isBefore)
  if (full.length > 0) return full
  const standing = optionStanding(workflow, option)
  if (standing.kind === 'counts' || isBefore) return []
  return reasonsAt(need, 1, {
    code: standing.code,
    option: option.id,
    text: standingText(workflow, option, standing.code),
  })
}

function lostReasons(
  { portfolio, situation, contingency, takenBy, elementNames }: Explaining,
  { need }: ExplainedNeed,
  option: Option,
  isBefore: boolean,
): readonly OutcomeReason[] {
  const withdrawn = new Set(contingency.withdrawn ?? [])
  const lost = option.elements.filter(
    (id) => situation.lost[portfolio.elementNumber.get(id) ?? -1] === 1,
  )
  return lost.flatMap((element, index) => {
    const places = isBefore && index === 0 ? simulationLimits.placesPerNeedMax : 1
    const isWithdrawn = withdrawn.has(element) && !contingency.elements.includes(element)
    const name = elementNames.get(element) ?? element
    const taker = takenBy.get(element)
    const withWhat = taker === undefined ? '' : `, with \`${taker}\``
    return reasonsAt(need, places, {
      code: isWithdrawn ? 'withdrawn' : 'element-lost',
      option: option.id,
      element,
      text: isWithdrawn
        ? `\`${option.id}\` is gone: the vendor has withdrawn ${name} for everybody`
        : `\`${option.id}\` is gone: it needs \`${element}\`, which is lost${withWhat}`,
    })
  })
}

function deniedReason(
  { answers, situation, portfolio }: Explaining,
  { workflow, need, number, one }: ExplainedNeed,
  option: Option,
): readonly OutcomeReason[] {
  const index = (portfolio.firstOption[number] ?? 0) + need.options.indexOf(option)
  const name = classes[one]
  if (((situation.gone[index] ?? 0) & (1 << one)) === 0 || name === undefined) return []
  const decision = answers.reasonsFor(workflow, option)[one] ?? null
  const text = `\`${option.id}\` is not permitted to \`${name}\`${decision === null ? '' : `: ${decision.text}`}`
  return reasonsAt(need, simulationLimits.placesPerNeedMax, {
    code: 'not-permitted',
    option: option.id,
    decision,
    text,
  })
}

function roomReason(
  { judgement, portfolio }: Explaining,
  { need, number, workflow }: ExplainedNeed,
  option: Option,
  isBefore: boolean,
): readonly OutcomeReason[] {
  const index = (portfolio.firstOption[number] ?? 0) + need.options.indexOf(option)
  const answer = judgement.room[index] ?? 0
  if (answer === partOfRoom && isBefore) return [partOfRoomReason(workflow, need, option)]
  if (answer < noRoom) return []
  const route = `route \`${option.route ?? ''}\``
  return answer === shedForCritical
    ? reasonsAt(need, 1, {
        code: 'shed-for-critical',
        option: option.id,
        text: `\`${option.id}\` has no room: more critical work takes the capacity of ${route}`,
      })
    : reasonsAt(need, 1, {
        code: 'capacity-short',
        option: option.id,
        text: `\`${option.id}\` has no room: the capacity of ${route} is taken`,
      })
}

function standingText(
  workflow: PortfolioWorkflow,
  option: Option,
  code: 'requires-qualified' | 'mtpd-exceeded' | 'below-mbco',
): string {
  switch (code) {
    case 'requires-qualified':
      return `\`${option.id}\` does not count: the workflow requires a qualified option, and nothing shows that this one can do the work`
    case 'mtpd-exceeded':
      return `\`${option.id}\` does not count: it is ready after ${duration(readyAfterMs(option))}, the work can be without it for ${duration(workflow.mtpdMs)}`
    case 'below-mbco':
      return `\`${option.id}\` does not count: it carries ${percent(shareCarried(option.capacity, workflow.load))} of the load, the least is ${percent(workflow.mbcoCapacity ?? 0)}`
  }
}

/** What takes over, and what is wrong with it. */
function servedBy(
  explaining: Explaining,
  explained: ExplainedNeed,
  option: Option,
  isBefore: boolean,
): readonly OutcomeReason[] {
  const { need, workflow, number } = explained
  const { judgement, portfolio } = explaining
  const id = option.id
  const index = (portfolio.firstOption[number] ?? 0) + need.options.indexOf(option)
  const texts: ReasonParts[] = []
  if (!isBefore) {
    texts.push({ code: 'served-by', text: `\`${id}\` takes over` })
    if (option.evidence === 'unqualified') {
      texts.push({ code: 'unqualified', text: `nothing shows that \`${id}\` can do this work` })
    }
    texts.push(...timeReasons(workflow, option), ...capacityReasons(explaining, workflow, option))
  }
  const reasons = texts.flatMap((parts) => reasonsAt(need, 1, { option: id, ...parts }))
  const isPart = judgement.room[index] === partOfRoom
  return isPart ? [...reasons, partOfRoomReason(workflow, need, option)] : reasons
}

function partOfRoomReason(workflow: PortfolioWorkflow, need: Need, option: Option): OutcomeReason {
  const text = `route \`${option.route ?? ''}\` has room for part of the load of \`${workflow.id}\` only`
  return reason(need, 0, { code: 'capacity-short', option: option.id, text })
}

function timeReasons(workflow: PortfolioWorkflow, option: Option): readonly ReasonParts[] {
  const readyMs = readyAfterMs(option)
  if (readyMs === null) {
    return [{ code: 'duration-unknown', text: `how soon \`${option.id}\` is ready is not stated` }]
  }
  if (readyMs === 0) return []
  const reasons: ReasonParts[] = []
  if (workflow.rtoMs !== null && readyMs > workflow.rtoMs) {
    const text = `\`${option.id}\` is ready after ${duration(readyMs)}, the recovery time objective is ${duration(workflow.rtoMs)}`
    reasons.push({ code: 'rto-missed', text })
  }
  if (workflow.mtpdMs === null) {
    const text = `\`${option.id}\` is ready after ${duration(readyMs)}; how long the work can be without it is not stated`
    reasons.push({ code: 'duration-unknown', text })
  }
  return reasons
}

function capacityReasons(
  { portfolio }: Explaining,
  workflow: PortfolioWorkflow,
  option: Option,
): readonly ReasonParts[] {
  const share = shareCarried(option.capacity, workflow.load)
  if (share < 1) {
    return [
      { code: 'capacity-short', text: `\`${option.id}\` carries ${percent(share)} of the load` },
    ]
  }
  const stated = [
    ...(option.capacity === null ? [] : [option.capacity]),
    ...portfolio.portfolio.capacities
      .filter(({ route }) => route === option.route)
      .map(({ capacity }) => capacity),
  ]
  const asked = measures.filter((measure) => workflow.load[measure] !== null)
  const isKnown = asked.some((measure) => stated.some((capacity) => capacity[measure] !== null))
  if (asked.length === 0 || isKnown) return []
  return [{ code: 'capacity-unknown', text: `how much \`${option.id}\` carries is not stated` }]
}

function noOption(need: Need): OutcomeReason {
  return reason(need, 0, { code: 'no-option', text: `nothing is left that serves \`${need.id}\`` })
}

function classLost({ portfolio, takenBy }: Explaining, one: number): OutcomeReason {
  const element = portfolio.elements[portfolio.classElements[one] ?? -1] ?? null
  const taker = element === null ? undefined : takenBy.get(element)
  return {
    ...empty,
    code: 'class-lost',
    element,
    text: `people of class \`${classes[one] ?? ''}\` lose access to everything${taker === undefined ? '' : `, with \`${taker}\``}`,
  }
}

/** How many are left is told of before the rule was applied, which stops everybody. */
function belowMinStaff(
  { judgement, portfolio, situation }: Explaining,
  workflow: PortfolioWorkflow,
  number: number,
): OutcomeReason {
  const from = portfolio.firstNeed[number] ?? 0
  let people = 0
  const stopped: string[] = []
  for (const [one, name] of classes.entries()) {
    const isLost = (situation.lostClasses & (1 << one)) !== 0
    const isServed = workflow.needs.every(
      (_, index) => (judgement.needWords[(from + index) * classCount + one] ?? stops) < stops,
    )
    const count = workflow.headcount?.[name] ?? 0
    if (isServed && !isLost) people += count
    else if (count > 0) stopped.push(`\`${name}\``)
  }
  const without = stopped.length === 0 ? '' : ` without ${stopped.join(', ')}`
  const text = `${people} people may still work${without}, \`${workflow.id}\` needs ${workflow.minStaff ?? 0}`
  return { ...empty, code: 'below-min-staff', text }
}

const empty = {
  need: null,
  option: null,
  element: null,
  dependency: null,
  place: null,
  decision: null,
} as const

/** A reason for each place where the audit saw the need, at least one, at most so many. */
function reasonsAt(need: Need, most: number, parts: ReasonParts): readonly OutcomeReason[] {
  const count = Math.max(1, Math.min(most, need.places.length))
  const reasons = Array.from({ length: count }, (_, index) => reason(need, index, parts))
  const more = need.places.length - count
  const last = reasons.at(-1)
  if (most === 1 || more <= 0 || last === undefined) return reasons
  return [...reasons.slice(0, -1), { ...last, text: `${last.text} (and ${more} more places)` }]
}

function reason(need: Need, index: number, parts: ReasonParts): OutcomeReason {
  const place = need.places[index]
  return {
    ...empty,
    need: need.id,
    dependency: place?.dependency ?? null,
    place: place === undefined ? null : `${place.path}:${place.line}`,
    ...parts,
  }
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const

function duration(ms: number | null): string {
  const value = ms ?? 0
  for (const [unit, size] of units)
    if (value >= size && value % size === 0) return `${value / size}${unit}`
  return `${value}ms`
}
