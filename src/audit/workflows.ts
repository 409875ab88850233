import picomatch from 'picomatch'
import { compareText } from '../base/compare.ts'
import type { Resolver } from '../catalogue/index.ts'
import type { ConfigWorkflow, HoldfastConfig } from '../schema/holdfast-config.ts'
import type { Dependency, RegisterWorkflow } from '../schema/register.ts'
import type { FallbackGrade } from '../schema/vocabulary.ts'
import { betterGrade, gradeFallback } from './fallback-grade.ts'

export interface WorkflowAssignment {
  readonly dependencies: readonly Dependency[]
  readonly workflows: readonly RegisterWorkflow[]
}

/**
 * Gives every use and declaration its workflow: the one in holdfast.yaml whose `paths` hold it, else a guess by
 * place. Globs hold for paths inside a repository and for paths from the folder of holdfast.yaml (`placeOf` says
 * where that has the repository, '' when it lies elsewhere). What people wrote wins over what was found: task and owner of a configured workflow replace guesses.
 */
export function assignWorkflows(
  dependencies: readonly Dependency[],
  config: HoldfastConfig | null,
  resolver: Resolver,
  placeOf: (repository: string) => string = () => '',
): WorkflowAssignment {
  const configured = (config?.workflows ?? []).map((workflow) => ({
    workflow,
    matches: workflow.paths === undefined ? () => false : picomatch(workflow.paths, { dot: true }),
  }))
  const inferred = new Map<string, InferredWorkflow>()
  const assigned = dependencies.map((dependency): Dependency => {
    if (!isDependency(dependency)) return dependency
    const paths = dependency.occurrences.flatMap((one) => {
      const place = placeOf(one.repository)
      return place === '' ? [one.path] : [one.path, `${place}/${one.path}`]
    })
    const found = configured.find(({ matches }) => paths.some((path) => matches(path)))
    if (found !== undefined) return inConfigured(dependency, found.workflow)
    const guess = guessWorkflow(dependency)
    inferred.set(guess.id, inferred.get(guess.id) ?? guess)
    return { ...dependency, workflow: guess.id }
  })
  const routed = assigned.map((dependency) => withRoute(dependency, config))
  return {
    dependencies: routed,
    workflows: [
      ...configured.map(({ workflow }) => configuredRow(workflow, routed, config, resolver)),
      ...[...inferred.values()].map((guess) => inferredRow(guess, routed)),
    ].toSorted((a, b) => compareText(a.id, b.id)),
  }
}

export function isDependency(dependency: Dependency): boolean {
  return dependency.role === 'use' || dependency.role === 'declare'
}

function inConfigured(dependency: Dependency, workflow: ConfigWorkflow): Dependency {
  return {
    ...dependency,
    workflow: workflow.id,
    task: workflow.task,
    taskReason: `holdfast.yaml says so for ${workflow.id}`,
    ...(workflow.owner === undefined
      ? {}
      : { owners: [workflow.owner], ownerSource: 'configuration' as const }),
  }
}

/** The declared route that this dependency goes over, when exactly one fits. */
function withRoute(dependency: Dependency, config: HoldfastConfig | null): Dependency {
  const { route, model } = dependency
  const fitting = (config?.routes ?? []).filter((one) => {
    if (
      route.baseUrl !== null &&
      one.baseUrl.replace(/\/$/, '') === route.baseUrl.replace(/\/$/, '')
    )
      return true
    if (one.provider !== route.provider) return false
    return model === null || Object.hasOwn(one.models, model)
  })
  const [only] = fitting
  return fitting.length === 1 && only !== undefined
    ? { ...dependency, route: { ...route, id: only.id } }
    : dependency
}

interface InferredWorkflow {
  readonly id: string
  readonly reason: string
  readonly confidence: number
  readonly task: Dependency['task']
}

const serviceRoots =
  /^(?:services|apps|packages|modules|cmd|projects|src|lib|functions|lambdas)\/[^/]+\//

function guessWorkflow(dependency: Dependency): InferredWorkflow {
  const path = dependency.occurrences[0]?.path ?? ''
  const { task } = dependency
  const file = slug(path.slice(path.lastIndexOf('/') + 1).replace(/\.[A-Za-z0-9.]+$/, ''))
  if (dependency.context === 'ci') {
    return { id: `ci-${file}`, reason: `a CI file: ${path}`, confidence: 0.6, task }
  }
  const agent =
    /(?:^|\/)\.(?:claude|github|opencode|cursor)\/(?:agents?|skills|commands|prompts|chatmodes)\/(?<name>[^/.]+)/.exec(
      path,
    )
  if (agent?.groups !== undefined) {
    return {
      id: `agent-${slug(agent.groups['name'] ?? file)}`,
      reason: `an agent file: ${path}`,
      confidence: 0.7,
      task,
    }
  }
  if (dependency.context === 'developer-tool') {
    return {
      id: 'developer-tools',
      reason: `a developer tool's settings: ${path}`,
      confidence: 0.5,
      task,
    }
  }
  const folder = tellingFolder(path)
  if (folder !== null) {
    return {
      id: slug(folder.name),
      reason: `the folder ${folder.path}`,
      confidence: serviceRoots.test(path) ? 0.5 : 0.3,
      task,
    }
  }
  const repository = dependency.occurrences[0]?.repository ?? 'root'
  return {
    id: slug(repository.slice(repository.lastIndexOf('/') + 1)),
    reason: 'the repository itself',
    confidence: 0.3,
    task,
  }
}

