import { compareText } from '../base/compare.ts'
import type { HoldfastConfig } from '../schema/holdfast-config.ts'
import type { Credential, Dependency, Gap, RegisterWorkflow } from '../schema/register.ts'
import type { GapKind, Lifecycle } from '../schema/vocabulary.ts'
import { isDependency } from './workflows.ts'

export interface GapInput {
  readonly dependencies: readonly Dependency[]
  readonly workflows: readonly RegisterWorkflow[]
  readonly credentials: readonly Credential[]
  readonly config: HoldfastConfig | null
}

/** What is missing: per workflow for fallbacks, per dependency for the rest. */
export function findGaps(input: GapInput): readonly Gap[] {
  const counted = input.dependencies.filter(isDependency)
  return [
    ...input.workflows.flatMap((workflow) => fallbackGap(workflow, counted)),
    ...input.workflows.flatMap((workflow) => endedFallbackGaps(workflow, counted)),
    ...input.workflows.flatMap((workflow) => qualificationGaps(workflow, counted)),
    ...counted.flatMap((dependency) => dependencyGaps(dependency)),
    ...input.credentials.filter((one) => one.form === 'present').map(keyGap),
    ...(input.config === null ? [] : declarationGaps(counted, input.config)),
  ].toSorted((a, b) => compareText(gapOrder(a), gapOrder(b)))
}

function fallbackGap(
  workflow: RegisterWorkflow,
  dependencies: readonly Dependency[],
): readonly Gap[] {
  if (workflow.dependencies.length === 0) return []
  const first = plainestOf(dependencies, workflow.id)
  const models =
    workflow.models.length === 0 ? 'a model that is not told' : workflow.models.join(', ')
  switch (workflow.fallbackGrade) {
    case null:
      return [
        gap(
          'no-fallback',
          first,
          `${workflow.id} uses ${models} and nothing can take over`,
          'name a fallback in holdfast.yaml, or remove the dependency',
          workflow.id,
        ),
      ]
    case 'unknown':
      return [
        gap(
          'no-fallback',
          first,
          `${workflow.id} has a fallback whose vendor or jurisdiction is unknown`,
          'add the facts to the catalogue, or name another fallback',
          workflow.id,
        ),
      ]
    case 'same-model-other-route':
      return [
        gap(
          'same-vendor-fallback',
          first,
          `${workflow.id} only falls back to the same model over another route`,
          'a withdrawn model is gone on every route: add another vendor',
          workflow.id,
        ),
      ]
    case 'same-vendor':
      return [
        gap(
          'same-vendor-fallback',
          first,
          `${workflow.id} only falls back to the same vendor`,
          'add a model of another vendor',
          workflow.id,
        ),
      ]
    case 'same-jurisdiction':
      return [
        gap(
          'same-jurisdiction-fallback',
          first,
          `${workflow.id} only falls back within one jurisdiction`,
          'add a vendor and provider of another jurisdiction, or hold weights',
          workflow.id,
        ),
      ]
    case 'independent':
    case 'self-hosted':
      return []
  }
}

/** Fallbacks that are gone or going: they are named, and nothing takes over by them. */
function endedFallbackGaps(
  { id, fallbacks = [] }: RegisterWorkflow,
  dependencies: readonly Dependency[],
): readonly Gap[] {
  return fallbacks.flatMap(({ name, route, lifecycle, lifecycleReason }) =>
    isEnded(lifecycle)
      ? [
          gap(
            lifecycle,
            plainestOf(dependencies, id),
            `${name}${route === null ? '' : ` over ${route}`}, a fallback of ${id}: ${lifecycleReason}`,
            'name another fallback in holdfast.yaml',
            id,
          ),
        ]
      : [],
  )
}

function isEnded(
  lifecycle: Lifecycle | undefined,
): lifecycle is Extract<Lifecycle, 'retired' | 'deprecated' | 'suspended'> {
  return lifecycle === 'retired' || lifecycle === 'deprecated' || lifecycle === 'suspended'
}

/** The dependency that shows best what a workflow hangs on: one that is used in production, where there is one. */
function plainestOf(dependencies: readonly Dependency[], workflow: string): Dependency | null {
  const own = dependencies.filter((one) => one.workflow === workflow)
  const inProduction = own.filter(({ context }) => context === 'production')
  const candidates = inProduction.length > 0 ? inProduction : own
  return candidates.find(({ role }) => role === 'use') ?? candidates[0] ?? null
}

/** Trials that are over, each; and work that no trial of its fallbacks covers. People are left to drills. */
function qualificationGaps(
  { id, fallbacks = [] }: RegisterWorkflow,
  dependencies: readonly Dependency[],
): readonly Gap[] {
  const tried = fallbacks.filter(
    ({ kind, standing }) => kind !== 'manual' && standing !== 'not-needed',
  )
  const first = plainestOf(dependencies, id)
  const ended = tried
    .filter(({ standing }) => standing === 'expired')
    .map(({ name, route, until, endedBy }) =>
      gap(
        'expired',
        first,
        `${name}${route === null ? '' : ` over ${route}`} is no longer qualified for ${id}: ${endedBy === 'validity-ended' ? `its trial counted until ${until?.slice(0, 10)}` : endedBy}`,
        'holdfast qualify run',
        id,
      ),
    )
  const isCovered = tried.some(({ standing }) => standing === 'qualified')
  if (tried.length === 0 || isCovered) return ended
  const names = [...new Set(tried.map(({ name }) => name))].join(', ')
  return [
    ...ended,
    gap(
      'unqualified',
      first,
      `no valid trial shows that a fallback can do the work of ${id}: ${names}`,
      'holdfast qualify run',
      id,
    ),
  ]
}

