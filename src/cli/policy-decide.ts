import { compareText } from '../base/compare.ts'
import { suggestNames } from '../catalogue/index.ts'
import { Fault } from '../base/fault.ts'
import {
  decide,
  isWithdrawn,
  type Principal,
  principalOf,
  type PolicySnapshot,
  type Question,
} from '../policy/index.ts'
import { legalLine } from '../base/legal-line.ts'
import { visibleText } from '../base/visible-text.ts'
import type { Decision, DecisionReason } from '../schema/decision.ts'
import type { EligibilityClass } from '../schema/holdfast-config.ts'
import { lazyStore, storeSettings } from './open-store.ts'
import { findStoredPrincipal, twinText } from './principal-standing.ts'
import {
  openPolicy,
  type PolicyFlags,
  type PolicyWorkspace,
  snapshotOf,
  warn,
  warnOnPolicy,
} from './policy-workspace.ts'
import { printOut } from './write-output.ts'

export interface PolicyDecideFlags extends PolicyFlags {
  readonly model: string
  readonly route?: string | undefined
  readonly class?: EligibilityClass | undefined
  readonly principal?: string | undefined
  readonly workflow?: string | undefined
  readonly purpose?: string | undefined
  readonly kind: 'person' | 'service'
  readonly definition?: string | undefined
  readonly entity?: string | undefined
  readonly employment?: string | undefined
  readonly authorisation: readonly string[]
  readonly group: readonly string[]
  readonly directive: readonly string[]
  readonly failOn?: 'deny' | undefined
  readonly format: 'text' | 'json'
}

/** `holdfast policy decide`: one question, answered as the gateway would, with everything that led to it. */
export async function decidePolicy(flags: PolicyDecideFlags): Promise<void> {
  const workspace = await openPolicy(flags, { also: flags.directive })
  const expiresAt = new Date(Date.parse(workspace.at) + 86_400_000).toISOString()
  const snapshot = snapshotOf(workspace, { expiresAt, version: 0 })
  const question = await questionOf(workspace, flags)
  const decision = decide(snapshot, question)
  const notices = noticesOf(decision, snapshot)
  const withdrawn = withdrawnBy(workspace, question)
  await printOut(
    flags.format === 'json'
      ? `${JSON.stringify({ schemaVersion: 1, question, ...decision, withdrawn, snapshot: { digest: snapshot.digest, changesAt: snapshot.changesAt }, notices }, null, 2)}\n`
      : `${decisionText(question, decision, snapshot, withdrawn, notices)}\n`,
  )
  warnOnPolicy(workspace)
  suggest(workspace, question)
  if (flags.failOn === 'deny' && decision.verdict === 'deny') process.exitCode = 1
}

async function questionOf(workspace: PolicyWorkspace, flags: PolicyDecideFlags): Promise<Question> {
  const workflow = workspace.config.workflows.find(({ id }) => id === flags.workflow)
  return {
    principal: await principalAsked(workspace, flags),
    model: flags.model,
    route: flags.route ?? onlyRouteOf(workspace, flags.model),
    workflow: flags.workflow ?? null,
    purpose: flags.purpose ?? workflow?.task ?? 'other',
    at: workspace.at,
  }
}

function onlyRouteOf({ world }: PolicyWorkspace, model: string): string {
  const routes = world.routes.filter(({ models }) => models.includes(model)).map(({ id }) => id)
  const [route] = routes
  if (route !== undefined && routes.length === 1) return route
  throw new Fault('HF_USAGE', 'no route is named', {
    expected:
      routes.length === 0
        ? `--route with a route of holdfast.yaml; none has \`${model}\``
        : `--route with one of those that have \`${model}\`: ${routes.slice(0, 20).join(', ')}`,
  })
}

/** A caller that is known, or anybody of a class; the flags say what differs. */
async function principalAsked(
  workspace: PolicyWorkspace,
  flags: PolicyDecideFlags,
): Promise<Principal> {
  const { config, world } = workspace
  const workflow = world.workflows.find(({ id }) => id === flags.workflow)
  const given = {
    ...(flags.class === undefined ? {} : { class: flags.class }),
    ...(flags.definition === undefined ? {} : { definition: flags.definition }),
    ...(flags.entity === undefined ? {} : { entity: flags.entity }),
    ...(flags.employment === undefined ? {} : { employment: flags.employment }),
    ...(flags.authorisation.length === 0 ? {} : { authorisations: flags.authorisation }),
    ...(flags.group.length === 0 ? {} : { groups: flags.group }),
  }
  if (flags.principal !== undefined)
    return { ...(await namedPrincipal(workspace, flags.principal)), ...given }
  if (flags.class === undefined) {
    throw new Fault('HF_USAGE', 'nobody is named', {
      expected:
        '--class with one of the four classes, or --principal with a caller of holdfast.yaml or of the store',
    })
  }
  return {
    kind: flags.kind,
    definition: world.definition,
    class: flags.class,
    entity: config.organisation.name,
    employment: null,
    groups: workflow?.audience ?? [],
    authorisations: [],
    ...given,
  }
}

