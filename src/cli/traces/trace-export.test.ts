import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Registry } from 'prom-client'
import { madeCall } from '../../../test/support/traced-call.ts'
import { HoldfastConfig } from '../../schema/holdfast-config.ts'
import { TraceExport } from './trace-export.ts'
import type { PipelineParts } from './trace-pipeline.ts'

function config(traces?: object): HoldfastConfig {
  return HoldfastConfig.parse({
    version: 1,
    organisation: { name: 'Acme' },
    ...(traces === undefined ? {} : { gateway: { traces } }),
  })
}

interface Opened extends PipelineParts {
  taken: number
  isClosed: boolean
  taking: () => void
}

/** With pipelines that take what they get and say nothing until a test does it for them. */
function made(open?: () => Promise<never>) {
  const registry = new Registry()
  const told: string[] = []
  const opened: Opened[] = []
  const traces = new TraceExport({
    folder: '/',
    environment: {},
    registry,
    version: '0',
    instance: 'one',
    warn: (message) => void told.push(message),
    open:
      open ??
      ((parts) => {
        const pipeline: Opened = { ...parts, taken: 0, isClosed: false, taking: () => undefined }
        opened.push(pipeline)
        return Promise.resolve({
          take: () => {
            pipeline.taking()
            pipeline.taken += 1
          },
          close: () => {
            pipeline.isClosed = true
            return Promise.resolve()
          },
        })
      }),
  })
  return { traces, registry, told, opened }
}

test('of spans that nobody takes so many wait and no more, and the others are counted', async () => {
  const { traces, registry, told, opened } = made()
  await traces.configure(config({}))
  for (let count = 0; count < 5_000; count += 1) traces.ended(madeCall())
  assert.equal(opened[0]?.taken, 4_096)
  assert.match(await registry.metrics(), /result="dropped"\} 904\n/)
  const beginning = 'traces are not taken, and dropped if that goes on: the receiver takes too long'
  assert.deepEqual(told, [beginning])
  assert.ok(traces.isBusy)
  opened[0].onSettled({ sent: 4_096, dropped: 0, problem: null })
  assert.ok(!traces.isBusy)
  traces.ended(madeCall())
  assert.equal(opened[0].taken, 4_097)
  assert.deepEqual(told, [beginning, 'traces are taken again'])
  assert.match(await registry.metrics(), /result="sent"\} 4096\n/)
})

test('another configuration opens another, and closes the one before', async () => {
  const { traces, opened } = made()
  assert.equal(traces.rules?.sampleRatio, undefined)
  await traces.configure(config({ sampleRatio: 0.5 }))
  await traces.configure(config({ sampleRatio: 0.5 }))
  assert.equal(traces.rules?.sampleRatio, 0.5)
  assert.equal(opened.length, 1)
  await traces.configure(config({ sampleRatio: 0.25 }))
  assert.equal(traces.rules?.sampleRatio, 0.25)
  assert.deepEqual(
    opened.map(({ isClosed }) => isClosed),
    [true, false],
  )
  await traces.configure(config())
  assert.equal(traces.rules, null)
  assert.ok(opened.every(({ isClosed }) => isClosed))
})

test('what cannot be loaded turns traces off and is told', async () => {
  const { traces, told } = made(() => Promise.reject(new Error('it is not installed')))
  await traces.configure(config({}))
  assert.equal(traces.rules, null)
  assert.deepEqual(told, ['nothing is traced: it is not installed'])
})

test('a call whose spans cannot be made is dropped, and nobody else hears of it', async () => {
  const { traces, registry, told, opened } = made()
  await traces.configure(config({}))
  assert.ok(opened[0] !== undefined)
  opened[0].taking = () => {
    throw new TypeError('a bug')
  }
  traces.ended(madeCall())
  assert.ok(!traces.isBusy)
  assert.match(await registry.metrics(), /result="dropped"\} 1\n/)
  assert.deepEqual(told, ['traces are not taken, and dropped if that goes on: a bug'])
})
