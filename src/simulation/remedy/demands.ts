import { optionStanding } from '../engine/option-standing.ts'
import { atRisk, classes } from '../engine/outcome-words.ts'
import type { EligibilityClass } from '../../schema/holdfast-config.ts'
import { criticalityWeights, type Need, type Option, type PortfolioWorkflow } from '../portfolio.ts'
import { type CandidateAction, placeKey } from './candidate-action.ts'
import { type ElementIndex, killersOf } from './element-index.ts'
import { type Front, lostIn, permissionUnder } from './front.ts'
import type { RemedyTarget } from './remedy-target.ts'

/** An option that is there or could be, as far as one demand is concerned. */
export interface PossibleOption {
  readonly id: string
  /** Numbers of the actions that it takes, sorted; empty: it counts today. */
  readonly requires: readonly number[]
  /** Numbers of the elements whose loss ends it, sorted. */
  readonly killers: readonly number[]
}

/** What must hold: one need of one workflow keeps an option, for one class, whatever the front takes away. */
export interface Demand {
  readonly workflow: PortfolioWorkflow
  readonly weight: number
  readonly class: EligibilityClass
  readonly need: string
  readonly front: Front
  readonly options: readonly PossibleOption[]
  /** Elements that take the class itself with them: what they stop for it, no option can mend. */
  readonly classKillers: ReadonlySet<number>
}

export interface TargetedFront {
  readonly target: RemedyTarget
  readonly front: Front
}

interface ActionIndex {
  readonly bringers: ReadonlyMap<string, number>
  readonly qualifiers: ReadonlyMap<string, number>
  readonly authorisers: ReadonlyMap<string, number>
  /** New options by workflow and need. */
  readonly brought: ReadonlyMap<string, readonly Option[]>
}

function indexActions(actions: readonly CandidateAction[]): ActionIndex {
  const bringers = new Map<string, number>()
  const qualifiers = new Map<string, number>()
  const authorisers = new Map<string, number>()
  const brought = new Map<string, Option[]>()
  for (const [number, action] of actions.entries()) {
    for (const { workflow, need, option } of action.brings) {
      bringers.set(placeKey({ workflow, need, option: option.id }), number)
      const key = `${workflow}\n${need}`
      const list = brought.get(key) ?? []
      list.push(option)
      brought.set(key, list)
    }
    for (const place of action.qualifies) qualifiers.set(placeKey(place), number)
    if (action.authorises !== null) {
      authorisers.set(`${action.authorises.directive}\n${action.authorises.model}`, number)
    }
  }
  return { bringers, qualifiers, authorisers, brought }
}

export function isTargeted(target: RemedyTarget, workflow: PortfolioWorkflow): boolean {
  if (target.workflow !== null && target.workflow !== workflow.id) return false
  return target.criticality === 'any' || target.criticality === criticalityOf(workflow)
}

function criticalityOf(workflow: PortfolioWorkflow): keyof typeof criticalityWeights {
  return workflow.criticality ?? 'supporting'
}

/** Classes that somebody belongs to; all where nobody counted. */
export function concernedClasses(workflow: PortfolioWorkflow): readonly EligibilityClass[] {
  const { headcount } = workflow
  if (headcount === null) return classes
  const peopled = classes.filter((one) => headcount[one] > 0)
  return peopled.length === 0 ? classes : peopled
}

export function demandsOf(
  workflows: readonly PortfolioWorkflow[],
  fronts: readonly TargetedFront[],
  actions: readonly CandidateAction[],
  elements: ElementIndex,
): readonly Demand[] {
  const index = indexActions(actions)
  const killersOfClass = new Map(classes.map((one) => [one, takersOfClass(elements, one)]))
  return fronts.flatMap(({ target, front }) =>
    workflows
      .filter((workflow) => isTargeted(target, workflow))
      .flatMap((workflow) =>
        workflow.needs.flatMap((need) => demandsOfNeed({ workflow, need, target, front })),
      ),
  )

  function demandsOfNeed(about: Omit<Asked, 'eligibilityClass'>): readonly Demand[] {
    const { workflow, need, front } = about
    const demands = new Map<string, Demand>()
    for (const eligibilityClass of concernedClasses(workflow)) {
      const options = possibleOptions({ ...about, eligibilityClass }, index, elements)
      const classKillers = killersOfClass.get(eligibilityClass) ?? new Set()
      // Classes that nothing tells apart ask for the same, and are asked about once.
      const told = options.map(({ id, requires }) => `${id} ${requires.join('+')}`)
      const key = `${[...classKillers].join()}\n${told.join('\n')}`
      if (demands.has(key)) continue
      const weight = criticalityWeights[criticalityOf(workflow)]
      const one = { workflow, weight, class: eligibilityClass, need: need.id, front }
      demands.set(key, { ...one, options, classKillers })
    }
    return [...demands.values()]
  }
}