async function namedPrincipal(workspace: PolicyWorkspace, id: string): Promise<Principal> {
  const { config, directives, at } = workspace
  const store = lazyStore(storeSettings(config, directives.configPath))
  try {
    const found = config.principals.find((one) => one.id === id)
    const stored = await findStoredPrincipal(store, config, id, at).catch((error: unknown) => {
      // For one of holdfast.yaml the store need not be there.
      if (found !== undefined && error instanceof Fault) return null
      throw error
    })
    if (found !== undefined && stored !== null)
      throw new Fault('HF_USAGE', twinText(id), { expected: 'an id that stands in one place' })
    if (found !== undefined) return principalOf(config, found, at)
    if (stored !== null) return stored
    const ids = [
      ...config.principals.map((one) => one.id),
      ...((await (await store.ifThere())?.principals.list())?.map((one) => one.id) ?? []),
    ].toSorted(compareText)
    throw new Fault('HF_USAGE', `neither holdfast.yaml nor the store has a principal \`${id}\``, {
      expected:
        ids.length === 0 ? 'a principal; there is none' : `one of ${ids.slice(0, 20).join(', ')}`,
    })
  } finally {
    await store.close()
  }
}

/** What the vendor did is no permission, but who asks should know. */
function withdrawnBy({ states, world }: PolicyWorkspace, question: Question): readonly string[] {
  const provider = world.routes.find(({ id }) => id === question.route)?.provider ?? ''
  return states
    .filter((state) => isWithdrawn(state, question.model, provider))
    .map(({ directive }) => directive.id)
}

/** The sentence under every decision, for each directive it rests on. */
function noticesOf({ reasons }: Decision, { directives, at }: PolicySnapshot): readonly string[] {
  const ids = new Set(reasons.flatMap(({ directive }) => directive ?? []))
  const cited = directives.filter(({ id }) => ids.has(id))
  const texts = cited.map(({ asOf, review }) => legalLine(asOf ?? at.slice(0, 10), review))
  return texts.length === 0 ? [legalLine(at.slice(0, 10), 'unverified')] : [...new Set(texts)]
}

function decisionText(
  question: Question,
  decision: Decision,
  snapshot: PolicySnapshot,
  withdrawn: readonly string[],
  notices: readonly string[],
): string {
  const { principal, workflow } = question
  return [
    `${decision.verdict.toUpperCase()}  ${question.model} over ${question.route} for ${principal.class}${workflow === null ? '' : `, workflow ${workflow}`}, purpose ${question.purpose}, at ${question.at}`,
    'because',
    ...decision.reasons.flatMap(reasonLines),
    ...(decision.needed.length === 0 ? [] : ['needed']),
    ...decision.needed.map((one) => `  ${one}`),
    ...withdrawn.map((id) => `note: the vendor has withdrawn the model for everybody (${id})`),
    snapshot.changesAt === null
      ? 'no further change is known'
      : `may change at ${snapshot.changesAt}`,
    ...notices,
  ]
    .map(visibleText)
    .join('\n')
}

function reasonLines(reason: DecisionReason): readonly string[] {
  const facts = [
    reason.clause === null ? null : `clause ${reason.clause}`,
    reason.source === null ? null : `source ${reason.source}`,
    reason.review === null ? null : `review: ${reason.review}`,
    reason.policy === null ? null : `policy ${reason.policy}`,
  ].filter((fact) => fact !== null)
  return [
    `  ${reason.code}: ${reason.text}`,
    ...(facts.length === 0 ? [] : [`    ${facts.join('; ')}`]),
  ]
}

/** A name that is not known is denied; a slip of the pen should not look like a rule. */
function suggest(
  { world, config }: PolicyWorkspace,
  { principal, model, route, workflow }: Question,
): void {
  const groups = Object.keys(config.groups)
  const authorisations = world.authorisations.map(({ id }) => id)
  const asked = [
    { kind: 'model', name: model, known: world.models.map(({ id }) => id) },
    { kind: 'route', name: route, known: world.routes.map(({ id }) => id) },
    { kind: 'workflow', name: workflow, known: world.workflows.map(({ id }) => id) },
    ...principal.groups.map((name) => ({ kind: 'group', name, known: groups })),
    ...principal.authorisations.map((name) => ({
      kind: 'authorisation',
      name,
      known: authorisations,
    })),
  ]
  const models = world.routes.find(({ id }) => id === route)?.models
  if (models !== undefined && !models.includes(model)) {
    warn(
      `the route \`${route}\` does not list \`${model}\`: it may be permitted, and nothing serves it there`,
    )
  }
  for (const { kind, name, known } of asked) {
    if (name === null || known.includes(name)) continue
    const near = suggestNames(name, known)
    warn(
      `holdfast.yaml knows no ${kind} \`${name}\`${near.length === 0 ? '' : `; did you mean ${near.map((one) => `\`${one}\``).join(' or ')}?`}`,
    )
  }
}
