import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Resolver } from '../catalogue/index.ts'
import { betterGrade, gradeFallback } from './fallback-grade.ts'

const reach: Readonly<Record<string, readonly string[]>> = {
  'vendor:anthropic': ['US'],
  'vendor:openai': ['US'],
  'vendor:mistral': ['FR'],
  'provider:anthropic': ['US'],
  'provider:openai': ['US'],
  'provider:aws-bedrock': ['US'],
  'provider:mistral': ['FR'],
}
const resolver = {
  jurisdictionsOf: (kind: string, id: string) => reach[`${kind}:${id}`] ?? [],
} as unknown as Resolver

const fable = { model: 'anthropic/claude-fable-5', vendor: 'anthropic', provider: 'anthropic' }

test('the same model through another cloud is not independent', () => {
  assert.equal(
    gradeFallback(fable, { ...fable, provider: 'aws-bedrock' }, resolver).grade,
    'same-model-other-route',
  )
})

test('another model of the same vendor is not independent either', () => {
  const opus = { model: 'anthropic/claude-opus-4-8', vendor: 'anthropic', provider: 'aws-bedrock' }
  assert.equal(gradeFallback(fable, opus, resolver).grade, 'same-vendor')
})

test('another vendor under the same law is same-jurisdiction', () => {
  const gpt = { model: 'openai/gpt-5', vendor: 'openai', provider: 'openai' }
  const graded = gradeFallback(fable, gpt, resolver)
  assert.equal(graded.grade, 'same-jurisdiction')
  assert.match(graded.reason, /US/)
})

test('a foreign vendor on a domestic cloud is still within reach', () => {
  const mistral = { model: 'mistral/mistral-large', vendor: 'mistral', provider: 'aws-bedrock' }
  assert.equal(gradeFallback(fable, mistral, resolver).grade, 'same-jurisdiction')
})

test('another vendor and provider of another jurisdiction is independent', () => {
  const mistral = { model: 'mistral/mistral-large', vendor: 'mistral', provider: 'mistral' }
  assert.equal(gradeFallback(fable, mistral, resolver).grade, 'independent')
})

test('own infrastructure is self-hosted, whoever made the weights', () => {
  const qwen = { model: 'alibaba/qwen3-32b', vendor: 'alibaba', provider: 'self' }
  assert.equal(gradeFallback(fable, qwen, resolver).grade, 'self-hosted')
})

test('an unknown jurisdiction never gives the better grade', () => {
  const unknown = { model: 'somebody/model', vendor: 'somebody', provider: null }
  assert.equal(gradeFallback(fable, unknown, resolver).grade, 'unknown')
})

test('the better of two grades is kept, in either order', () => {
  assert.equal(betterGrade('same-vendor', 'independent'), 'independent')
  assert.equal(betterGrade('independent', 'same-vendor'), 'independent')
  assert.equal(betterGrade(null, 'same-vendor'), 'same-vendor')
  assert.equal(betterGrade(null, null), null)
})