/** Elements, apart from the class itself, that take it. */
export function takersOfClass(
  elements: ElementIndex,
  eligibilityClass: EligibilityClass,
): ReadonlySet<number> {
  const own = elements.numberOf.get(`class:${eligibilityClass}`)
  return new Set(killersOf(elements, [`class:${eligibilityClass}`]).filter((one) => one !== own))
}

interface Asked {
  readonly workflow: PortfolioWorkflow
  readonly need: Need
  readonly target: RemedyTarget
  readonly front: Front
  readonly eligibilityClass: EligibilityClass
}

function possibleOptions(
  asked: Asked,
  index: ActionIndex,
  elements: ElementIndex,
): readonly PossibleOption[] {
  const { workflow, need, front } = asked
  const lost = new Set(lostNumbers(front.before, elements))
  const brought = index.brought.get(`${workflow.id}\n${need.id}`) ?? []
  const possible: PossibleOption[] = []
  for (const [order, option] of [...need.options, ...brought].entries()) {
    const isNew = order >= need.options.length
    const requires = requirementsOf(asked, option, isNew ? 'new' : order === 0 ? 'first' : 'later')
    if (requires === null) continue
    const killers = killersOf(elements, option.elements)
    if (front.kind === 'any' && killers.some((one) => lost.has(one))) continue
    possible.push({ id: option.id, requires, killers })
  }
  return possible

  function requirementsOf(
    { front, eligibilityClass }: Asked,
    option: Option,
    place: 'first' | 'later' | 'new',
  ): readonly number[] | null {
    if (option.excluded !== null) return null
    const key = placeKey({ workflow: workflow.id, need: need.id, option: option.id })
    const requires = new Set<number>()
    if (place === 'new') {
      const bringer = index.bringers.get(key)
      if (bringer === undefined) return null
      requires.add(bringer)
    }
    if (mustBeQualified(asked, option, place)) {
      const qualifier = index.qualifiers.get(key)
      if (qualifier === undefined) return null
      requires.add(qualifier)
    }
    if (place !== 'first' && !canCount(workflow, option)) return null
    const denial = permissionUnder(front)?.(workflow, option, eligibilityClass) ?? null
    if (denial !== null && option.kind === 'model') {
      if (front.authorised?.(workflow, option, eligibilityClass) !== null) return null
      const authoriser = index.authorisers.get(`${denial.directive}\n${option.model}`)
      if (authoriser === undefined) return null
      requires.add(authoriser)
    }
    return [...requires].toSorted((one, other) => one - other)
  }
}

/** Whether an option counts only once a trial has shown that it can do the work. */
function mustBeQualified(
  { workflow, need, target, front, eligibilityClass }: Asked,
  option: Option,
  place: 'first' | 'later' | 'new',
): boolean {
  if (option.evidence !== 'unqualified' || place === 'first') return false
  if (place === 'new' || workflow.requireQualified) return true
  if (target.word === 'stops') return false
  // It may be what serves today, and what serves today is `unaffected`; the engine has the last word on that.
  const [first] = need.options
  const lostBefore = new Set(lostIn(front.before))
  const servesFirst =
    first !== undefined &&
    first.excluded === null &&
    !first.elements.some((element) => lostBefore.has(element)) &&
    (front.before.permission?.(workflow, first, eligibilityClass) ?? null) === null
  return servesFirst
}

/** With a valid trial at least, which says nothing of time and capacity. */
function canCount(workflow: PortfolioWorkflow, option: Option): boolean {
  const evidence = option.evidence === 'unqualified' ? 'qualified' : option.evidence
  const standing = optionStanding(workflow, { ...option, evidence })
  return standing.kind === 'counts' && standing.word < atRisk
}

export function lostNumbers(
  contingency: Front['before'],
  elements: ElementIndex,
): readonly number[] {
  return lostIn(contingency)
    .flatMap((id) => elements.numberOf.get(id) ?? [])
    .toSorted((one, other) => one - other)
}
