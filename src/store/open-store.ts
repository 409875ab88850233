import { Fault } from '../base/fault.ts'
import type { Backend } from './backend/backend.ts'
import type { StoreClock } from './backend/clock.ts'
import { refuseMoved } from './backend/moved-store.ts'
import { isPostgresLocation } from './backend/postgres-address.ts'
import type { PostgresBackend } from './backend/postgres-backend.ts'
import {
  isEmbeddedStoreThere,
  openSqliteBackend,
  type SqliteBackend,
} from './backend/sqlite-backend.ts'
import { embeddedFeed } from './feed/embedded-feed.ts'
import type { FeedReader } from './feed/feed-reader.ts'
import type { Watcher } from './feed/watch.ts'
import { embeddedDispatch } from './jobs/embedded-dispatch.ts'
import type { JobDispatch } from './jobs/job-dispatch.ts'
import { type OpenJobs, openJobs } from './jobs/open-jobs.ts'
import { migrate, schemaState } from './migrations/migrate.ts'
import { attestationRepository } from './repositories/attestation-repository.ts'
import { directiveRepository } from './repositories/directive-repository.ts'
import { dossierRepository } from './repositories/dossier-repository.ts'
import { keyRepository } from './repositories/key-repository.ts'
import { principalRepository } from './repositories/principal-repository.ts'
import { registerRepository } from './repositories/register-repository.ts'
import {
  circuitRepository,
  drillRepository,
  incidentRepository,
  routeRepository,
} from './repositories/revision-repository.ts'
import { sightingRepository } from './repositories/sighting-repository.ts'
import { snapshotRepository } from './repositories/snapshot-repository.ts'
import { spendRepository } from './repositories/spend-repository.ts'
import { trialRepository } from './repositories/trial-repository.ts'
import { unrecordedRepository } from './repositories/unrecorded-repository.ts'
import { verdictRepository } from './repositories/verdict-repository.ts'
import type { Store } from './store.ts'

export interface StoreSettings {
  /** `embedded`, or `postgres://…`, as holdfast.yaml has it. */
  readonly location: string
  /** Where the embedded store lies: `.holdfast` beside holdfast.yaml. */
  readonly folder: string
  readonly clock: StoreClock
  /** What PostgreSQL shows of this process. */
  readonly applicationName?: string
  /** `apply` (the default) brings the tables up to date; `require` refuses a store that waits for it. */
  readonly migrations?: 'apply' | 'require'
}

/** Opens the store, and makes it where there is none. */
export async function openStore(settings: StoreSettings): Promise<Store> {
  return openOver(await openBackend(settings), settings)
}

/** Opens a store whose tables were made before; null: nobody has made them, and nothing is made. */
export async function openMadeStore(settings: StoreSettings): Promise<Store | null> {
  if (settings.location === 'embedded' && !(await isEmbeddedStoreThere(settings.folder)))
    return null
  const opened = await openBackend(settings)
  try {
    const { applied } = await schemaState(opened.backend)
    if (applied.length > 0) return await openOver(opened, settings)
  } catch (error) {
    await opened.backend.close()
    throw error
  }
  await opened.backend.close()
  return null
}

async function openOver({ backend, feed }: Opened, settings: StoreSettings): Promise<Store> {
  try {
    if (settings.migrations === 'require') await requireCurrent(backend)
    else await migrate(backend, settings.clock)
    await backend.read(async (db) => await refuseMoved(db, backend.place))
  } catch (error) {
    await backend.close()
    throw error
  }
  return storeOver(backend, feed(), settings.clock)
}

export type AnyBackend = PostgresBackend | SqliteBackend

interface Opened {
  readonly backend: AnyBackend
  readonly feed: () => FeedReader
}

/** The place of the tables alone, without tables in it: for migrations and for copies. */
export async function openBackend(settings: StoreSettings): Promise<Opened> {
  const { location, folder, clock } = settings
  if (location === 'embedded') {
    const backend = await openSqliteBackend(folder, clock)
    return { backend, feed: () => embeddedFeed(backend) }
  }
  if (!isPostgresLocation(location))
    throw new Fault('HF_STORE_ADDRESS', 'the address of the store cannot be understood', {
      expected: '`embedded`, or `postgres://USER@HOST:PORT/DATABASE`',
    })
  // The driver is loaded where it is needed: an embedded store starts without it.
  const { openPostgresBackend } = await import('./backend/postgres-backend.ts')
  const { postgresFeed } = await import('./feed/postgres-feed.ts')
  const backend = await openPostgresBackend(location, settings.applicationName ?? 'holdfast', clock)
  return { backend, feed: () => postgresFeed(backend) }
}

async function requireCurrent(backend: Backend): Promise<void> {
  const { pending } = await schemaState(backend)
  if (pending.length === 0) return
  throw new Fault('HF_STORE_OLDER', `\`${backend.place}\` lacks \`${pending.join('`, `')}\``, {
    advice: '`holdfast store migrate` brings it up to date',
  })
}

function storeOver(backend: AnyBackend, feed: FeedReader, clock: StoreClock): Store {
  const context = { backend, clock }
  const watch: Store['watch'] = async (topics, listener) => {
    const watcher: Watcher = { topics: new Set(topics), listener }
    await feed.add(watcher)
    return { close: async () => feed.remove(watcher) }
  }
  let jobs: Promise<OpenJobs> | null = null
  const makeJobs = async (): Promise<OpenJobs> => {
    const dispatch = await dispatchOver(backend)
    return openJobs({ context, dispatch, watch })
  }
  return {
    kind: backend.kind,
    place: backend.place,
    principals: principalRepository(context),
    keys: keyRepository(context),
    attestations: attestationRepository(context),
    directives: directiveRepository(context),
    snapshots: snapshotRepository(context),
    registers: registerRepository(context),
    trials: trialRepository(context),
    verdicts: verdictRepository(context),
    drills: drillRepository(context),
    dossiers: dossierRepository(context),
    incidents: incidentRepository(context),
    circuits: circuitRepository(context),
    routes: routeRepository(context),
    sightings: sightingRepository(context),
    spends: spendRepository(context),
    unrecorded: unrecordedRepository(context),
    jobs: () => {
      jobs ??= makeJobs()
      // A server that was away at the first use is asked again at the next.
      jobs.catch(() => (jobs = null))
      return jobs
    },
    watch,
    close: async () => {
      await jobs?.then(
        (one) => one.close(),
        () => undefined,
      )
      await feed.close()
      await backend.close()
    },
  }
}

async function dispatchOver(backend: AnyBackend): Promise<JobDispatch> {
  if (backend.kind === 'embedded') return embeddedDispatch(backend)
  const { postgresDispatch } = await import('./jobs/postgres-dispatch.ts')
  return await postgresDispatch(backend)
}
