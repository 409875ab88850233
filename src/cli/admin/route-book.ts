import { digest } from '../../base/digest.ts'
import { Fault, messageOf } from '../../base/fault.ts'
import { shorten, visibleText } from '../../base/visible-text.ts'
import { suggestNames } from '../../catalogue/index.ts'
import type { HoldfastConfig } from '../../schema/holdfast-config.ts'
import type { EntryBody } from '../../schema/ledger-entry.ts'
import type { RouteRecord } from '../../schema/route-record.ts'
import type { Store } from '../../store/index.ts'
import type { LazyStore } from '../open-store.ts'
import type { RecordKeeper } from '../record-keeper.ts'
import { type RouteStanding, routeStandings } from './route-standing.ts'

/** Somebody else may be first each time; after so many times something is wrong. */
const attemptsMax = 5
const reasonCharactersMax = 500

export async function standingsIn(
  config: Pick<HoldfastConfig, 'routes'>,
  store: LazyStore,
): Promise<readonly RouteStanding[]> {
  const records = (await (await store.ifThere())?.routes.list()) ?? []
  return routeStandings(config, records)
}

/** Why routes take no traffic, by id. */
export function disabledIn(standings: readonly RouteStanding[]): ReadonlyMap<string, string> {
  return new Map(
    standings.flatMap(({ id, disabled }) => (disabled === null ? [] : [[id, disabled] as const])),
  )
}

/**
 * Keeps what is new about origins: one that is used for the first time, and one that is refused, each told once. A
 * store that cannot be written holds up no traffic: then a change of an origin will not be noticed, and that is told.
 */
export async function keepOrigins(
  standings: readonly RouteStanding[],
  keeper: RecordKeeper,
): Promise<readonly string[]> {
  const isNew = standings.filter(isNews)
  if (isNew.length > 0) {
    try {
      const store = await keeper.store.open()
      for (const standing of isNew) await keepOrigin(standing, store, keeper)
    } catch (error) {
      return [
        `origins of credentials cannot be kept, so a change of one would not be noticed: ${messageOf(error)}`,
        ...refusals(standings),
      ]
    }
  }
  return refusals(standings)
}

function isNews({ origin, record, standing }: RouteStanding): boolean {
  if (standing.kind === 'first-use' || standing.kind === 'known') return true
  return standing.kind === 'refused' && record?.refusedOrigin !== origin
}

function refusals(standings: readonly RouteStanding[]): readonly string[] {
  return standings.flatMap(({ id, origin, standing }) =>
    standing.kind === 'refused'
      ? [
          `route \`${id}\` takes no traffic: its credential has gone to ${standing.before} so far and holdfast.yaml now sends it to ${origin}; \`holdfast route accept ${id}\` accepts that`,
        ]
      : [],
  )
}

async function keepOrigin(
  { id, origin, credential, standing }: RouteStanding,
  store: Store,
  keeper: RecordKeeper,
): Promise<void> {
  const isRefused = standing.kind === 'refused'
  const change = isRefused
    ? `origin changed from ${standing.before} to ${origin}, not accepted`
    : `origin ${origin} accepted at its first use`
  const before = standing.kind === 'refused' ? standing.before : null
  await keeper.deciding((recorder) =>
    recorder.recordAnyway(routeEntry(id, { change, by: 'gateway', before, after: origin })),
  )
  await revise(store, id, (record) =>
    isRefused
      ? { ...record, refusedOrigin: origin }
      : accepted(record, { origin, credential, by: 'gateway' }),
  )
}

export interface RouteChange {
  readonly id: string
  readonly kind: 'enable' | 'disable' | 'accept'
  /** As the ledger names whoever does it. */
  readonly by: string
  readonly reason?: string | null | undefined
}

/** An operator's word on a route; gives back how it stands then. */
export async function changeRoute(
  wanted: RouteChange,
  config: Pick<HoldfastConfig, 'routes'>,
  keeper: RecordKeeper,
): Promise<RouteStanding> {
  const standing = findRoute(await standingsIn(config, keeper.store), wanted.id)
  if (wanted.kind === 'accept') await acceptOrigin(standing, wanted.by, keeper)
  else if (wanted.kind === 'enable') await enable(standing, wanted.by, keeper)
  else await disable(standing, wanted, keeper)
  return findRoute(await standingsIn(config, keeper.store), wanted.id)
}