/** The first folder on the way to a file that names a part of the product. */
function tellingFolder(path: string): { readonly name: string; readonly path: string } | null {
  const folders = path.split('/').slice(0, -1)
  for (const [at, name] of folders.entries()) {
    if (/^(?:main|test)$/.test(name) && folders[at - 1] === 'src') return null
    if (name.startsWith('.') || /^[([]/.test(name) || commonFolder.test(name)) continue
    return { name: name.replace(/\.[A-Za-z0-9]+$/, ''), path: folders.slice(0, at + 1).join('/') }
  }
  return null
}

/** Folders by what they are made of; which part of the product they hold stands further in. */
const commonFolder =
  /^(?:services|apps|packages|modules|cmd|projects|src|lib|libs|functions|lambdas|pkg|internal|charts?|helm|deploy(?:ment)?s?|infra(?:structure)?|terraform|k8s|kubernetes|docker|python|go|java|typescript|javascript|js|ts|rust|dotnet|ai|llms?|models?|utils?|utilities|helpers?|common|core|shared|config(?:uration)?s?|settings?|providers?|clients?|constants?|types?|app|crates|sources|templates|resources)$/i

function slug(text: string): string {
  return (
    text
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'root'
  )
}

export function configuredRow(
  workflow: ConfigWorkflow,
  dependencies: readonly Dependency[],
  config: HoldfastConfig | null,
  resolver: Resolver,
): RegisterWorkflow {
  const own = dependencies.filter((one) => one.workflow === workflow.id)
  return {
    id: workflow.id,
    task: workflow.task,
    source: 'configuration',
    reason: 'written in holdfast.yaml',
    confidence: 1,
    owner: workflow.owner ?? null,
    criticality: workflow.criticality ?? null,
    dependencies: own.map((one) => one.id),
    models: modelsOf(own, workflow.model),
    fallbackGrade: betterGrade(foundGrade(own), declaredGrade(workflow, own, config, resolver)),
  }
}

/** Fallbacks in holdfast.yaml are graded like those in code; a tool or people need no vendor at all. */
function declaredGrade(
  workflow: ConfigWorkflow,
  own: readonly Dependency[],
  config: HoldfastConfig | null,
  resolver: Resolver,
): FallbackGrade | null {
  const model = workflow.model ?? own.find((one) => one.model !== null)?.model ?? null
  const primary = {
    model,
    vendor: model?.split('/')[0] ?? null,
    provider: own.find((one) => one.route.provider !== null)?.route.provider ?? null,
  }
  let best: FallbackGrade | null = null
  for (const fallback of workflow.fallbacks ?? []) {
    if (typeof fallback !== 'string' && !('model' in fallback)) {
      best = betterGrade(best, 'independent')
      continue
    }
    const target = typeof fallback === 'string' ? fallback : fallback.model
    const routes = (config?.routes ?? []).filter((route) => Object.hasOwn(route.models, target))
    const held = routes.some((route) => route.weightsHeld === true || route.provider === 'self')
    const grade = gradeFallback(
      primary,
      {
        model: target,
        vendor: target.split('/')[0] ?? null,
        provider: held ? 'self' : (routes[0]?.provider ?? null),
      },
      resolver,
    )
    best = betterGrade(best, grade.grade)
  }
  return best
}

function foundGrade(own: readonly Dependency[]): FallbackGrade | null {
  const used = own.filter((one) => one.role === 'use')
  const counted = used.length > 0 ? used : own
  return counted
    .flatMap((one) => one.fallbacks)
    .reduce<FallbackGrade | null>((best, one) => betterGrade(best, one.grade), null)
}

function inferredRow(
  guess: InferredWorkflow,
  dependencies: readonly Dependency[],
): RegisterWorkflow {
  const own = dependencies.filter((one) => one.workflow === guess.id)
  const owner = own.flatMap((one) => one.owners)[0] ?? null
  return {
    id: guess.id,
    task: mostFrequent(own.map((one) => one.task)) ?? guess.task,
    source: 'inferred',
    reason: guess.reason,
    confidence: guess.confidence,
    owner,
    criticality: null,
    dependencies: own.map((one) => one.id),
    models: modelsOf(own, undefined),
    fallbackGrade: foundGrade(own),
  }
}

function modelsOf(own: readonly Dependency[], declared: string | undefined): string[] {
  const found = own.flatMap((one) => (one.model === null ? [] : [one.model]))
  return [...new Set([...(declared === undefined ? [] : [declared]), ...found])].toSorted(
    compareText,
  )
}

function mostFrequent<T extends string>(items: readonly T[]): T | null {
  const counts = new Map<T, number>()
  for (const item of items) if (item !== 'other') counts.set(item, (counts.get(item) ?? 0) + 1)
  const [best] = [...counts].toSorted((a, b) => b[1] - a[1] || compareText(a[0], b[0]))
  return best?.[0] ?? items[0] ?? null
}