function dependencyGaps(dependency: Dependency): readonly Gap[] {
  const gaps: Gap[] = []
  const name = dependency.model ?? dependency.modelAsWritten
  if (isEnded(dependency.lifecycle)) {
    gaps.push(
      gap(
        dependency.lifecycle,
        dependency,
        `${name}: ${dependency.lifecycleReason ?? `${dependency.lifecycle} in the catalogue`}`,
        `holdfast catalogue show ${name}`,
      ),
    )
  }
  if (dependency.hidden) {
    gaps.push(
      gap(
        'hidden-model',
        dependency,
        `${dependency.modelAsWritten}: the product chooses the model`,
        'pin a model, or answer the question in holdfast.yaml',
      ),
    )
  } else if (dependency.model === null) {
    gaps.push(
      gap(
        'unresolved',
        dependency,
        `\`${name}\`: ${dependency.resolutionReason}`,
        'answer the question in holdfast.yaml',
      ),
    )
  }
  if (dependency.owners.length === 0) {
    gaps.push(
      gap(
        'unowned',
        dependency,
        `nobody owns ${dependency.occurrences[0]?.path ?? name}`,
        'add a line to CODEOWNERS, or an owner in holdfast.yaml',
      ),
    )
  }
  return gaps
}

function keyGap(credential: Credential): Gap {
  return {
    kind: 'hard-coded-key',
    workflow: null,
    dependency: null,
    reason: `a key of ${credential.provider} stands in the file (its value is not shown)`,
    advice: 'revoke it, and read it from the environment or a secret store',
    repository: credential.repository,
    path: credential.path,
    line: credential.line,
  }
}

/** Found but not in holdfast.yaml, and in holdfast.yaml but never found. */
function declarationGaps(
  dependencies: readonly Dependency[],
  config: HoldfastConfig,
): readonly Gap[] {
  const declared = new Map(config.workflows.map((workflow) => [workflow.id, workflow]))
  const gaps: Gap[] = []
  for (const dependency of dependencies) {
    const workflow = dependency.workflow === null ? undefined : declared.get(dependency.workflow)
    const name = dependency.model ?? dependency.modelAsWritten
    if (workflow === undefined) {
      gaps.push(
        gap(
          'undeclared',
          dependency,
          `${name} is used outside every workflow of holdfast.yaml`,
          'add the path to a workflow, or a workflow for it',
        ),
      )
    } else if (
      dependency.model !== null &&
      !modelsNamed(workflow).has(dependency.model) &&
      workflow.model !== undefined
    ) {
      gaps.push(
        gap(
          'undeclared',
          dependency,
          `${workflow.id} uses ${dependency.model}, which holdfast.yaml does not name for it`,
          'add it to the workflow as model or fallback',
        ),
      )
    }
  }
  for (const workflow of config.workflows) {
    if (workflow.model === undefined) continue
    const own = dependencies.filter((one) => one.workflow === workflow.id)
    if (!own.some((one) => one.model === workflow.model)) {
      gaps.push(
        gap(
          'stale',
          null,
          `holdfast.yaml says that ${workflow.id} uses ${workflow.model}; it was not found under its paths`,
          'correct the workflow, or its paths',
          workflow.id,
        ),
      )
    }
  }
  return gaps
}

function modelsNamed(workflow: HoldfastConfig['workflows'][number]): ReadonlySet<string> {
  const fallbacks = (workflow.fallbacks ?? []).flatMap((one) =>
    typeof one === 'string' ? [one] : 'model' in one ? [one.model] : [],
  )
  return new Set([...(workflow.model === undefined ? [] : [workflow.model]), ...fallbacks])
}

function gap(
  kind: GapKind,
  dependency: Dependency | null,
  reason: string,
  advice: string,
  workflow: string | null = dependency?.workflow ?? null,
): Gap {
  const place = dependency?.occurrences[0]
  return {
    kind,
    workflow,
    dependency: dependency?.id ?? null,
    reason,
    advice,
    repository: place?.repository ?? null,
    path: place?.path ?? null,
    line: place?.line ?? null,
  }
}

const severity: readonly GapKind[] = [
  'suspended',
  'retired',
  'no-fallback',
  'hard-coded-key',
  'same-vendor-fallback',
  'unqualified',
  'expired',
  'deprecated',
  'same-jurisdiction-fallback',
  'hidden-model',
  'unresolved',
  'undeclared',
  'stale',
  'unowned',
]

function gapOrder(one: Gap): string {
  const rank = String(severity.indexOf(one.kind)).padStart(2, '0')
  return `${rank}\n${one.workflow}\n${one.path}\n${String(one.line).padStart(8, '0')}\n${one.dependency}`
}
