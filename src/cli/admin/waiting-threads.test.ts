import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { WaitingThreads } from './waiting-threads.ts'

const listens = "require('node:worker_threads').parentPort.on('message', () => undefined)"

async function thread(): Promise<Worker> {
  const worker = new Worker(listens, { eval: true })
  await once(worker, 'online')
  return worker
}

test('one waits for the next work, so many at a time', async () => {
  const waiting = new WaitingThreads({ waitsMs: 60_000, max: 1 })
  const [one, other] = [await thread(), await thread()]
  assert.equal(waiting.take(), null)
  assert.equal(waiting.add(one), true)
  assert.equal(waiting.add(other), false)
  assert.equal(waiting.take(), one)
  assert.equal(waiting.take(), null)
  await Promise.all([one.terminate(), other.terminate()])
})

test('one that has waited long enough is ended, and nobody gets it meanwhile', async () => {
  const waiting = new WaitingThreads({ waitsMs: 5, max: 1 })
  const worker = await thread()
  const ended = once(worker, 'exit')
  assert.equal(waiting.add(worker), true)
  // Timers of one length fire in their order: the thread has just been told to end, and has not ended.
  await setTimeout(5)
  assert.notEqual(worker.threadId, -1)
  assert.equal(waiting.take(), null)
  // Neither keeps the process.
  worker.ref()
  await ended
})

test('one that has ended does not wait', async () => {
  const waiting = new WaitingThreads({ waitsMs: 60_000, max: 2 })
  const [dead, dies] = [await thread(), await thread()]
  await dead.terminate()
  assert.equal(waiting.add(dead), false)
  assert.equal(waiting.add(dies), true)
  await dies.terminate()
  assert.equal(waiting.take(), null)
})

test('all end, and none waits any more', async () => {
  const waiting = new WaitingThreads({ waitsMs: 60_000, max: 2 })
  const [one, late] = [await thread(), await thread()]
  waiting.add(one)
  await waiting.endAll()
  assert.equal(one.threadId, -1)
  assert.equal(waiting.add(late), false)
  await late.terminate()
})
