import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IgnoreRules } from './ignore-rules.ts'

test('the deepest file that speaks of a path decides', () => {
  const rules = new IgnoreRules().with('', '*.log\n/build/\n').with('keep/', '!*.log\n')
  assert.equal(rules.ignores('a.log'), true)
  assert.equal(rules.ignores('deep/a.log'), true)
  assert.equal(rules.ignores('keep/a.log'), false)
  assert.equal(rules.ignores('build/'), true)
  assert.equal(rules.ignores('deep/build/'), false)
})

test('what stands in an ignored folder is ignored', () => {
  const rules = new IgnoreRules().with('', 'secret/\n')
  assert.equal(rules.ignoresWithin('a/secret/b/c.ts'), true)
  assert.equal(rules.ignoresWithin('a/secrets/b/c.ts'), false)
})

test('paths that no rule can be about are not ignored and do no harm', () => {
  const rules = new IgnoreRules().with('', '*\n')
  assert.equal(rules.ignores('../x'), false)
  assert.equal(rules.ignores(''), false)
  assert.equal(new IgnoreRules().ignores('x'), false)
})
