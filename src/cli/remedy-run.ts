import { Fault } from '../base/fault.ts'
import { suggestNames } from '../catalogue/index.ts'
import { type DirectiveState, directiveStateAt, widestInstantOf } from '../policy/index.ts'
import type { Directive } from '../schema/directive.ts'
import type { HoldfastConfig } from '../schema/holdfast-config.ts'
import type { RemedyPlan, Simulation } from '../schema/simulation.ts'
import {
  actionPricing,
  type Authorisable,
  buildPortfolio,
  candidateActions,
  type Contingency,
  isTargeted,
  offeredModels,
  type OfferedRoute,
  offeredRoutes,
  parseTarget,
  planRemedies,
  type Portfolio,
  type RemedySolver,
  type RemedyTarget,
  type TargetedFront,
  withOfferedRoutes,
} from '../simulation/index.ts'
import { readContingency } from './simulate-elements.ts'
import type { SimulationInputs } from './simulate-inputs.ts'
import { type HeldPortfolio, holdPortfolio, runSimulation } from './simulate-run.ts'

/** What `holdfast remedy` was asked. */
export interface AskedRemedy {
  readonly targets: readonly string[]
  /** Each adds a target: no critical workflow stops under it. */
  readonly directives: readonly string[]
  readonly budget: number | null
  readonly timeLimitMs: number
  /** False: a directive of the target is read at its widest. */
  readonly isAtGiven: boolean
  readonly solver: RemedySolver
  readonly now: () => number
}

/** The simulation of what the targets speak of, with the plan among its remedial actions. */
export async function runRemedy(inputs: SimulationInputs, asked: AskedRemedy): Promise<Simulation> {
  const targets = await readTargets(inputs, asked)
  const directives = [
    ...new Map(targets.flatMap(({ directives: all }) => all).map((one) => [one.id, one])).values(),
  ]
  const simulation = await runSimulation(inputs, {
    without: [],
    directives: [...new Set(targets.flatMap(({ names }) => names))],
    isEach: true,
    isAll: false,
    depth: targets.some(({ target }) => isPairwise(target)) ? 2 : 1,
    isAtGiven: asked.isAtGiven,
    classes: [],
  })
  const { plan, notices } = await planFor(inputs, asked, targets, directives)
  return {
    ...simulation,
    notices: [...new Set([...simulation.notices, ...notices])],
    remedialActions: [plan],
  }
}

function isPairwise({ under }: RemedyTarget): boolean {
  return under.kind === 'any' && under.depth === 2
}

interface ReadTarget {
  readonly target: RemedyTarget
  /** Of a contingency: its elements, in their one spelling, without directives. */
  readonly elements: readonly string[]
  readonly directives: readonly Directive[]
  /** The same as they were asked for: by id or by file. */
  readonly names: readonly string[]
}

async function readTargets(
  inputs: SimulationInputs,
  { targets, directives }: AskedRemedy,
): Promise<readonly ReadTarget[]> {
  const read: ReadTarget[] = []
  for (const text of targets) {
    const target = parseTarget(text)
    checkWorkflow(target, inputs.portfolio)
    if (target.under.kind === 'any') {
      read.push({ target, elements: [], directives: [], names: [] })
      continue
    }
    const found = await readContingency(target.under.elements, [], inputs)
    read.push({ target, ...found, names: found.directives.map(({ id }) => id) })
  }
  for (const name of directives) {
    const found = await readContingency([], [name], inputs)
    const [directive] = found.directives
    const target = parseTarget(
      `no critical workflow stops under directive:${directive?.id ?? name}`,
    )
    read.push({ target, ...found, names: [name] })
  }
  return [...new Map(read.map((one) => [one.target.text, one])).values()]
}

