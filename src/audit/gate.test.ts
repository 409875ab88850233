import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '../base/fault.ts'
import type { Gap, Register } from '../schema/register.ts'
import { dependencyFixture } from '../../test/fixtures/audit/dependency-fixture.ts'
import { diffRegisters } from './diff-registers.ts'
import { gateFailures, parseGates } from './gate.ts'

const gap: Gap = {
  kind: 'no-fallback',
  workflow: 'review',
  dependency: 'd-1',
  reason: 'nothing can take over',
  advice: 'name one',
  repository: 'acme',
  path: 'a.py',
  line: 3,
}

function register(given: Partial<Register> = {}): Register {
  return {
    schemaVersion: 1,
    root: '.',
    partial: false,
    repositories: [],
    tool: { name: 'holdfast', version: '0.1.0', rules: 'sha256:one' },
    files: { seen: 1, read: 1, skipped: [] },
    dependencies: [dependencyFixture()],
    workflows: [],
    gaps: [gap],
    questions: [],
    credentials: [],
    ...given,
  }
}

function failing(text: string, baseline: Register | null = null): readonly string[] {
  return gateFailures({
    gates: parseGates(text),
    register: register(),
    baseline,
    jurisdictionsOf: (_kind, id) => (id === 'anthropic' ? ['US'] : []),
  }).map((failure) => failure.gate)
}

test('a gate fails on its kind of gap and on no other', () => {
  assert.deepEqual(failing('no-fallback'), ['no-fallback'])
  assert.deepEqual(failing('retired,suspended'), [])
})

test('elements gate by vendor, provider, model and jurisdiction', () => {
  for (const gate of [
    'vendor:anthropic',
    'provider:anthropic',
    'model:anthropic/claude-fable-5',
    'jurisdiction:US',
  ]) {
    assert.deepEqual(failing(gate), [gate])
  }
  assert.deepEqual(failing('vendor:mistral,jurisdiction:FR'), [])
})

test('a baseline forgives what it has, though lines moved', () => {
  const before = register({ gaps: [{ ...gap, line: 90 }] })
  assert.deepEqual(failing('no-fallback,vendor:anthropic', before), [])
  assert.deepEqual(failing('no-fallback', register({ gaps: [] })), ['no-fallback'])
})

test('a baseline of other rules is refused', () => {
  const other = register({ tool: { name: 'holdfast', version: '0.1.0', rules: 'sha256:two' } })
  assert.throws(
    () => failing('no-fallback', other),
    (error) => error instanceof Fault && error.code === 'HF_REGISTER_RULES_DIFFER',
  )
})

test('a condition that does not exist is a usage error that lists those that do', () => {
  assert.throws(
    () => parseGates('no-fallbak'),
    (error) => error instanceof Fault && /no-fallback/.test(error.expected ?? ''),
  )
})

test('a difference tells fields and leaves lines, prices and mentions out', () => {
  const moved = dependencyFixture({
    occurrences: [{ ...dependencyFixture().occurrences[0]!, line: 99 }],
  })
  assert.deepEqual(diffRegisters(register(), register({ dependencies: [moved] })).changed, [])
  const owned = register({ dependencies: [dependencyFixture({ owners: ['@acme/other'] })] })
  const diff = diffRegisters(register(), owned)
  assert.deepEqual(diff.changed[0]?.fields, [
    { field: 'owners', before: '@acme/appsec', after: '@acme/other' },
  ])
  const price = register({
    dependencies: [dependencyFixture(), dependencyFixture({ path: 'p.py', role: 'price' })],
  })
  assert.deepEqual(diffRegisters(register(), price).added, [])
})
