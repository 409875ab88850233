import { randomBytes } from 'node:crypto'
import { Fault } from '../../src/base/fault.ts'
import { openStore, type Store } from '../../src/store/index.ts'

/**
 * A process that writes until it is killed. Words: location, folder, trial, first number. It prints each number once
 * the store has acknowledged its claim and its answer. A store that is away is waited for, and the write repeated.
 */
const [location = '', folder = '', trial = '', first = '0'] = process.argv.slice(2)
const store = await openStore({ location, folder, clock: { now: Date.now, random: randomBytes } })
process.stdout.write('open\n')

async function writeForever(step: number, from: number): Promise<never> {
  for (let number = from; ; number += step) {
    await repeated(() => write(store, number))
    process.stdout.write(`${number}\n`)
  }
}

async function write(store: Store, number: number): Promise<void> {
  const key = { trial, item: String(number), arm: 'candidate', attempt: 1 }
  await store.trials.claimAnswer(key, String(process.pid))
  await store.trials.keepAnswer(key, { number })
  await store.drills.save({
    id: `${trial} ${number}`,
    state: 'planned',
    traffic: 'mirrored',
    by: ['ada'],
    plan: null,
    result: null,
    createdAt: '2026-06-12T08:00:00.000Z',
    startedAt: null,
    endedAt: null,
    revision: 0,
  })
}

async function repeated(work: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      await work()
      return
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'HF_STORE_UNREACHABLE') throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

const lanes = 3
await Promise.all(
  Array.from({ length: lanes }, (_, lane) => writeForever(lanes, Number(first) + lane)),
)
