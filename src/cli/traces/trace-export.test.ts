import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Registry } from 'prom-client'
import type { TracedCall } from '../../gateway/index.ts'
import { HoldfastConfig } from '../../schema/holdfast-config.ts'
import { TraceExport } from './trace-export.ts'

test('of calls that nobody takes so many wait and no more, and the others are counted', async () => {
  const registry = new Registry()
  const traces = new TraceExport({
    folder: '/',
    environment: {},
    registry,
    version: '0',
    instance: 'one',
    warn: () => undefined,
  })
  const config = { version: 1, organisation: { name: 'Acme' } }
  const gateway = { traces: { endpoint: 'http://127.0.0.1:1/v1/traces' } }
  await traces.configure(HoldfastConfig.parse({ ...config, gateway }))
  const facts = { servedModel: null, route: null, outcome: null, decision: null, isBroken: false }
  const parts = {
    id: 'r',
    method: 'POST',
    path: '/v1/messages',
    endpoint: 'generate',
    startedAt: 0,
    facts,
    parent: null,
    traceState: null,
  }
  const nothing = { attempts: [], model: null, workflow: null, directive: null, status: null }
  const call = { trace: 'a', span: 'b', parts, endedAt: 1, ...nothing } as unknown as TracedCall
  for (let count = 0; count < 5_000; count += 1) traces.ended(call)
  // 64 are on their way, 2,048 wait.
  assert.match(await registry.metrics(), /result="dropped"\} 2888\n/)
  await traces.close()
  assert.match(await registry.metrics(), /result="dropped"\} 5000\n/)
  traces.ended(call)
})
