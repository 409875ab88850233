import { posix } from 'node:path'
import { compareText } from '../base/compare.ts'
import type { Catalogue, CatalogueProvider } from '../schema/catalogue.ts'
import type { ConfigFallback, ConfigRoute, ConfigWorkflow } from '../schema/holdfast-config.ts'
import type { Dependency, Register, RegisterWorkflow } from '../schema/register.ts'
import { isDependency } from './workflows.ts'

/** A first holdfast.yaml, guessed from a register. Every guess says why and waits for a person. */
export interface ConfigProposal {
  readonly organisation: string
  readonly homeJurisdiction: string | null
  readonly routes: readonly Guess<ConfigRoute>[]
  readonly workflows: readonly Guess<ConfigWorkflow>[]
  /** What could not be written down, in words. */
  readonly left: readonly string[]
}

export interface Guess<T> {
  readonly value: T
  readonly reason: string
}

export interface ProposalInput {
  readonly register: Register
  /** What a gateway's configuration says, audited like any other file. */
  readonly gateway: Register | null
  readonly catalogue: Catalogue
  readonly organisation: string
  readonly homeJurisdiction: string | null
}

export function proposeConfig(input: ProposalInput): ConfigProposal {
  const found = input.register.dependencies.filter(isDependency)
  const declared = (input.gateway?.dependencies ?? []).filter(isDependency)
  const routes = proposeRoutes([...declared, ...found], input.catalogue)
  return {
    organisation: input.organisation,
    homeJurisdiction: input.homeJurisdiction,
    routes: routes.guesses,
    workflows: input.register.workflows
      .filter((workflow) => workflow.source === 'inferred' && workflow.dependencies.length > 0)
      .map((workflow) => proposeWorkflow(workflow, found, declared)),
    left: routes.left,
  }
}

function proposeRoutes(
  dependencies: readonly Dependency[],
  catalogue: Catalogue,
): { readonly guesses: readonly Guess<ConfigRoute>[]; readonly left: readonly string[] } {
  const byRoute = new Map<string, Dependency[]>()
  for (const dependency of dependencies) {
    const { provider, baseUrl, region } = dependency.route
    if (provider === null || dependency.model === null) continue
    const key = [provider, baseUrl ?? '', region ?? ''].join('\n')
    byRoute.set(key, [...(byRoute.get(key) ?? []), dependency])
  }
  const guesses: Guess<ConfigRoute>[] = []
  const left: string[] = []
  const ids = new Set<string>()
  for (const [key, members] of [...byRoute].toSorted(([a], [b]) => compareText(a, b))) {
    const [providerId = ''] = key.split('\n')
    const provider = catalogue.providers.find((one) => one.id === providerId)
    const route = routeFrom(members, providerId, provider, uniqueId(providerId, ids))
    if (route === null)
      left.push(`a route over ${providerId}: its base URL or protocol is not told`)
    else {
      ids.add(route.id)
      guesses.push({ value: route, reason: placeOf(members) })
    }
  }
  return { guesses, left }
}

function routeFrom(
  members: readonly Dependency[],
  providerId: string,
  provider: CatalogueProvider | undefined,
  id: string,
): ConfigRoute | null {
  const first = members[0]
  const protocol =
    members.map((one) => one.route.protocol).find((one) => one !== null) ??
    provider?.protocol ??
    null
  const baseUrl = first?.route.baseUrl ?? hostUrl(provider, first?.route.region ?? null)
  if (first === undefined || protocol === null || baseUrl === null || !isUrl(baseUrl)) return null
  const variable = provider?.credentialVariables[0]
  const models = members.map((one) => [one.model ?? '', wireName(one, provider)] as const)
  return {
    id,
    provider: providerId,
    protocol: protocol as ConfigRoute['protocol'],
    baseUrl,
    credential: providerId === 'self' || variable === undefined ? 'none' : `env:${variable}`,
    ...(first.route.region === null ? {} : { region: first.route.region }),
    models: Object.fromEntries(models.toSorted(([a], [b]) => compareText(a, b))),
  }
}

