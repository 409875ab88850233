import { compareText } from '../../base/compare.ts'
import type { EligibilityClass } from '../../schema/holdfast-config.ts'
import { classes } from '../engine/outcome-words.ts'
import type { Permission } from '../contingency.ts'
import type { ElementId, Option, Portfolio } from '../portfolio.ts'
import type { ActionPricing } from './action-cost.ts'
import type { BroughtOption, CandidateAction, OptionPlace } from './candidate-action.ts'
import { remedyLimits } from './limits.ts'
import type { OfferedRoute } from './offered-routes.ts'

export interface CandidateInput {
  /** As it is. */
  readonly portfolio: Portfolio
  /** As it would be with all offered routes, built from the same configuration and with the same limits of data. */
  readonly extended: Portfolio
  readonly offered: readonly OfferedRoute[]
  readonly pricing: ActionPricing
  /** Directives of the target that ask for authorisations: what they say, and what they would say with all held. */
  readonly authorisable: readonly Authorisable[]
}

export interface Authorisable {
  readonly directive: string
  readonly permission: Permission
  readonly authorised: Permission
}

export interface Candidates {
  /** Sorted by id. */
  readonly actions: readonly CandidateAction[]
  readonly notices: readonly string[]
}

/** Everything that could be done, with its price. What has none is left out and told, once prices are stated at all. */
export function candidateActions(input: CandidateInput): Candidates {
  const notices = new Set<string>()
  const brought = broughtOptions(input, (text) => notices.add(text))
  const drafts = [
    ...routeActions(input, brought),
    ...qualifyActions(input, brought, reachableOptions(input)),
    ...authorisationActions(input),
    ...capacityActions(input),
  ]
  const unpriced = new Map<CandidateAction['kind'], number>()
  const actions = drafts.flatMap(({ subjects, ...draft }): CandidateAction[] => {
    const cost = input.pricing.costOf(draft.kind, subjects)
    if (cost !== null) return [{ ...draft, cost }]
    unpriced.set(draft.kind, (unpriced.get(draft.kind) ?? 0) + 1)
    return []
  })
  for (const [kind, count] of unpriced) {
    notices.add(
      `remedies.costs states no cost for ${count} ${count === 1 ? 'action' : 'actions'} of the kind ${kind}; a row without \`subject\` prices them all, and without one they are left out`,
    )
  }
  for (const subject of input.pricing.unusedSubjects()) {
    notices.add(`remedies.costs: ${subject} is the price of nothing that could be done here`)
  }
  return {
    actions: actions.toSorted((one, other) => compareText(one.id, other.id)),
    notices: [...notices].toSorted(compareText),
  }
}

/** An action before it has a price; `subjects` are the names a cost may call it by, the most specific first. */
type Draft = Omit<CandidateAction, 'cost'> & { readonly subjects: readonly string[] }

const changesNothing = { brings: [], qualifies: [], authorises: null, widens: null }

/** Options of the extended portfolio that run over offered routes, by route. What data limits exclude does not exist. */
function broughtOptions(
  { portfolio, extended, offered }: CandidateInput,
  notice: (text: string) => void,
): ReadonlyMap<string, readonly BroughtOption[]> {
  const offeredIds = new Set(offered.map(({ route }) => route.id))
  const byRoute = new Map<string, BroughtOption[]>()
  const workflows = new Map(extended.workflows.map((one) => [one.id, one]))
  let excluded = 0
  let count = 0
  for (const { id, needs } of portfolio.workflows) {
    for (const need of needs) {
      const seen = new Set<string>()
      const found = workflows.get(id)?.needs.find((one) => one.id === need.id)?.options ?? []
      for (const option of found) {
        if (option.route === null || !offeredIds.has(option.route) || seen.has(option.id)) continue
        seen.add(option.id)
        if (option.excluded !== null) excluded += 1
        if (option.excluded !== null || count >= remedyLimits.newOptionsMax) continue
        count += 1
        const list = byRoute.get(option.route) ?? []
        list.push({ workflow: id, need: need.id, option })
        byRoute.set(option.route, list)
      }
    }
  }
  if (excluded > 0) {
    notice(
      `${excluded} possible new options do not exist: the limits of the data forbid them, or nobody knows whether they keep to them`,
    )
  }
  if (count >= remedyLimits.newOptionsMax) {
    notice(`only the first ${count} possible new options were looked at`)
  }
  return byRoute
}

/**
 * Options over routes that are there already, which the work could list as fallbacks and does not: they cost a trial
 * and nothing else.
 */
function reachableOptions({
  portfolio,
  extended,
  offered,
}: CandidateInput): readonly BroughtOption[] {
  const offeredIds = new Set(offered.map(({ route }) => route.id))
  const workflows = new Map(extended.workflows.map((one) => [one.id, one]))
  const found: BroughtOption[] = []
  for (const { id, needs } of portfolio.workflows) {
    for (const need of needs) {
      const known = new Set(need.options.map((option) => option.id))
      const options = workflows.get(id)?.needs.find((one) => one.id === need.id)?.options ?? []
      for (const option of options) {
        const isNew =
          option.route !== null && !offeredIds.has(option.route) && !known.has(option.id)
        if (!isNew || option.excluded !== null || option.evidence !== 'unqualified') continue
        known.add(option.id)
        if (found.length < remedyLimits.newOptionsMax)
          found.push({ workflow: id, need: need.id, option })
      }
    }
  }
  return found
}

