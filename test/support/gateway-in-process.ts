import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { createResolver } from '../../src/catalogue/index.ts'
import {
  buildState,
  type Caller,
  Gateway,
  type GatewayClock,
  type GatewayState,
} from '../../src/gateway/index.ts'
import {
  buildSnapshot,
  type PolicySnapshot,
  policyWorldOf,
  type Principal,
} from '../../src/policy/index.ts'
import { codecs } from '../../src/protocols/index.ts'
import type { Catalogue } from '../../src/schema/catalogue.ts'
import { HoldfastConfig } from '../../src/schema/holdfast-config.ts'
import { engine } from '../policy/sample-world.ts'

/** A gateway in the process of the test, with time and callers of its own: for properties of many cases. */
export interface GatewayInProcess {
  /** Without a path. */
  readonly url: string
  readonly gateway: Gateway
  /** What an operator was told. */
  readonly warnings: readonly string[]
  close(): Promise<void>
}

export interface InProcessParts {
  readonly state: GatewayState
  /** Milliseconds since 1970; the system's clock unless said. */
  readonly now?: () => number
}

export interface StateInput {
  /** As in holdfast.yaml. */
  readonly config: object
  /** Null: everything in the configuration is permitted to its audience. */
  readonly snapshot?: PolicySnapshot
  /** Who has which key. */
  readonly callers: ReadonlyMap<string, { readonly principal: Principal }>
}

const noCatalogue: Catalogue = {
  families: { version: 1, republishers: [], families: [] },
  sources: [],
  vendors: [],
  providers: [],
}

/** Waits that are only there to spread load over time. */
const shortWaitMs = 500

export async function startGatewayInProcess({
  state,
  now = Date.now,
}: InProcessParts): Promise<GatewayInProcess> {
  const warnings: string[] = []
  const clock: GatewayClock = {
    now,
    elapsed: () => performance.now(),
    after: (ms, then) => {
      const timer = setTimeout(then, ms < shortWaitMs ? 0 : ms)
      return { refresh: () => void timer.refresh(), cancel: () => clearTimeout(timer) }
    },
  }
  const gateway = new Gateway({
    state,
    codecs,
    clock,
    evidence: null,
    randomBytes,
    random: () => 0.5,
    warn: (message) => warnings.push(message),
    onCircuit: () => undefined,
  })
  await new Promise<void>((resolve) => gateway.server.listen(0, '127.0.0.1', resolve))
  const { port } = gateway.server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    gateway,
    warnings,
    close: () => gateway.close(1_000),
  }
}

export function stateOf({ config: written, snapshot, callers }: StateInput): GatewayState {
  const config = HoldfastConfig.parse(written)
  const workflows = config.workflows.map(({ id }) => id)
  const known = new Map<string, Caller>()
  for (const [key, { principal }] of callers)
    known.set(key, { id: key, pseudonym: null, principal, sealedClass: null, workflows })
  return buildState({
    config,
    catalogue: noCatalogue,
    resolver: createResolver(noCatalogue),
    snapshot: snapshot ?? snapshotOfConfig(config),
    callers: { find: (key) => known.get(key) ?? null },
    verdicts: [],
    credentialOf: () => 'upstream-key-of-the-test',
    disabledRoutes: new Map(),
  })
}

function snapshotOfConfig(config: HoldfastConfig): PolicySnapshot {
  return buildSnapshot({
    world: policyWorldOf(config, noCatalogue, () => null),
    directives: [],
    invalid: [],
    ownPolicies: [],
    at: '2026-01-01T00:00:00.000Z',
    expiresAt: '2100-01-01T00:00:00.000Z',
    version: 1,
    engine,
  })
}
