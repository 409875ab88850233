import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Registry } from 'prom-client'
import { Tally } from './tally.ts'

const about = { name: 'calls_total', help: 'Calls', labelNames: ['route', 'result'] } as const

test('what was counted is told whenever somebody asks', async () => {
  const registry = new Registry()
  const tally = new Tally(registry, about)
  tally.add(['a', 'served'])
  tally.add(['a', 'served'], 2)
  tally.add(['a', 'quota'])
  for (let asked = 0; asked < 2; asked += 1) {
    const text = await registry.metrics()
    assert.match(text, /^calls_total\{route="a",result="served"\} 3$/m)
    assert.match(text, /^calls_total\{route="a",result="quota"\} 1$/m)
  }
})

test('names without end are counted together', async () => {
  const registry = new Registry()
  const tally = new Tally(registry, about)
  for (let route = 0; route < 2_010; route += 1) tally.add([String(route), 'x'])
  const text = await registry.metrics()
  assert.match(text, /^calls_total\{route="other",result="other"\} 10$/m)
  assert.equal(text.match(/^calls_total\{/gm)?.length, 2_001)
})
