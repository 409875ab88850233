import assert from 'node:assert/strict'
import test from 'node:test'
import type { Label } from './cases.ts'
import { type Finding, match } from './matching.ts'

const finding: Finding = {
  model: 'openai/gpt-4o',
  modelAsWritten: 'gpt-4o',
  vendor: 'openai',
  provider: 'openai',
  role: 'use',
  context: 'production',
  resolution: 'resolved',
  hidden: false,
  path: 'src/chat.py',
  line: 7,
  via: [{ path: 'src/models.py', line: 2 }],
  fallbacks: [],
  detectors: [],
}
const label: Label = {
  path: 'src/models.py',
  line: 2,
  also: [],
  model: 'openai/gpt-4o',
  role: 'use',
  context: 'production',
}

test('a label is recalled by a finding whose way leads through its line', () => {
  const { labels, findings } = match([finding], [label], [])
  assert.equal(labels[0]?.recalled, true)
  assert.equal(findings[0]?.wrong, null)
})

test('another model at the place is located, not recalled, and wrong', () => {
  const { labels, findings } = match([{ ...finding, model: 'openai/gpt-4o-mini' }], [label], [])
  assert.equal(labels[0]?.located, true)
  assert.equal(labels[0]?.recalled, false)
  assert.equal(findings[0]?.wrong, 'wrong-model')
})

test('a dependency at a label of a price is no dependency, whatever the model', () => {
  const { labels, findings } = match([finding], [{ ...label, role: 'price' }], [])
  assert.equal(labels[0]?.recalled, true)
  assert.equal(labels[0]?.role, false)
  assert.equal(findings[0]?.wrong, 'not-a-dependency')
})

test('a forbidden place is wrong even where a label stands', () => {
  const { findings } = match([finding], [label], [{ path: 'src/chat.py', line: 7 }])
  assert.equal(findings[0]?.wrong, 'forbidden')
})

test('findings of other roles are never wrong', () => {
  const { findings } = match([{ ...finding, role: 'mention' }], [], [{ path: 'src/chat.py' }])
  assert.equal(findings.length, 0)
})

test('a label without a model is not recalled by a model that is stated as certain', () => {
  const unknown: Label = { ...label, model: null }
  assert.equal(match([finding], [unknown], []).labels[0]?.recalled, false)
  assert.equal(match([{ ...finding, model: null }], [unknown], []).labels[0]?.recalled, true)
})

test('a label of a vendor takes any of its models and none of another', () => {
  const any: Label = { ...label, model: 'openai/*' }
  assert.equal(match([finding], [any], []).labels[0]?.recalled, true)
  const other = { ...finding, model: 'mistral/mistral-small', vendor: 'mistral' }
  assert.equal(match([other], [any], []).labels[0]?.recalled, false)
})

test('the strongest role is judged, not the one that suits the label', () => {
  const findings = [{ ...finding, role: 'declare' as const }, finding]
  assert.equal(match(findings, [{ ...label, role: 'declare' }], []).labels[0]?.role, false)
})

test('a fallback that is only listed with its model is recalled, and judged in nothing else', () => {
  const listing = {
    ...finding,
    fallbacks: [
      { model: 'mistral/mistral-small', grade: 'independent', path: 'src/chat.py', line: 9 },
    ],
  }
  const fallback: Label = {
    ...label,
    path: 'src/chat.py',
    line: 9,
    model: 'mistral/mistral-small',
    role: 'declare',
  }
  const [outcome] = match([listing], [fallback], []).labels
  assert.equal(outcome?.recalled, true)
  assert.equal(outcome?.role, null)
})

test('a finding that admits not to know the model is missing from recall and not wrong', () => {
  const { labels, findings } = match(
    [{ ...finding, model: null, resolution: 'unresolved' }],
    [label],
    [],
  )
  assert.equal(labels[0]?.recalled, false)
  assert.equal(findings[0]?.wrong, null)
})
