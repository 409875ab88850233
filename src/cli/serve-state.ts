import { readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { compareText } from '../base/compare.ts'
import { Fault } from '../base/fault.ts'
import { createResolver, type Resolver } from '../catalogue/index.ts'
import {
  buildState,
  type Caller as GatewayCaller,
  type Callers as GatewayCallers,
  type GatewayState,
  type RouteStandings,
  withRouteStandings,
} from '../gateway/index.ts'
import type { PolicySnapshot, Principal, SnapshotContent } from '../policy/index.ts'
import type { Catalogue } from '../schema/catalogue.ts'
import type { HoldfastConfig } from '../schema/holdfast-config.ts'
import type { AdminCaller } from './admin/admin-tokens.ts'
import { probePrincipal } from './admin/probe-principal.ts'
import type { StateOrder } from './fleet/fleet-message.ts'
import { type Caller, callerOf, type Callers, loadCallers } from './load-callers.ts'
import type { Oidc } from './oidc.ts'
import type { LocalEngine } from './local/local-engine.ts'
import { localRouteId } from './local/local-route.ts'
import type { TokenFinder } from './oidc-tokens.ts'
import type { LazyStore } from './open-store.ts'
import { openPolicy, type PolicyWorkspace, snapshotOf } from './policy-workspace.ts'
import { durably, nothingRecorded } from './record-keeper.ts'
import { confirmSchedules } from './qualify/schedule/scheduled-workflows.ts'
import { readVerdicts } from './read-verdicts.ts'
import { RouteCredentials } from './route-credential.ts'
import type { ServedEvidence } from './serve-evidence.ts'

export interface StateSources {
  readonly configPath: string
  readonly store: LazyStore
  readonly evidence: ServedEvidence | null
  readonly oidc: Oidc
  /** Looks at what is kept of the routes, and keeps what is new. */
  readonly routesOf: (config: HoldfastConfig) => Promise<StandingRoutes>
  /** Null: no local model was asked for. */
  readonly local: LocalEngine | null
  readonly warn: (message: string) => void
}

interface StandingRoutes extends RouteStandings {
  readonly notices: readonly string[]
}

export interface LoadedState {
  readonly state: GatewayState
  readonly workspace: PolicyWorkspace
  readonly catalogue: Catalogue
  /** Signed tokens of the admin API; undefined: none counts. */
  readonly adminTokens: TokenFinder<AdminCaller> | undefined
  /** As whom withdrawn models are probed. */
  readonly probe: Principal
  /** What other processes make the same state from. */
  readonly order: StateOrder
  /** What an operator must know of it. */
  readonly notices: readonly string[]
  /** When it must be loaded again though nobody changes anything; null: never. RFC 3339. */
  readonly changesAt: string | null
}

/** A snapshot that nobody renews stops deciding about restricted models after this. */
const snapshotMs = 60 * 60_000

/** Loads everything that a gateway decides by, again and again; what is dear to make is kept while it fits. */
export class StateLoader {
  readonly #sources: StateSources
  #version = 0
  #snapshot: PolicySnapshot | undefined
  #catalogue: Catalogue | null = null
  readonly #resolverOf = resolverMaker()

  constructor(sources: StateSources) {
    this.#sources = sources
  }

  async load(): Promise<LoadedState> {
    const { configPath, evidence, oidc, local, warn } = this.#sources
    const store = await this.#sources.store.ifThere()
    const workspace = await openPolicy(
      { config: configPath },
      {
        open: {
          ...(store === null ? {} : { store }),
          ...(evidence === null
            ? {}
            : { recordDurable: (entry) => durably(evidence.ledger, entry) }),
        },
      },
    )
    const { config } = workspace
    confirmSchedules(config, Date.parse(workspace.now))
    const catalogue = this.#known(workspace.directives.catalogue)
    confirmContentsKept(config, evidence)
    const folder = dirname(configPath)
    const snapshot = this.#built(workspace)
    const callers = await loadCallers({ config, folder, store, at: workspace.at })
    const issued = await oidc.callers(config)
    const verdicts = await readVerdicts(folder, [])
    const stored = store === null ? [] : await store.verdicts.list()
    local?.configure(config)
    const routes = await this.#sources.routesOf(config)
    const probe = await probePrincipal(config, this.#sources.store, workspace.at)
    const credentials = new RouteCredentials(folder, warn)
    // A credential that is missing is told now, not with the first request that fails.
    for (const route of config.routes) {
      if ((local?.keyOf(route.id) ?? null) === null) credentials.of(route)
    }
    const allVerdicts = [...verdicts.records, ...stored]
    const built = buildState({
      config,
      catalogue,
      resolver: this.#resolverOf(catalogue),
      snapshot,
      callers: gatewayCallers(callers, issued.tokens, evidence),
      verdicts: allVerdicts,
      credentialOf: (route) => local?.keyOf(route.id) ?? credentials.of(route),
      disabledRoutes: routes.disabled,
    })
    const state = withRouteStandings(built, routes)
    this.#snapshot = snapshot
    issued.adopt()
    return {
      state,
      workspace,
      catalogue,
      adminTokens: issued.adminTokens,
      probe: probe.principal,
      order: {
        config,
        catalogue,
        content: contentOf(snapshot),
        verdicts: allVerdicts,
        standings: routes,
        localKey: local?.keyOf(localRouteId) ?? null,
      },
      notices: [
        // Whoever serves without a ledger was told so at the start.
        ...workspace.enforced.warnings.filter((text) => text !== nothingRecorded),
        ...workspace.dangling,
        ...callers.problems,
        ...callers.doubts,
        ...issued.notices,
        ...verdicts.notices,
        ...routes.notices,
        ...probe.notices,
      ],
      changesAt: earlier(snapshot.changesAt, callers.changesAt),
    }
  }

  /** Callers alone, by a configuration that was loaded before: with keys and attestations as the store has them now. */
  async callersOf(
    { config }: PolicyWorkspace,
    { tokens }: GatewayCallers,
  ): Promise<{ readonly callers: GatewayCallers; readonly changesAt: string | null }> {
    const { configPath, evidence } = this.#sources
    const store = await this.#sources.store.ifThere()
    const at = new Date().toISOString()
    const loaded = await loadCallers({ config, folder: dirname(configPath), store, at })
    return {
      callers: gatewayCallers(loaded, tokens, evidence),
      changesAt: loaded.changesAt,
    }
  }

  #built(workspace: PolicyWorkspace): PolicySnapshot {
    const expiresAt = new Date(Date.parse(workspace.at) + snapshotMs).toISOString()
    const snapshot = snapshotOf(workspace, {
      expiresAt,
      version: this.#version + 1,
      previous: this.#snapshot,
    })
    this.#version += 1
    return snapshot
  }

  /** The one of before where it says the same: what was made from it is kept, and it is not sent again. */
  #known(catalogue: Catalogue): Catalogue {
    if (!isDeepStrictEqual(this.#catalogue, catalogue)) this.#catalogue = catalogue
    return this.#catalogue ?? catalogue
  }
}

/** What a snapshot is made from anew, without its tables. */
function contentOf({
  digest: _digest,
  table: _table,
  ...content
}: PolicySnapshot): SnapshotContent {
  return content
}

/** Makes the resolver of a catalogue once. */
export function resolverMaker(): (catalogue: Catalogue) => Resolver {
  let last: { readonly catalogue: Catalogue; readonly resolver: Resolver } | null = null
  return (catalogue) => {
    if (last?.catalogue !== catalogue) last = { catalogue, resolver: createResolver(catalogue) }
    return last.resolver
  }
}

/** Half of a snapshot's life: so long nothing may change, and it is renewed all the same. */
export const renewMs = snapshotMs / 2

export function gatewayCallers(
  callers: Callers,
  tokens: GatewayCallers['tokens'],
  evidence: ServedEvidence | null,
): GatewayCallers {
  // What the ledger knows a caller by is the same for each of its requests.
  const known = new Map<Caller, GatewayCaller>()
  return {
    ...(tokens === undefined ? {} : { tokens }),
    find: (key, at) => {
      const caller = callerOf(callers, key, at)
      if (caller === null) return null
      const found = known.get(caller) ?? gatewayCaller(caller, evidence)
      known.set(caller, found)
      return found
    },
  }
}

function gatewayCaller(caller: Caller, evidence: ServedEvidence | null): GatewayCaller {
  return {
    id: caller.id,
    pseudonym: evidence?.pseudonymOf(caller.id) ?? null,
    principal: caller.principal,
    sealedClass: evidence?.sealedClass(caller.id, caller.principal.class) ?? null,
    workflows: caller.workflows,
  }
}

function earlier(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other
  return one < other ? one : other
}

/**
 * What tells whether a file that a state is made from has changed: their names, sizes and times. Cheap enough to ask
 * several times a second, and unlike notices of the file system it misses nothing.
 */
export async function filesMark(configPath: string): Promise<string> {
  const folder = dirname(configPath)
  const folders = [
    'directives',
    'policies',
    'data',
    join('.holdfast', 'verdicts'),
    join('.holdfast', 'catalogue'),
  ]
  const marks = [markOf(configPath), filesMarkOf(folders.map((name) => join(folder, name)))]
  return (await Promise.all(marks)).join('\n')
}

/** The same of all files in folders. */
export async function filesMarkOf(folders: readonly string[]): Promise<string> {
  const names = await Promise.all(folders.map(namesIn))
  return (await Promise.all(names.flat().map(markOf))).join('\n')
}

async function namesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  return names.toSorted(compareText).map((name) => join(folder, name))
}

async function markOf(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => null)
  return found === null ? `${path} gone` : `${path} ${found.ino} ${found.size} ${found.mtimeNs}`
}

/** Contents that were to be kept and are not would be missed only when counsel asks for them. */
function confirmContentsKept(config: HoldfastConfig, evidence: ServedEvidence | null): void {
  const keeping = config.workflows.find(({ keepContents }) => keepContents === true)
  if (keeping === undefined || (evidence !== null && evidence.evidence.seal !== null)) return
  throw new Fault(
    'HF_KEY_INVALID',
    `workflow \`${keeping.id}\` keeps contents, and nothing seals them`,
    {
      expected:
        '`ledger.counselKey`, read when the process started: only counsel may open contents',
      advice: '`holdfast ledger keys init` makes one; then restart',
    },
  )
}
