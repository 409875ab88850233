import type { CountryOfRegion } from '../catalogue/index.ts'
import {
  buildSnapshot,
  type CedarEngine,
  decide,
  type DirectiveState,
  type OwnPolicies,
  personOf,
  policyRoutes,
  policyWorkflowOf,
  type PolicyRoute,
  type PolicyWorkflow,
  type PolicyWorld,
  policyWorldOf,
} from '../policy/index.ts'
import type { Catalogue } from '../schema/catalogue.ts'
import type { Decision, DecisionReason } from '../schema/decision.ts'
import type { Directive } from '../schema/directive.ts'
import { type ConfigRoute, HoldfastConfig } from '../schema/holdfast-config.ts'
import type { Permission } from './contingency.ts'
import type { Option, Portfolio, PortfolioWorkflow } from './portfolio.ts'

/** Where permissions come from: the policy engine of the gateway, over everything that the portfolio names. */
export interface PolicySource {
  readonly portfolio: Portfolio
  /** Null: no holdfast.yaml; nobody holds an authorisation and no data is limited. */
  readonly config: HoldfastConfig | null
  readonly catalogue: Catalogue
  readonly countryOf: CountryOfRegion
  readonly engine: CedarEngine
  readonly ownPolicies: readonly OwnPolicies[]
}

/** Directives as they stand at one instant. */
export interface RulesAt {
  readonly at: string
  readonly directives: readonly DirectiveState[]
  /** Enforced directives that cannot be read, with the models that they name. */
  readonly invalid: readonly { readonly id: string; readonly models: readonly string[] }[]
}

/** No instant is asked about behind it. */
const endOfTime = '9999-12-31T23:59:59.999Z'

/** What the directives, and policies of the organisation, say of an option for a class; null when nothing can deny. */
export function permissionUnder(rules: RulesAt, source: PolicySource): Permission | undefined {
  const isSilent =
    rules.directives.every(({ isInForce }) => !isInForce) && rules.invalid.length === 0
  if (isSilent && source.ownPolicies.length === 0) return undefined
  // Only an organisation's own policies may ask which workflow calls.
  const isPerWorkflow = source.ownPolicies.length > 0
  const world = worldOf(source, rules, isPerWorkflow ? openWorkflows(source) : [])
  const snapshot = buildSnapshot({
    world,
    directives: rules.directives,
    invalid: rules.invalid,
    ownPolicies: source.ownPolicies,
    at: rules.at,
    expiresAt: endOfTime,
    version: 1,
    engine: source.engine,
    principals: [],
  })
  const workflows = new Map(world.workflows.map((one) => [one.id, withAudience(one, source)]))
  const permission: Permission = (workflow, option, eligibilityClass) => {
    if (option.model === null) return null
    const asked = workflows.get(workflow.id) ?? null
    const decision = decide(snapshot, {
      principal: personOf(world, eligibilityClass, asked),
      model: option.model,
      route: routeIdOf(option),
      workflow: asked?.id ?? null,
      purpose: workflow.task,
      at: rules.at,
    })
    return decision.verdict === 'allow' ? null : decidingReason(decision)
  }
  return isPerWorkflow ? permission : Object.assign(permission, { sameFor: taskOf })
}

function taskOf({ task }: PortfolioWorkflow): string {
  return task
}

/** Several permissions as one: whatever denies first gives the reason. */
export function allOf(permissions: readonly (Permission | undefined)[]): Permission | undefined {
  const stated = permissions.filter((one) => one !== undefined)
  const [first] = stated
  if (first === undefined || stated.length === 1) return first
  const permission: Permission = (workflow, option, eligibilityClass) => {
    for (const one of stated) {
      const reason = one(workflow, option, eligibilityClass)
      if (reason !== null) return reason
    }
    return null
  }
  const isSame = stated.every(({ sameFor }) => sameFor === taskOf)
  return isSame ? Object.assign(permission, { sameFor: taskOf }) : permission
}

/**
 * Options that break the limits on where a workflow's data may go. The same policies decide it at the gateway;
 * workflows with the same limits are asked about once.
 */
export function dataExclusion(
  source: PolicySource,
): (workflow: PortfolioWorkflow, option: Option) => string | null {
  const limited = limitedWorkflows(source)
  if (limited.byWorkflow.size === 0) return () => null
  const world = worldOf(source, { directives: [] }, limited.representatives)
  const snapshot = buildSnapshot({
    world,
    directives: [],
    invalid: [],
    ownPolicies: [],
    at: '1970-01-01T00:00:00.000Z',
    expiresAt: endOfTime,
    version: 1,
    engine: source.engine,
    principals: [],
  })
  const principal = personOf(world, 'not-foreign-person', null)
  return (workflow, option) => {
    const asked = limited.byWorkflow.get(workflow.id)
    if (asked === undefined) return null
    const decision = decide(snapshot, {
      principal,
      model: option.model ?? unknownModel,
      route: routeIdOf(option),
      workflow: asked,
      purpose: workflow.task,
      at: snapshot.at,
    })
    if (decision.verdict === 'allow') return null
    return (
      decision.reasons
        .filter(({ code }) => code.startsWith('data-'))
        .map(({ text }) => text.replaceAll(`\`${asked}\``, `\`${workflow.id}\``))
        .join('; ') || null
    )
  }
}