function checkWorkflow({ workflow, text }: RemedyTarget, { workflows }: Portfolio): void {
  if (workflow === null || workflows.some(({ id }) => id === workflow)) return
  const near = suggestNames(
    workflow,
    workflows.map(({ id }) => id),
  )
  throw new Fault('HF_TARGET_INVALID', `the target \`${text}\` names no workflow that there is`, {
    expected: 'the id of a workflow of holdfast.yaml or of the register',
    advice:
      near.length > 0
        ? `did you mean ${near.map((id) => `\`${id}\``).join(' or ')}?`
        : 'leave the id out for all workflows of a criticality',
  })
}

interface Planned {
  readonly plan: RemedyPlan
  readonly notices: readonly string[]
}

async function planFor(
  inputs: SimulationInputs,
  asked: AskedRemedy,
  targets: readonly ReadTarget[],
  directives: readonly Directive[],
): Promise<Planned> {
  const stateOf = (directive: Directive) =>
    directiveStateAt(directive, asked.isAtGiven ? inputs.at : widestInstantOf(directive))
  const states = directives.map(stateOf)
  const pricing = actionPricing(inputs.config?.remedies)
  const now = holdPortfolio(inputs, states)
  const offer = offerOf(inputs, now.portfolio, pricing)
  const extended = holdPortfolio(offer.inputs, states)
  const portfolio = { ...now.portfolio, elements: extended.portfolio.elements }
  const authorisable = authorisables(offer.inputs, extended, states)
  const { actions, notices } = candidateActions({
    portfolio,
    extended: extended.portfolio,
    offered: offer.routes,
    pricing,
    authorisable,
  })
  const plan = await planRemedies({
    portfolio,
    actions,
    targets: targets.map((one) => frontOf(one, extended, stateOf, authorisable)),
    budget: asked.budget,
    currency: pricing.currency,
    horizonMonths: pricing.horizonMonths,
    solver: asked.solver,
    timeLimitMs: asked.timeLimitMs,
    now: asked.now,
  })
  const empty = targets
    .filter(({ target }) => !portfolio.workflows.some((one) => isTargeted(target, one)))
    .map(({ target }) => `no workflow is meant by "${target.text}", so it holds`)
  return { plan, notices: [...notices, ...(plan.notices ?? []), ...empty] }
}

interface Offer {
  /** With every offered route as if it stood in holdfast.yaml. */
  readonly inputs: SimulationInputs
  readonly routes: readonly OfferedRoute[]
}

function offerOf(
  inputs: SimulationInputs,
  portfolio: Portfolio,
  pricing: ReturnType<typeof actionPricing>,
): Offer {
  const { config, catalogue, at } = inputs
  const options = portfolio.workflows.flatMap(({ needs }) => needs.flatMap((need) => need.options))
  const ownModels = new Set(
    portfolio.workflows.flatMap(({ needs }) =>
      needs.flatMap((need) => need.options[0]?.model ?? []),
    ),
  )
  const usedProviders = new Set(options.flatMap(({ provider }) => provider ?? []))
  const isPoolWanted = pricing.hasGeneral('route') || pricing.hasGeneral('host-weights')
  const models = offeredModels({ config, catalogue, ownModels, isPoolWanted, at })
  const routes = offeredRoutes({ config, catalogue, ownModels, usedProviders, models, pricing })
  const extendedConfig = withOfferedRoutes(
    config,
    inputs.organisation,
    portfolio.workflows,
    routes,
    new Set([...models.named, ...models.pool]),
  )
  return { inputs: withConfig(inputs, extendedConfig), routes }
}

/** Trials of routes that are not there cannot have been made, so verdicts play no part. */
function withConfig(inputs: SimulationInputs, config: HoldfastConfig): SimulationInputs {
  const { register, catalogue, resolver, countryOf, at } = inputs
  const { portfolio } = buildPortfolio({
    config,
    register,
    catalogue,
    resolver,
    verdicts: [],
    regionJurisdiction: countryOf,
    at,
  })
  return { ...inputs, config, portfolio }
}

/** What each directive would say if the organisation held an authorisation under it for every model. */
function authorisables(
  inputs: SimulationInputs,
  extended: HeldPortfolio,
  states: readonly DirectiveState[],
): readonly Authorisable[] {
  return states.flatMap((state) => {
    const permission = extended.permissionUnder([state])
    const { config } = inputs
    if (permission === undefined || config === null) return []
    if (state.directive.effect !== 'require-authorisation') return []
    const models = new Set(
      inputs.portfolio.workflows.flatMap(({ needs }) =>
        needs.flatMap((need) => need.options.flatMap(({ model }) => model ?? [])),
      ),
    )
    const directive = state.directive.id
    const held = { id: 'holdfast-remedy', directive, models: [...models] }
    const authorisations = [...config.authorisations, held]
    const with_ = holdPortfolio({ ...inputs, config: { ...config, authorisations } }, states)
    const authorised = with_.permissionUnder([state])
    return authorised === undefined ? [] : [{ directive, permission, authorised }]
  })
}

function frontOf(
  { target, elements, directives }: ReadTarget,
  extended: HeldPortfolio,
  stateOf: (directive: Directive) => DirectiveState,
  authorisable: readonly Authorisable[],
): TargetedFront {
  const before: Contingency = { elements: [], ...extended.held }
  if (target.under.kind === 'any') {
    const { depth } = target.under
    return { target, front: { kind: 'any', depth, before, authorised: undefined } }
  }
  const states = directives.map(stateOf)
  const withdrawn = extended.withdrawnUnder(states)
  const permission = extended.permissionUnder(states)
  const contingency: Contingency = {
    elements,
    withdrawn,
    ...(permission === undefined ? {} : { permission }),
  }
  const [only, ...others] = authorisable.filter(({ directive }) =>
    directives.some(({ id }) => id === directive),
  )
  // Several directives at once: an authorisation under one lifts nothing that another denies, so none is counted on.
  const authorised = others.length === 0 ? only?.authorised : undefined
  return { target, front: { kind: 'contingency', before, authorised, contingency } }
}
