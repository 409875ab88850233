import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { Value } from '../fact.ts'
import { writtenValue } from './written-value.ts'

const place = { path: 'orchard.sh', line: 1, column: 1 }

function shown(written: string): string {
  return show(writtenValue(written, place))
}

function show(value: Value | null): string {
  switch (value?.kind) {
    case undefined:
      return '-'
    case 'literal':
    case 'unknown':
      return `${value.kind} ${value.text}`
    case 'environment':
      return `env ${value.variable} (${show(value.fallback)})`
    case 'external':
      return `external ${value.source} (${show(value.fallback)})`
    case 'name':
    case 'concatenation':
    case 'lookup':
    case 'choice':
      return value.kind
  }
}

test('references are read in the spelling of shells, makefiles and pipelines', () => {
  assert.equal(shown('"gpt-4.1"'), 'literal gpt-4.1')
  assert.equal(shown('$MODEL'), 'env MODEL (-)')
  assert.equal(shown('"${MODEL}"'), 'env MODEL (-)')
  assert.equal(shown('${MODEL:-gpt-4.1}'), 'env MODEL (literal gpt-4.1)')
  assert.equal(shown('${A:-${B:-gpt-4.1}}'), 'env A (env B (literal gpt-4.1))')
  assert.equal(shown('$(MODEL)'), 'env MODEL (-)')
  assert.equal(shown('$env:MODEL'), 'env MODEL (-)')
  assert.equal(shown('%MODEL%'), 'env MODEL (-)')
  assert.equal(shown('{{ .Values.model }}'), 'external setting:Values.model (-)')
  assert.equal(shown('$(cat model.txt)'), 'unknown $(cat model.txt)')
})

test('a workflow expression keeps every alternative in order', () => {
  assert.equal(
    shown("${{ inputs.model || vars.MODEL || env.M || 'gpt-4.1' }}"),
    'external input:model (external vars:MODEL (env M (literal gpt-4.1)))',
  )
  assert.equal(shown('${{ format(x) }}'), 'unknown format(x)')
})

test('any text is some value', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      assert.ok(show(writtenValue(text, place)).length > 0)
    }),
  )
})
