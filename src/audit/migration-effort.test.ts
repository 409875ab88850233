import assert from 'node:assert/strict'
import { test } from 'node:test'
import { migrationEffort } from './migration-effort.ts'

test('a plain call is easy to move', () => {
  assert.equal(migrationEffort([], 0, false).effort, 'low')
  assert.equal(migrationEffort(['streaming'], 1, false).effort, 'low')
})

test('two features with an equivalent elsewhere are medium', () => {
  const { effort, reason } = migrationEffort(['tools', 'prompt-caching'], 0, false)
  assert.equal(effort, 'medium')
  assert.match(reason, /2 points: tools 1, prompt-caching 1/)
})

test("one vendor's state or tooling makes it high", () => {
  assert.equal(migrationEffort(['fine-tuned'], 0, false).effort, 'high')
  assert.equal(migrationEffort(['assistants', 'tools'], 0, false).effort, 'high')
})

test('a long way to the model counts', () => {
  assert.equal(migrationEffort(['tools'], 3, false).effort, 'medium')
})

test('a hidden model can only be replaced with its product', () => {
  assert.equal(migrationEffort([], 0, true).effort, 'high')
})