/** The name that goes over the wire: the provider's own where the catalogue has it, else what was written. */
function wireName(dependency: Dependency, provider: CatalogueProvider | undefined): string {
  const written = withoutPrefix(dependency.modelAsWritten, provider)
  const known = dependency.model === null ? undefined : provider?.spellings[dependency.model]
  if (known === undefined || known.length === 0) return written
  return known.includes(written) ? written : (known[0] ?? written)
}

/** `hosted_vllm/Qwen/Qwen3-32B` as a library writes it is `Qwen/Qwen3-32B` on the wire. */
function withoutPrefix(written: string, provider: CatalogueProvider | undefined): string {
  const first = written.slice(0, written.indexOf('/'))
  const prefixes = provider === undefined ? [] : [provider.id, ...provider.prefixes]
  return prefixes.includes(first) ? written.slice(first.length + 1) : written
}

/** The first host that needs no more than what was found: own hosts and groups of regions give none. */
function hostUrl(provider: CatalogueProvider | undefined, region: string | null): string | null {
  if (provider === undefined || provider.id === 'self') return null
  const runtime = provider.hosts.filter(
    (host) => host.includes('runtime') && !/agent|fips/.test(host),
  )
  const hosts = (runtime.length > 0 ? runtime : provider.hosts).map((host) =>
    region !== null && /\d/.test(region) ? host.replace('{region}', region) : host,
  )
  const told = hosts.find((host) => !/[*{]/.test(host))
  return told === undefined ? null : `https://${told}`
}

function isUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:/.test(text)
}

function uniqueId(base: string, taken: ReadonlySet<string>): string {
  if (!taken.has(base)) return base
  for (let count = 2; ; count += 1) {
    if (!taken.has(`${base}-${count}`)) return `${base}-${count}`
  }
}

function proposeWorkflow(
  workflow: RegisterWorkflow,
  found: readonly Dependency[],
  declared: readonly Dependency[],
): Guess<ConfigWorkflow> {
  const own = found.filter((one) => one.workflow === workflow.id)
  const used = own.filter((one) => one.role === 'use' && one.model !== null)
  const model = (used[0] ?? own.find((one) => one.model !== null))?.model ?? null
  const fallbacks = new Set(
    [...own, ...declared.filter((one) => one.model !== null && one.model === model)]
      .flatMap((one) => one.fallbacks)
      .flatMap((one) => (one.model === null || one.model === model ? [] : [one.model])),
  )
  return {
    value: {
      id: workflow.id,
      task: workflow.task,
      ...(workflow.owner === null ? {} : { owner: workflow.owner }),
      paths: pathsOf(own),
      ...(model === null ? {} : { model }),
      ...(fallbacks.size === 0 ? {} : { fallbacks: [...fallbacks] satisfies ConfigFallback[] }),
      review: 'needed',
    },
    reason: `${workflow.reason}; ${own[0]?.taskReason ?? 'no task is told'}`,
  }
}

/** The folder all findings share, or the files themselves when that is the whole tree. */
function pathsOf(own: readonly Dependency[]): string[] {
  const paths = [...new Set(own.flatMap((one) => one.occurrences.map((place) => place.path)))]
  const folders = [...new Set(paths.map((path) => posix.dirname(path)))]
  const shared = folders.reduce(sharedFolder)
  if (shared !== '' && shared !== '.' && !shared.startsWith('.')) return [`${shared}/**`]
  return paths.toSorted(compareText)
}

function sharedFolder(a: string, b: string): string {
  const left = a.split('/')
  const right = b.split('/')
  let depth = 0
  while (depth < left.length && depth < right.length && left[depth] === right[depth]) depth += 1
  return left.slice(0, depth).join('/')
}

function placeOf(members: readonly Dependency[]): string {
  const place = members[0]?.occurrences[0]
  const more = members.length > 1 ? ` and ${members.length - 1} more` : ''
  return place === undefined ? 'found' : `${place.path}:${place.line}${more}`
}
