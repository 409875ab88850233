import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore, type Store, type StoreSettings } from '../../src/store/index.ts'

export const systemClock = { now: Date.now, random: randomBytes }

/** Where tests may open stores; everything is gone after `remove`. */
export interface StoreCase {
  /** The settings of a store that nobody has used yet. */
  fresh(): StoreSettings
  /** Opens one, closed by `remove`. */
  open(settings?: StoreSettings): Promise<Store>
  remove(): Promise<void>
}

export function storeCase(newLocation: () => string): StoreCase {
  const root = mkdtempSync(join(tmpdir(), 'holdfast-store-'))
  const opened: Store[] = []
  let stores = 0
  const fresh = (): StoreSettings => {
    stores += 1
    return { location: newLocation(), folder: join(root, String(stores)), clock: systemClock }
  }
  return {
    fresh,
    open: async (settings = fresh()) => {
      const store = await openStore(settings)
      opened.push(store)
      return store
    },
    remove: async () => {
      await Promise.all(opened.map((store) => store.close()))
      rmSync(root, { recursive: true, force: true })
    },
  }
}

/** Waits until something is so, and fails when it is not in time. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  ms = 60_000,
): Promise<void> {
  const endsAt = performance.now() + ms
  while (!(await isSo())) {
    if (performance.now() > endsAt) throw new Error(`not in time: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
