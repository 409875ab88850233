import assert from 'node:assert/strict'
import { test } from 'node:test'
import { modelPath } from './model-path.ts'

function path(model: string, isStream = false): string {
  return modelPath({ model, maxOutputTokens: null }, isStream)
}

const vertex = { project: 'acme-prod', location: 'europe-west4' }

function vertexPath(model: string, isStream = false): string {
  return modelPath({ model, maxOutputTokens: null, vertex }, isStream)
}

test('the model stands in the path, and streams have one of their own', () => {
  assert.equal(path('gemini-x'), '/v1beta/models/gemini-x:generateContent')
  assert.equal(path('gemini-x', true), '/v1beta/models/gemini-x:streamGenerateContent?alt=sse')
})

test('on Vertex AI it stands behind project and location', () => {
  const start = '/v1/projects/acme-prod/locations/europe-west4/publishers'
  assert.equal(vertexPath('gemini-x'), `${start}/google/models/gemini-x:generateContent`)
  assert.equal(
    vertexPath('publishers/meta/models/llama', true),
    `${start}/meta/models/llama:streamGenerateContent?alt=sse`,
  )
})

test('a name that is a path already stays one', () => {
  assert.equal(path('tunedModels/mine'), '/v1beta/tunedModels/mine:generateContent')
  const endpoint = 'projects/p/locations/l/endpoints/7'
  assert.equal(vertexPath(endpoint), `/v1/${endpoint}:generateContent`)
})

test('no name leaves its place in the path', () => {
  assert.equal(path('a?b#c'), '/v1beta/models/a%3Fb%23c:generateContent')
})