/** Stands for a model that nobody knows, where only the route matters. */
const unknownModel = 'unknown/unknown'

/** The route of an option as policy knows it; one that only the register shows is named by its provider. */
function routeIdOf(option: Option): string {
  return option.route ?? option.id.slice(option.id.lastIndexOf('@') + 1)
}

/** The rule itself, not what led to it. */
function decidingReason({ reasons }: Decision): DecisionReason | null {
  return reasons.find(({ directive }) => directive !== null) ?? reasons[0] ?? null
}

interface LimitedWorkflows {
  readonly representatives: readonly PolicyWorkflow[]
  /** The representative of each workflow whose data is limited. */
  readonly byWorkflow: ReadonlyMap<string, string>
}

function limitedWorkflows({ config, portfolio }: PolicySource): LimitedWorkflows {
  const models = [...modelsIn(portfolio)]
  const byLimits = new Map<string, PolicyWorkflow>()
  const byWorkflow = new Map<string, string>()
  for (const workflow of config?.workflows ?? []) {
    if (workflow.data === undefined || byWorkflow.has(workflow.id)) continue
    const { allowedJurisdictions, maxRetentionDays, training } = policyWorkflowOf(workflow)
    const key = JSON.stringify([allowedJurisdictions, maxRetentionDays, training])
    const representative = byLimits.get(key) ?? {
      ...policyWorkflowOf(workflow),
      audience: null,
      models,
    }
    byLimits.set(key, representative)
    byWorkflow.set(workflow.id, representative.id)
  }
  return { representatives: [...byLimits.values()], byWorkflow }
}

/** Every workflow, free to use every model of its options: only rules beside the base permit are of interest. */
function openWorkflows({ portfolio }: PolicySource): readonly PolicyWorkflow[] {
  return portfolio.workflows.map((workflow) => ({
    id: workflow.id,
    task: workflow.task,
    audience: null,
    models: [...new Set(optionsOf(workflow).flatMap(({ model }) => model ?? []))],
    allowedJurisdictions: null,
    maxRetentionDays: null,
    training: null,
  }))
}

/** Whoever asks is in the groups that the work is done for. */
function withAudience(workflow: PolicyWorkflow, { config }: PolicySource): PolicyWorkflow {
  const configured = config?.workflows.find(({ id }) => id === workflow.id)
  return { ...workflow, audience: configured?.audience ?? null }
}

function worldOf(
  source: PolicySource,
  { directives }: { readonly directives: readonly { readonly directive: Directive }[] },
  workflows: readonly PolicyWorkflow[],
): PolicyWorld {
  const config = source.config ?? emptyConfig
  const models = [...modelsIn(source.portfolio)]
  const world = policyWorldOf(config, source.catalogue, source.countryOf, {
    directives: directives.map(({ directive }) => directive),
    models,
  })
  return { ...world, workflows, routes: routesOf(source, world.routes, models) }
}

const emptyConfig = HoldfastConfig.parse({ version: 1, organisation: { name: 'unnamed' } })

function modelsIn(portfolio: Portfolio): ReadonlySet<string> {
  const models = new Set([unknownModel])
  for (const workflow of portfolio.workflows) {
    for (const { model } of optionsOf(workflow)) if (model !== null) models.add(model)
  }
  return models
}

/** Routes of holdfast.yaml, each once, and those that only the register shows. All list all models. */
function routesOf(
  { portfolio, catalogue, countryOf }: PolicySource,
  configured: readonly PolicyRoute[],
  models: readonly string[],
): readonly PolicyRoute[] {
  const routes = new Map<string, PolicyRoute>()
  for (const route of configured) {
    if (!routes.has(route.id)) routes.set(route.id, { ...route, models })
  }
  const routeOf = policyRoutes(catalogue, countryOf)
  for (const workflow of portfolio.workflows) {
    for (const option of optionsOf(workflow)) {
      const id = routeIdOf(option)
      if (option.kind === 'model' && !routes.has(id)) {
        routes.set(id, { ...routeOf(seenRoute(id, option)), models })
      }
    }
  }
  return [...routes.values()]
}

function seenRoute(id: string, { provider, elements }: Option): ConfigRoute {
  const region = elements.find((one) => one.startsWith('region:'))?.slice('region:'.length)
  return {
    id,
    provider: provider ?? 'unknown',
    protocol: 'openai-chat',
    baseUrl: 'https://unknown.invalid',
    credential: 'none',
    models: {},
    ...(region === undefined ? {} : { region }),
  }
}

function optionsOf({ needs }: PortfolioWorkflow): readonly Option[] {
  return needs.flatMap(({ options }) => options)
}
