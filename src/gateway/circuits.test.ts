import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Circuits, type Circuit } from './circuits.ts'

function fixture() {
  let time = 0
  const told: Circuit[] = []
  const circuits = new Circuits(
    {
      now: () => 1_000_000 + time,
      elapsed: () => time,
      after: () => ({ cancel: () => undefined }),
    },
    (circuit) => told.push(circuit),
  )
  const fail = (
    kind: 'overload' | 'withdrawn' | 'auth' | 'quota' | 'client',
    retryAfterMs?: number,
  ) =>
    circuits.failed('v/m', 'r', { class: kind, message: 'no', retryAfterMs: retryAfterMs ?? null })
  return { circuits, told, fail, pass: (ms: number) => (time += ms) }
}

test('three outages in a row open a circuit, and one request tries it later', () => {
  const { circuits, fail, pass } = fixture()
  fail('overload')
  fail('overload')
  assert.equal(circuits.admits('v/m', 'r'), 'try')
  fail('overload')
  assert.equal(circuits.admits('v/m', 'r'), 'outage')
  assert.equal(circuits.admits('v/m', 'other'), 'try')
  pass(2_000)
  assert.equal(circuits.admits('v/m', 'r'), 'probe')
  circuits.began('v/m', 'r', false)
  assert.equal(circuits.admits('v/m', 'r'), 'outage')
  circuits.succeeded('v/m', 'r')
  assert.equal(circuits.admits('v/m', 'r'), 'try')
  assert.deepEqual(circuits.list(), [])
})

test('a probe that fails opens it for longer, and never for more than 15 seconds', () => {
  const { circuits, fail, pass } = fixture()
  for (let count = 0; count < 3; count += 1) fail('overload')
  for (let count = 0; count < 10; count += 1) {
    pass(15_000)
    assert.equal(circuits.admits('v/m', 'r'), 'probe')
    circuits.began('v/m', 'r', false)
    fail('overload')
    assert.equal(circuits.admits('v/m', 'r'), 'outage')
  }
})

test('a success between failures starts the count anew, and a wrong request does not count', () => {
  const { circuits, fail } = fixture()
  fail('overload')
  fail('overload')
  circuits.succeeded('v/m', 'r')
  fail('overload')
  fail('overload')
  fail('client')
  assert.equal(circuits.admits('v/m', 'r'), 'try')
})

test('a probe whose caller left makes room for the next', () => {
  const { circuits, fail, pass } = fixture()
  for (let count = 0; count < 3; count += 1) fail('overload')
  pass(2_000)
  circuits.began('v/m', 'r', false)
  circuits.released('v/m', 'r')
  assert.equal(circuits.admits('v/m', 'r'), 'probe')
})

test('a refused credential opens at once, and a provider that asks to wait is left alone for so long', () => {
  const { circuits, fail, pass } = fixture()
  fail('auth')
  assert.equal(circuits.admits('v/m', 'r'), 'outage')
  pass(15_000)
  circuits.succeeded('v/m', 'r')
  fail('quota', 30_000)
  pass(29_999)
  assert.equal(circuits.admits('v/m', 'r'), 'outage')
  pass(1)
  assert.equal(circuits.admits('v/m', 'r'), 'probe')
})

test('a withdrawn model stays out until a probe has passed and a person closes it', () => {
  const { circuits, told, fail, pass } = fixture()
  fail('withdrawn')
  pass(86_400_000)
  assert.equal(circuits.admits('v/m', 'r'), 'withdrawn')
  const [circuit] = circuits.list()
  assert.ok(circuit)
  assert.equal(circuits.close(circuit.id, 'ada'), false)
  circuits.probed(circuit.id, false)
  assert.equal(circuits.close(circuit.id, 'ada'), false)
  circuits.probed(circuit.id, true)
  assert.equal(circuits.admits('v/m', 'r'), 'withdrawn')
  assert.equal(circuits.close(circuit.id, 'ada'), true)
  assert.equal(circuits.admits('v/m', 'r'), 'try')
  assert.deepEqual(
    told.map(({ state, closedBy }) => [state, closedBy]),
    [
      ['open', null],
      ['probe-passed', null],
      ['closed', 'ada'],
    ],
  )
})

test('what another process decided is taken over without being told again', () => {
  const { circuits, told, fail } = fixture()
  const elsewhere = {
    id: 'model:v/m@r',
    kind: 'withdrawn',
    model: 'v/m',
    route: 'r',
    state: 'open',
    reason: 'gone',
    openedAt: 1,
    probedAt: null,
    closedBy: null,
  } as const
  circuits.adopt(elsewhere)
  assert.equal(circuits.admits('v/m', 'r'), 'withdrawn')
  circuits.adopt({ ...elsewhere, state: 'closed', closedBy: 'ada' })
  assert.equal(circuits.admits('v/m', 'r'), 'try')
  assert.equal(circuits.find(elsewhere.id), null)
  assert.deepEqual(told, [])
  for (let count = 0; count < 3; count += 1) fail('overload')
  circuits.adopt({ ...elsewhere, state: 'closed', closedBy: 'ada' })
  assert.equal(circuits.admits('v/m', 'r'), 'outage', 'an outage of this process is its own')
})

test('a credential that is refused stands in no reason, however the provider words it', () => {
  const { circuits } = fixture()
  circuits.failed('v/m', 'r', { class: 'auth', message: 'bad key sk-123', retryAfterMs: null })
  assert.equal(circuits.list()[0]?.reason, 'auth: the credential is refused')
})