function routeActions(
  { offered }: CandidateInput,
  brought: ReadonlyMap<string, readonly BroughtOption[]>,
): readonly Draft[] {
  return offered.flatMap(({ kind, route, subject, name }): Draft[] => {
    const brings = brought.get(route.id) ?? []
    if (brings.length === 0) return []
    const models = Object.keys(route.models)
    const text =
      kind === 'route'
        ? `add a route to ${name} (${route.provider}) for ${listed(models)}`
        : `host the weights of ${name} (${subject}) on own machines${route.region === undefined ? '' : ` in ${route.region.toUpperCase()}`}`
    const elements = [...new Set(brings.flatMap(({ option }) => option.elements))].toSorted(
      bySpecificity,
    )
    const own = models.length === 1 ? models : []
    const id = kind === 'route' ? `route:${route.id}` : `host-weights:${subject}`
    const subjects = [...own, subject, subject.replace(/^provider:/, ''), ...elements]
    return [{ ...changesNothing, id, kind, subject, workflow: null, text, brings, subjects }]
  })
}

/** The nearer an element is to what is bought, the more specific a price for it. */
const specificity = [
  'model',
  'provider',
  'route',
  'hardware',
  'region',
  'vendor',
  'parent',
  'jurisdiction',
]

function bySpecificity(one: ElementId, other: ElementId): number {
  return rank(one) - rank(other) || compareText(one, other)
  function rank(element: ElementId): number {
    const found = specificity.indexOf(element.slice(0, element.indexOf(':')))
    return found < 0 ? specificity.length : found
  }
}

/** A trial, or for tools and people a trial or drill, of each option that nobody has shown to do the work. */
function qualifyActions(
  { portfolio }: CandidateInput,
  brought: ReadonlyMap<string, readonly BroughtOption[]>,
  reachable: readonly BroughtOption[],
): readonly Draft[] {
  interface Place {
    readonly option: Option
    readonly qualifies: OptionPlace[]
    readonly brings: BroughtOption[]
  }
  const places = new Map<string, Place>()
  function note(workflow: string, need: string, option: Option): Place | null {
    if (option.evidence !== 'unqualified' || option.excluded !== null) return null
    const key = `${workflow}\n${option.id}`
    const found: Place = places.get(key) ?? { option, qualifies: [], brings: [] }
    found.qualifies.push({ workflow, need, option: option.id })
    places.set(key, found)
    return found
  }
  for (const { id, needs } of portfolio.workflows) {
    for (const need of needs) for (const option of need.options.slice(1)) note(id, need.id, option)
  }
  for (const options of brought.values()) {
    for (const { workflow, need, option } of options) note(workflow, need, option)
  }
  for (const one of reachable) note(one.workflow, one.need, one.option)?.brings.push(one)
  return [...places.values()].map(({ option, qualifies, brings }): Draft => {
    const workflow = qualifies[0]?.workflow ?? ''
    const model = option.model === null ? [] : [option.model, `model:${option.model}`]
    const how = option.kind === 'manual' ? 'a drill' : 'a trial'
    const over = option.route === null ? '' : ` over ${option.route}`
    return {
      ...changesNothing,
      id: `qualify:${workflow}:${option.id}`,
      kind: 'qualify',
      subject: option.model ?? option.id,
      workflow,
      text: `qualify ${option.model ?? option.id}${over} for ${workflow} by ${how}${brings.length === 0 ? '' : ', and list it as a fallback'}`,
      qualifies,
      brings,
      subjects: [workflow, ...model, option.id, ...option.elements.toSorted(bySpecificity)],
    }
  })
}

/** Where the authority could let the organisation's authorised people use a model that a directive denies them. */
function authorisationActions({ extended, authorisable }: CandidateInput): readonly Draft[] {
  return authorisable.flatMap(({ directive, permission, authorised }) => {
    const models = new Set<string>()
    for (const workflow of extended.workflows) {
      for (const { options } of workflow.needs) {
        for (const option of options) {
          const { model } = option
          if (model === null || option.excluded !== null || models.has(model)) continue
          const frees = (one: EligibilityClass) =>
            permission(workflow, option, one)?.directive === directive &&
            authorised(workflow, option, one) === null
          if (classes.some(frees)) models.add(model)
        }
      }
    }
    return [...models].map((model): Draft => ({
      ...changesNothing,
      id: `authorisation:${directive}:${model}`,
      kind: 'authorisation',
      subject: `directive:${directive}`,
      workflow: null,
      text: `obtain an authorisation under ${directive} for ${model}`,
      authorises: { directive, model },
      subjects: [model, `model:${model}`, `directive:${directive}`, directive],
    }))
  })
}

function capacityActions({ portfolio }: CandidateInput): readonly Draft[] {
  const routes = [...new Set(portfolio.capacities.map(({ route }) => route))]
  return routes.map((route): Draft => {
    const options = portfolio.workflows.flatMap(({ needs }) =>
      needs.flatMap((need) => need.options.filter((option) => option.route === route)),
    )
    const elements = [...new Set(options.flatMap((option) => option.elements))]
    return {
      ...changesNothing,
      id: `capacity:${route}`,
      kind: 'capacity',
      subject: `route:${route}`,
      workflow: null,
      text: `give the route ${route} room for all work that may come to it`,
      widens: route,
      subjects: [`route:${route}`, route, ...elements.toSorted(bySpecificity)],
    }
  })
}

function listed(models: readonly string[]): string {
  const shown = models.slice(0, 3).join(', ')
  return models.length > 3 ? `${shown} and ${models.length - 3} more` : shown
}
