import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '../../base/fault.ts'
import { defaultTarget, parseTarget } from './remedy-target.ts'

test('the default target is about critical work and any one loss', () => {
  assert.deepEqual(parseTarget(defaultTarget), {
    text: defaultTarget,
    criticality: 'critical',
    workflow: null,
    word: 'stops',
    under: { kind: 'any', depth: 1 },
  })
})

test('a target names a criticality, a workflow, a word and what is lost, each optional but the last two', () => {
  const read = [
    'no workflow stops under vendor:anthropic',
    'No Important workflow is at-risk under any n-2',
    'no workflow triage stops under provider:azure, jurisdiction:us',
    'no any workflow triage is at risk under directive:us-bis-2026-06-12',
  ].map((text) => parseTarget(text))
  assert.deepEqual(
    read.map(({ text }) => text),
    [
      'no workflow stops under vendor:anthropic',
      'no important workflow is at-risk under any N-2',
      'no workflow triage stops under jurisdiction:US,provider:azure',
      'no workflow triage is at-risk under directive:us-bis-2026-06-12',
    ],
  )
})

test('the one spelling of a target reads as the same target', () => {
  for (const text of [
    'no workflow stops under any N-1',
    'no supporting workflow x is at-risk under route:r,model:a/b',
  ]) {
    const target = parseTarget(text)
    assert.deepEqual(parseTarget(target.text), target)
  }
})

test('what is no target is a fault that shows the grammar and an example', () => {
  for (const text of [
    '',
    'everything works',
    'no critical workflow stops',
    'no urgent workflow stops under any N-1',
    'no workflow stops under any N-3',
    'no workflow stops under cloud:aws',
    'no workflow stops under vendor:',
  ]) {
    assert.throws(
      () => parseTarget(text),
      (error) =>
        error instanceof Fault &&
        error.code === 'HF_TARGET_INVALID' &&
        error.expected?.includes('(stops|is at-risk)') === true &&
        error.advice?.includes(defaultTarget) === true,
      text,
    )
  }
})
