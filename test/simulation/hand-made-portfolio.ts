import type { EligibilityClass } from '../../src/schema/holdfast-config.ts'
import type { WorkflowOutcome } from '../../src/schema/simulation.ts'
import type {
  Element,
  Load,
  Need,
  Option,
  Portfolio,
  PortfolioWorkflow,
  SharedCapacity,
} from '../../src/simulation/portfolio.ts'

/** Small portfolios written by hand: everything that a test does not speak of is absent. */

export const unstated: Load = { concurrent: null, requestsPerMinute: null, tokensPerMinute: null }

export function concurrent(count: number): Load {
  return { ...unstated, concurrent: count }
}

/** `model@route` with the elements given; qualified unless the test says otherwise. */
export function modelOption(
  id: string,
  elements: readonly string[],
  rest: Partial<Option> = {},
): Option {
  const [model, route] = id.split('@')
  return {
    id,
    kind: 'model',
    model: model ?? id,
    route: route ?? null,
    provider: null,
    elements,
    evidence: 'qualified',
    rtoMs: null,
    capacity: null,
    excluded: null,
    ...rest,
  }
}

export function manualOption(id: string, rest: Partial<Option> = {}): Option {
  return { ...modelOption(id, []), kind: 'manual', model: null, route: null, ...rest }
}

export function need(options: readonly Option[], rest: Partial<Need> = {}): Need {
  return { id: options[0]?.model ?? 'need', options, places: [], unknown: null, ...rest }
}

export function workflow(
  id: string,
  needs: readonly Need[],
  rest: Partial<PortfolioWorkflow> = {},
): PortfolioWorkflow {
  return {
    id,
    task: 'other',
    source: 'configuration',
    criticality: null,
    owner: null,
    mtpdMs: null,
    rtoMs: null,
    mbcoCapacity: null,
    load: unstated,
    requireQualified: false,
    headcount: null,
    groups: [],
    minStaff: null,
    needs,
    ...rest,
  }
}

/** A workflow of one need. */
export function work(
  id: string,
  options: readonly Option[],
  rest: Partial<PortfolioWorkflow> = {},
): PortfolioWorkflow {
  return workflow(id, [need(options)], rest)
}

export function portfolio(
  workflows: readonly PortfolioWorkflow[],
  rest: {
    readonly elements?: readonly Element[]
    readonly capacities?: readonly SharedCapacity[]
  } = {},
): Portfolio {
  return { workflows, elements: rest.elements ?? [], capacities: rest.capacities ?? [] }
}

export function commonCause(id: string, takes: readonly string[]): Element {
  return { id: `common-cause:${id}`, name: id, takes }
}

export function people(
  notForeign: number,
  authorised: number,
  notAuthorised: number,
  undetermined: number,
): Readonly<Record<EligibilityClass, number>> {
  return {
    'not-foreign-person': notForeign,
    'foreign-person-authorised': authorised,
    'foreign-person-not-authorised': notAuthorised,
    undetermined,
  }
}

/** `workflow outcome` by workflow where all classes agree, else `workflow class:outcome …`. */
export function told(outcomes: readonly WorkflowOutcome[]): readonly string[] {
  const byWorkflow = Map.groupBy(outcomes, ({ workflow }) => workflow)
  return [...byWorkflow].map(([id, all]) => {
    const words = new Set(all.map(({ outcome }) => outcome))
    if (words.size === 1) return `${id} ${[...words].join('')}`
    return `${id} ${all.map((one) => `${one.class}:${one.outcome}`).join(' ')}`
  })
}

/** `code option element` of the reasons of one workflow for one class. */
export function reasonsOf(
  outcomes: readonly WorkflowOutcome[],
  id: string,
  eligibilityClass: EligibilityClass = 'not-foreign-person',
): readonly string[] {
  const outcome = outcomes.find((one) => one.workflow === id && one.class === eligibilityClass)
  return (outcome?.reasons ?? []).map(({ code, option, element }) =>
    [code, option, element].filter((part) => part !== null).join(' '),
  )
}