/** What allows more is on record before it is done. */
async function acceptOrigin(
  { id, origin, credential, record, standing }: RouteStanding,
  by: string,
  keeper: RecordKeeper,
): Promise<void> {
  if (standing.kind === 'accepted' || standing.kind === 'no-credential') return
  const before = record?.origin ?? null
  const instead = before === null || before === origin ? '' : ` instead of ${before}`
  await keeper.deciding(async (recorder) => {
    const change = `origin ${origin} accepted${instead}`
    await recorder.record(routeEntry(id, { change, by, before, after: origin }))
    const store = await keeper.store.open()
    await revise(store, id, (kept) => accepted(kept, { origin, credential, by }))
  })
}

async function enable({ id, record }: RouteStanding, by: string, keeper: RecordKeeper) {
  if (record?.state !== 'disabled') return
  await keeper.deciding(async (recorder) => {
    const change = 'brought back into traffic'
    await recorder.record(routeEntry(id, { change, by, before: null, after: null }))
    await revise(await keeper.store.open(), id, (kept) => withState(kept, 'enabled', by, null))
  })
}

/** It is done first and recorded then: nothing that restricts waits for a ledger. */
async function disable(
  { id, record }: RouteStanding,
  { by, reason = null }: RouteChange,
  keeper: RecordKeeper,
): Promise<void> {
  const written = shorten(visibleText(reason ?? '').trim(), reasonCharactersMax)
  const why = written === '' ? null : written
  if (record?.state === 'disabled' && record.reason === why) return
  await revise(await keeper.store.open(), id, (kept) => withState(kept, 'disabled', by, why))
  const change = `taken out of traffic${why === null ? '' : `: ${why}`}`
  await keeper.deciding((recorder) =>
    recorder.recordAnyway(routeEntry(id, { change, by, before: null, after: null })),
  )
}

function withState(
  record: RouteRecord,
  state: RouteRecord['state'],
  by: string,
  reason: string | null,
): RouteRecord {
  return { ...record, state, reason, changedAt: new Date().toISOString(), changedBy: by }
}

export function findRoute(standings: readonly RouteStanding[], id: string): RouteStanding {
  const found = standings.find((one) => one.id === id)
  if (found !== undefined) return found
  const ids = standings.map((one) => one.id)
  const near = suggestNames(id, ids)
  throw new Fault('HF_ROUTE_UNKNOWN', `holdfast.yaml has no route \`${shorten(id, 200)}\``, {
    expected: 'the id of a route',
    advice:
      near.length > 0
        ? `did you mean ${near.map((name) => `\`${name}\``).join(' or ')}?`
        : '`holdfast route list` shows every route',
  })
}

function routeEntry(
  subject: string,
  parts: {
    readonly change: string
    readonly by: string
    readonly before: string | null
    readonly after: string | null
  },
): EntryBody {
  const { change, by, before, after } = parts
  return {
    kind: 'route',
    subject,
    change,
    by,
    before: before === null ? null : digest(before),
    after: after === null ? null : digest(after),
  }
}

function accepted(
  record: RouteRecord,
  { origin, credential, by }: Readonly<Record<'origin' | 'credential' | 'by', string>>,
): RouteRecord {
  const acceptedAt = new Date().toISOString()
  return { ...record, origin, credential, acceptedAt, acceptedBy: by, refusedOrigin: null }
}

async function revise(
  store: Store,
  id: string,
  change: (record: RouteRecord) => RouteRecord,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const record = (await store.routes.find(id)) ?? nothingKept(id)
    try {
      await store.routes.save(change(record))
      return
    } catch (error) {
      const isOvertaken = error instanceof Fault && error.code === 'HF_STORE_CONFLICT'
      if (!isOvertaken || attempt === attemptsMax) throw error
    }
  }
}

function nothingKept(id: string): RouteRecord {
  return {
    id,
    state: 'enabled',
    reason: null,
    changedAt: null,
    changedBy: null,
    origin: null,
    credential: null,
    acceptedAt: null,
    acceptedBy: null,
    refusedOrigin: null,
    revision: 0,
  }
}
