import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { Gateway } from '../gateway/index.ts'
import type { Store, WatchListener } from '../store/index.ts'
import type { LazyStore } from './open-store.ts'
import { StateKeeper } from './serve-keeper.ts'
import type { LoadedState, StateLoader } from './serve-state.ts'

/** Files, store and gateway are stood in for: what counts is when everything is loaded. */

let folder = ''
let loads = 0
let told = 0
let listeners: WatchListener[] = []
let keeper: StateKeeper

const watched = {
  watch: async (_topics: readonly string[], listener: WatchListener) => {
    listeners.push(listener)
    return { close: async () => undefined }
  },
} as unknown as Store

function keeperOver(ifThere: LazyStore['ifThere']): StateKeeper {
  const loaded = {
    state: { snapshot: { version: 1 } },
    workspace: { now: '2026-11-25T00:00:00.000Z', config: {} },
    order: {},
    notices: [],
    changesAt: null,
  } as unknown as LoadedState
  const load = async (): Promise<LoadedState> => {
    loads += 1
    return loaded
  }
  return new StateKeeper(
    {
      gateway: { state: { routes: new Map() }, swap: () => undefined } as unknown as Gateway,
      loader: { load } as unknown as StateLoader,
      store: { ifThere } as unknown as LazyStore,
      configPath: join(folder, 'holdfast.yaml'),
      routesOf: async () => ({ disabled: new Map(), addresses: new Map() }),
      refreshCircuits: async () => undefined,
      onLoaded: async () => undefined,
      onCallers: async () => undefined,
      onRoutes: async () => undefined,
      tell: () => {
        told += 1
      },
      warn: (message) => assert.fail(message),
    },
    loaded,
  )
}

async function untilLoaded(times: number): Promise<void> {
  const isThere = (): boolean => loads >= times
  for (let tried = 0; !isThere() && tried < 500; tried += 1) await delay(10)
  assert.equal(loads, times)
}

suite('the state in force', () => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-keeper-'))
    loads = 0
    told = 0
    listeners = []
  })
  afterEach(() => {
    keeper.stop()
    rmSync(folder, { recursive: true })
  })

  test('what changed between the first state and the first look is loaded, with and without a store', async () => {
    keeper = keeperOver(async () => null)
    await keeper.start()
    await untilLoaded(1)
    keeper.stop()
    keeper = keeperOver(async () => watched)
    await keeper.start()
    await untilLoaded(2)
  })

  test('what was written into a store that comes later, before anybody watched it, is loaded', async () => {
    let store: Store | null = null
    keeper = keeperOver(async () => store)
    await keeper.start()
    await untilLoaded(1)
    store = watched
    await untilLoaded(2)
    assert.equal(listeners.length, 1)
  })

  test('a change while everything is loaded is loaded once more', async () => {
    keeper = keeperOver(async () => watched)
    await keeper.start()
    await untilLoaded(1)
    for (let count = 0; count < 3; count += 1)
      for (const listener of listeners) listener({ kind: 'everything' })
    await untilLoaded(3)
    await delay(10)
    assert.equal(told, 2)
  })
})
