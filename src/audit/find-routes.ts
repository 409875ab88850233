import type { Resolution, Resolver } from '../catalogue/index.ts'
import type { RegisterRoute } from '../schema/register.ts'
import type { ClientFact, UseFact, Value } from './fact.ts'
import { type FactGraph, lastPart } from './resolve/fact-graph.ts'
import { resolveValue } from './resolve/resolve-value.ts'

/**
 * The route of a use. The wire protocol is not the provider: a base URL decides, written at the call, at the
 * client the call is made on, or in the environment variable that the SDK reads; then the spelling of the model;
 * then the SDK.
 */
export function routeOf(
  use: UseFact,
  resolution: Resolution | null,
  graph: FactGraph,
  resolver: Resolver,
): RegisterRoute {
  const spelt = resolution?.provider ?? null
  const client =
    clientOf(use, graph) ?? (spelt === null ? unnamedClient(use, resolution, graph) : null)
  const protocol = use.protocol ?? client?.protocol ?? null
  const baseUrl =
    textOf(use.baseUrl, use, graph) ??
    (client === null ? null : textOf(client.baseUrl, client, graph)) ??
    environmentBaseUrl(use, graph)
  const region =
    textOf(use.region, use, graph) ??
    (client === null ? null : textOf(client.region, client, graph))
  if (baseUrl !== null) {
    const host = resolver.providerOfHost(filled(baseUrl))
    const provider =
      host?.provider ?? providerOfPath(baseUrl) ?? (isOwnHost(baseUrl) ? 'self' : null)
    return {
      id: null,
      provider: provider ?? spelt,
      protocol,
      region: region ?? host?.region ?? resolution?.region ?? null,
      baseUrl,
    }
  }
  const told = named(client?.provider, resolver) ?? named(use.provider, resolver)
  const provider = moreSpecific(told, spelt) ?? productProvider(use)
  return {
    id: null,
    provider,
    protocol: isOthersBody(protocol, provider, resolution) ? null : protocol,
    region: region ?? resolution?.region ?? null,
    baseUrl: null,
  }
}

/** `InvokeModel` of Bedrock takes a body in the format of the model's vendor. */
function isOthersBody(
  protocol: string | null,
  provider: string | null,
  resolution: Resolution | null,
): boolean {
  const vendor = resolution?.vendor ?? 'anthropic'
  return protocol === 'anthropic-messages' && provider === 'aws-bedrock' && vendor !== 'anthropic'
}

/** What a reader is to fill in: `https://<resource>.openai.azure.com`, `https://${NAME}.openai.azure.com`. */
const placeholder = /<[\w -]{1,60}>|\$?\{{1,2}[\w. -]{1,60}\}{1,2}/g

/** With a name where there is none yet, so that the rest of the host can be told. */
function filled(baseUrl: string): string {
  return baseUrl.replaceAll(placeholder, 'name').replace(/^([a-z]+:\/\/)?\./i, '$1name.')
}

/** The catalogue's id; a name it does not know stays as written, a template says nothing. */
function named(text: string | null | undefined, resolver: Resolver): string | null {
  if (text === null || text === undefined) return null
  return resolver.providerOfName(text) ?? (/^[a-z0-9][a-z0-9.-]*$/.test(text) ? text : null)
}

/** Where a product goes unless its settings say otherwise. */
const productProviders: Readonly<Record<string, string>> = {
  'claude-code': 'anthropic',
  codex: 'openai',
  'gemini-cli': 'google',
  'github-copilot': 'github-copilot',
  'gh-models': 'github-models',
  'gitlab-duo': 'gitlab-duo',
  ollama: 'self',
  'openai-agents': 'openai',
}

function productProvider(use: UseFact): string | null {
  return use.product === null ? null : (productProviders[use.product] ?? null)
}

/** A spelling such as `us.anthropic.…-v1:0` says more than a library that reaches many providers. */
function moreSpecific(told: string | null, spelt: string | null): string | null {
  if (spelt !== null && (told === null || spelt.startsWith('aws-') || spelt === 'openrouter'))
    return spelt
  return told
}

