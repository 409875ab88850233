import assert from 'node:assert/strict'
import { test } from 'node:test'
import { vertexRequest } from './vertex-request.ts'

const vertex = { project: 'acme-1', location: 'europe-west1' }
const body = { model: 'asked', max_tokens: 9, messages: [] }
const place = '/v1/projects/acme-1/locations/europe-west1/publishers/anthropic/models'

test('the model stands in the path and the version in the body', () => {
  const target = { model: 'claude-x@20260101', vertex }
  assert.deepEqual(vertexRequest(body, target), {
    path: `${place}/claude-x%4020260101:rawPredict`,
    headers: { 'content-type': 'application/json' },
    body: { anthropic_version: 'vertex-2023-10-16', max_tokens: 9, messages: [] },
  })
})

test('a stream has its own method, and keeps its member', () => {
  const request = vertexRequest({ ...body, stream: true }, { model: 'claude-x', vertex })
  assert.equal(request.path, `${place}/claude-x:streamRawPredict`)
  assert.equal(request.body['stream'], true)
})

test('tokens are counted at one place for all models', () => {
  const target = { model: 'claude-x', vertex, isCount: true }
  const { path, body: sent } = vertexRequest({ model: 'asked', messages: [] }, target)
  assert.equal(path, `${place}/count-tokens:rawPredict`)
  assert.deepEqual(sent, {
    anthropic_version: 'vertex-2023-10-16',
    model: 'claude-x',
    messages: [],
  })
})
