import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../../test/support/manual-clock.ts'
import { type Circuit, Circuits } from './circuits.ts'
import { CircuitProbes } from './probe-circuits.ts'
import type { ProbeResult } from './probe-model.ts'

/** Time goes on in steps, so that what a timer has begun goes on before the next one. */
async function pass(clock: ManualClock, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 1_000) {
    clock.pass(1_000)
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve()
  }
}

function fixture(options: { readonly claims?: boolean } = {}) {
  const clock = new ManualClock()
  const told: Circuit[] = []
  const circuits = new Circuits(clock, (circuit) => told.push(circuit))
  const asked: string[] = []
  const warnings: string[] = []
  let outcome: ProbeResult['outcome'] | 'throws' = 'withdrawn'
  const probes = new CircuitProbes({
    circuits,
    clock,
    everyMs: () => 300_000,
    probe: async ({ id }) => {
      asked.push(id)
      if (outcome === 'throws') throw new Error('no way')
      return {
        outcome,
        message: 'as told',
        status: null,
        servedModel: null,
        directive: null,
        notice: null,
        ms: 1,
      }
    },
    claim: async () => options.claims ?? true,
    warn: (message) => warnings.push(message),
  })
  const withdraw = (route: string): void =>
    circuits.failed('v/m', route, { class: 'withdrawn', message: 'gone', retryAfterMs: null })
  const answers = (wanted: typeof outcome): void => void (outcome = wanted)
  return { clock, circuits, probes, asked, warnings, withdraw, answers }
}

const id = 'model:v/m@r'

test('a withdrawn model is asked for every five minutes, and no sooner', async () => {
  const { clock, probes, asked, withdraw } = fixture()
  withdraw('r')
  probes.start()
  await pass(clock, 299_000)
  assert.equal(asked.length, 0)
  await pass(clock, 31_000)
  assert.equal(asked.length, 1)
  await pass(clock, 3_000_000)
  assert.ok(asked.length >= 10 && asked.length <= 11, String(asked.length))
  probes.stop()
  await pass(clock, 900_000)
  assert.ok(asked.length <= 11)
})

test('one that is served may be closed by a person; one that fails again may not', async () => {
  const { clock, circuits, probes, withdraw, answers } = fixture()
  withdraw('r')
  answers('ok')
  probes.start()
  await pass(clock, 330_000)
  assert.equal(circuits.find(id)?.state, 'probe-passed')
  answers('overload')
  await pass(clock, 330_000)
  assert.equal(circuits.find(id)?.state, 'open')
  assert.equal(circuits.close(id, 'ada'), false)
  assert.equal(probes.lastOf(id)?.outcome, 'overload')
})

test('what policy denies to the probe changes nothing', async () => {
  const { circuits, probes, withdraw, answers } = fixture()
  withdraw('r')
  answers('ok')
  await probes.probe(id)
  answers('denied')
  await probes.probe(id)
  assert.equal(circuits.find(id)?.state, 'probe-passed')
  assert.equal(probes.lastOf(id)?.outcome, 'denied')
})

test('what another process probes, and what is no circuit of a withdrawn model, is left alone', async () => {
  const { clock, circuits, probes, asked, withdraw } = fixture({ claims: false })
  withdraw('r')
  for (let count = 0; count < 3; count += 1)
    circuits.failed('v/m', 'o', { class: 'overload', message: 'no', retryAfterMs: null })
  probes.start()
  await pass(clock, 1_000_000)
  assert.deepEqual(asked, [])
  assert.equal(await probes.probe('model:v/m@o'), null)
  assert.equal(await probes.probe('model:v/m@nowhere'), null)
})

test('a probe that throws is told, and the next circuit has its turn', async () => {
  const { clock, probes, asked, warnings, withdraw, answers } = fixture()
  withdraw('r')
  withdraw('s')
  answers('throws')
  probes.start()
  await pass(clock, 330_000)
  assert.deepEqual(asked, ['model:v/m@r', 'model:v/m@s'])
  assert.equal(warnings.length, 2)
})
