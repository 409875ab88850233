import { randomBytes } from 'node:crypto'
import { statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { HoldfastConfig } from '../schema/holdfast-config.ts'
import type { Store, StoreSettings } from '../store/index.ts'

/** The store that holdfast.yaml names, opened when it is first asked for. */
export interface LazyStore {
  /** Null: there is none yet. Whoever only looks makes none. */
  ifThere(): Promise<Store | null>
  /** Makes it where there is none. */
  open(): Promise<Store>
  close(): Promise<void>
}

export function storeSettings(
  config: Pick<HoldfastConfig, 'store'> | null,
  configPath: string,
  applicationName = 'holdfast',
): StoreSettings {
  return {
    location: config?.store ?? 'embedded',
    folder: join(dirname(configPath), '.holdfast'),
    clock: { now: Date.now, random: randomBytes },
    applicationName,
  }
}

/**
 * A store that failed to open is not asked again: a server that is away costs a command one wait. `askAgainMs`: it is,
 * after so long, for a process that goes on for months.
 */
export function lazyStore(settings: StoreSettings, askAgainMs: number | null = null): LazyStore {
  let looked: Promise<Store | null> | null = null
  let made: Promise<Store> | null = null
  const afterFailure = (forget: () => void): void => {
    if (askAgainMs !== null) setTimeout(forget, askAgainMs).unref()
  }
  const look = (): Promise<Store | null> => {
    looked ??= openMade(settings).then(
      (store) => {
        // Another process may make it meanwhile.
        if (store === null) looked = null
        return store
      },
      (error: unknown) => {
        afterFailure(() => (looked = null))
        throw error
      },
    )
    return looked
  }
  const ifThere = (): Promise<Store | null> => made?.catch(look) ?? look()
  return {
    ifThere,
    open: () => {
      made ??= look()
        .then(async (store) => {
          if (store !== null) return store
          const { openStore } = await import('../store/index.ts')
          return await openStore(settings)
        })
        .catch((error: unknown) => {
          afterFailure(() => (made = null))
          throw error
        })
      return made
    },
    close: async () => {
      const store = await (made ?? looked)?.catch(() => null)
      await store?.close()
      const second = made === null ? null : await looked?.catch(() => null)
      if (second !== store) await second?.close()
    },
  }
}

/** One that a process holds open anyway, and closes itself. */
export function openedStore(store: Store): LazyStore {
  return { ifThere: async () => store, open: async () => store, close: async () => undefined }
}

async function openMade(settings: StoreSettings): Promise<Store | null> {
  // The room is loaded where there is something to open: other starts do without.
  if (settings.location === 'embedded' && isSurelyAbsent(join(settings.folder, 'store.sqlite')))
    return null
  const { openMadeStore } = await import('../store/index.ts')
  return await openMadeStore(settings)
}

/** A place that cannot be looked at is not absent: what was accepted may lie there. */
function isSurelyAbsent(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined
  } catch {
    return false
  }
}
