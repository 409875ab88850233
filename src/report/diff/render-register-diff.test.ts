import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertGolden } from '../../../test/fixtures/report/golden.ts'
import { acmeRegister, dependency, gap, hostile } from '../../../test/fixtures/report/register.ts'
import type { RegisterDiff } from '../../schema/register-diff.ts'
import { renderRegisterDiff } from './render-register-diff.ts'

const side = {
  toolVersion: '0.1.0',
  rules: acmeRegister.tool.rules,
  partial: false,
  repositories: [{ id: 'acme/reviewer', commit: '3f2a91c4d0e15b7a8c9d0e1f2a3b4c5d6e7f8091' }],
}

const nothing: RegisterDiff = {
  schemaVersion: 1,
  before: side,
  after: side,
  rulesDiffer: false,
  added: [],
  removed: [],
  changed: [],
  newGaps: [],
  closedGaps: [],
}

const moved: RegisterDiff = {
  ...nothing,
  rulesDiffer: true,
  after: { ...side, partial: true, repositories: [{ id: 'acme/reviewer', commit: null }] },
  added: [dependency({ id: 'd-new', model: 'openai/gpt-5.5', vendor: 'openai' })],
  removed: [dependency({ id: 'd-old', workflow: null, occurrences: [] })],
  changed: [
    {
      id: 'd-review',
      before: dependency({ id: 'd-review' }),
      after: dependency({ id: 'd-review', lifecycle: 'suspended' }),
      fields: [
        { field: 'lifecycle', before: 'active', after: 'suspended' },
        { field: 'owners', before: '@acme/appsec', after: null },
      ],
    },
  ],
  newGaps: [gap({ kind: 'suspended', reason: `${hostile.table} is suspended` })],
  closedGaps: [gap({ kind: 'unowned', path: null, line: null })],
}

test('a diff for a terminal marks what came, went and changed', () => {
  assertGolden('diff.txt', renderRegisterDiff(moved, 'text'))
})

test('a diff for a pull request shows what is new and worse first', () => {
  assertGolden('diff.md', renderRegisterDiff(moved, 'md'))
})

test('a diff as json is the diff', () => {
  assert.deepEqual(JSON.parse(renderRegisterDiff(moved, 'json')), moved)
})

test('no change is said in words', () => {
  assert.match(renderRegisterDiff(nothing, 'text'), /Nothing changed\./)
  assert.match(renderRegisterDiff(nothing, 'md'), /\*\*Nothing changed\.\*\*/)
})

test('a long diff fits into a comment', () => {
  const many = Array.from({ length: 3000 }, (_, index) =>
    dependency({ id: `d-${index}`, modelAsWritten: hostile.longModel, model: null }),
  )
  assert.ok(renderRegisterDiff({ ...nothing, added: many, removed: many }, 'md').length < 65_536)
})