function clientOf(use: UseFact, graph: FactGraph): ClientFact | null {
  const inFile = graph.clientsIn(use.place.path)
  if (use.receiver !== null && !isBuilder(use)) {
    const name = lastPart(use.receiver.replace(/^[@$]/, ''))
    const own = inFile.filter((client) => client.name !== null && lastPart(client.name) === name)
    if (own[0] !== undefined) return own.length === 1 ? own[0] : nearestBefore(own, use)
    const elsewhere = graph.clientsNamed(name).filter((client) => mayBeOf(client, use, name, graph))
    if (elsewhere.length === 1 && elsewhere[0] !== undefined) return elsewhere[0]
  }
  const fitting = inFile.filter(
    (client) =>
      (use.protocol === null || client.protocol === use.protocol) && !isOfOtherSdk(client, use),
  )
  // Go hands the parameters over as a value of their own, on which no client stands.
  const based = use.place.path.endsWith('.go')
    ? fitting.filter((client) => client.baseUrl !== null)
    : []
  if (based.length === 1 && based[0] !== undefined) return based[0]
  return sole(fitting, use)
}

/** Providers with SDKs of their own: the client or the address of another SDK in the same file is none of theirs. */
const ownSdks: ReadonlySet<string> = new Set(['aws-bedrock', 'cohere', 'ollama'])

function isOfOtherSdk(client: ClientFact, use: UseFact): boolean {
  return use.provider !== null && ownSdks.has(use.provider) && client.provider !== use.provider
}

/**
 * A client of another file: of the same language, and of the protocol that the call speaks. Where the call tells no
 * protocol, its name alone says too little, since every second file has a `client`: it must be imported, or a member.
 */
function mayBeOf(client: ClientFact, use: UseFact, name: string, graph: FactGraph): boolean {
  if (languageFamily(client.place.path) !== languageFamily(use.place.path)) return false
  if (use.protocol !== null) return client.protocol === null || client.protocol === use.protocol
  return use.receiver !== name || graph.importOf(use.place.path, name) !== undefined
}

function languageFamily(path: string): string {
  const ending = path.slice(path.lastIndexOf('.') + 1)
  return /^(?:[cm]?[jt]sx?|vue|svelte|astro)$/.test(ending) ? 'js' : ending
}

/**
 * A switch or an address that holds for what stands around it: `CLAUDE_CODE_USE_BEDROCK=1`, a host in a script. In
 * code that is the function or what is near; and a vendor that serves only its own models serves no others.
 */
function unnamedClient(
  use: UseFact,
  resolution: Resolution | null,
  graph: FactGraph,
): ClientFact | null {
  if (use.provider !== null || (use.method === 'syntax' && use.protocol !== null)) return null
  const unnamed = graph
    .clientsIn(use.place.path)
    .filter((client) => client.name === null && holdsFor(client, use, resolution))
  const [first] = unnamed
  if (first === undefined || unnamed.some(({ provider }) => provider !== first.provider))
    return null
  // The address tells where a request goes, headers that stand with it tell the protocol.
  const nearest = unnamed
    .filter(({ baseUrl }) => baseUrl !== null)
    .toSorted((a, b) => distance(a, use) - distance(b, use))[0]
  if (nearest === undefined) return first
  const protocol =
    unnamed
      .filter((client) => distance(client, nearest) <= linesOf(use))
      .map((client) => client.protocol)
      .find((one) => one !== null) ?? null
  return { ...nearest, protocol: nearest.protocol ?? protocol }
}

function distance(one: ClientFact, other: ClientFact | UseFact): number {
  return Math.abs(one.place.line - other.place.line)
}

function linesOf(use: UseFact): number {
  return use.method === 'structure' ? nearEntryLines : nearLines
}

/** Lines over which an address still belongs to a request. */
const nearLines = 40

/** In a list of entries the address of the next entry is near as well. */
const nearEntryLines = 4

function holdsFor(client: ClientFact, use: UseFact, resolution: Resolution | null): boolean {
  const vendor = resolution?.vendor ?? null
  const own = ownInterface(client)
  if (own !== null && vendor !== null) return own === vendor
  // A switch in a workflow or a script holds for all of it, an address for what it stands with.
  if (use.method !== 'syntax' && client.baseUrl === null) return true
  if (use.symbol !== '' && client.symbol === use.symbol) return true
  return distance(client, use) <= linesOf(use)
}

