import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matchPath } from './admin-server.ts'

test('a path yields what stands for its names, decoded, also with a slash in it', () => {
  assert.deepEqual(matchPath('/api/v1/circuits', '/api/v1/circuits'), {})
  const template = '/api/v1/circuits/{id}/close'
  for (const path of [
    '/api/v1/circuits/model%3Av%2Fm%40r/close',
    '/api/v1/circuits/model:v/m@r/close',
  ])
    assert.deepEqual(matchPath(template, path), { id: 'model:v/m@r' })
})

test('another path, an empty name and a broken escape are no match', () => {
  const template = '/api/v1/routes/{id}/enable'
  for (const path of [
    '/api/v1/routes',
    '/api/v1/routes//enable',
    '/api/v1/routes/a/enable/',
    '/api/v1/routes/%ff/enable',
    '/x/api/v1/routes/a/enable',
  ])
    assert.equal(matchPath(template, path), null, path)
})