/** Vendors' own interfaces, by the address or the provider that a client tells. */
const ownInterfaces: readonly {
  readonly host: RegExp
  readonly provider: string
  readonly vendor: string
}[] = [
  { host: /api\.anthropic\.com/, provider: 'anthropic', vendor: 'anthropic' },
  { host: /api\.openai\.com/, provider: 'openai', vendor: 'openai' },
  { host: /generativelanguage\.googleapis\.com/, provider: 'google', vendor: 'google' },
  { host: /api\.mistral\.ai/, provider: 'mistral', vendor: 'mistral' },
  { host: /api\.cohere\.(?:com|ai)/, provider: 'cohere', vendor: 'cohere' },
  { host: /api\.deepseek\.com/, provider: 'deepseek', vendor: 'deepseek' },
  { host: /api\.x\.ai/, provider: 'xai', vendor: 'xai' },
]

/** The vendor whose models alone a client reaches; null when it may reach others. */
function ownInterface(client: ClientFact): string | null {
  const url = client.baseUrl?.kind === 'literal' ? client.baseUrl.text : ''
  const own = ownInterfaces.find((one) =>
    url === '' ? one.provider === client.provider : one.host.test(url),
  )
  return own?.vendor ?? null
}

function nearestBefore(clients: readonly ClientFact[], use: UseFact): ClientFact | null {
  const before = clients.filter((client) => client.place.line <= use.place.line)
  return before.at(-1) ?? clients[0] ?? null
}

/** Variables that the official SDKs read, by the provider they would otherwise reach. */
const baseUrlVariables: Readonly<Record<string, readonly string[]>> = {
  openai: ['OPENAI_BASE_URL', 'OPENAI_API_BASE'],
  anthropic: ['ANTHROPIC_BASE_URL'],
  'aws-bedrock': ['ANTHROPIC_BEDROCK_BASE_URL'],
  'google-vertex': ['ANTHROPIC_VERTEX_BASE_URL'],
}

function environmentBaseUrl(use: UseFact, graph: FactGraph): string | null {
  if (use.method !== 'syntax' || use.provider === null) return null
  for (const variable of baseUrlVariables[use.provider] ?? []) {
    const near = (graph.environment.get(variable) ?? []).filter((fact) =>
      reaches(fact.place.path, use.place.path),
    )
    for (const fact of near) {
      if (fact.value.kind === 'literal') return fact.value.text
    }
  }
  return null
}

/** A deployment file speaks for code in its own folder and below. */
function reaches(environmentPath: string, codePath: string): boolean {
  const folder = environmentPath.slice(0, environmentPath.lastIndexOf('/') + 1)
  return codePath.startsWith(folder)
}

function textOf(
  value: Value | null,
  fact: { readonly place: { readonly path: string }; readonly symbol: string },
  graph: FactGraph,
): string | null {
  if (value === null) return null
  const reading = { path: fact.place.path, symbol: fact.symbol }
  return (
    resolveValue(value, reading, graph, () => false).find(
      // An empty address is that of the SDK.
      (one) => one.text !== null && one.text.trim() !== '',
    )?.text ?? null
  )
}

/** The one client of a file serves the calls on its objects; a builder or a constructor is a client itself. */
function sole(clients: readonly ClientFact[], use: UseFact): ClientFact | null {
  const [only] = clients
  if (only === undefined || clients.length > 1 || use.receiver === null) return null
  return isBuilder(use) ? null : only
}

function isBuilder(use: UseFact): boolean {
  if (use.receiver === null) return false
  const isJvm = /\.(?:java|kts?)$/.test(use.place.path)
  return /builder/i.test(use.receiver) || (isJvm && /^[A-Z]\w*(?:\.[A-Z]\w*)*$/.test(use.receiver))
}

/** Paths that only one provider has, on whatever host. */
function providerOfPath(url: string): string | null {
  return /\/openai\/deployments(?:\/|$)/.test(url) ? 'azure' : null
}

function isOwnHost(url: string): boolean {
  const host =
    /^(?:[a-z]+:\/\/)?(?:[^/@]*@)?(?<host>\[[^\]]+\]|[^/:?#]+)/i.exec(url)?.groups?.['host'] ?? ''
  return (
    /^(?:localhost|127\.|0\.0\.0\.0$|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|\[::1\]|host\.docker\.internal$)/.test(
      host,
    ) ||
    (!host.includes('.') && host !== '') ||
    /\.(?:local|internal|svc|cluster\.local|lan|intranet|corp)$/.test(host)
  )
}
