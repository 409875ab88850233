import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endpointUrl, pathReference, remoteUrl } from './location-uri.ts'

test('a path becomes a relative reference, whatever it holds', () => {
  assert.equal(pathReference('src/a b/#1?/[x].ts'), 'src/a%20b/%231%3F/%5Bx%5D.ts')
  assert.equal(pathReference('a:b/c'), './a:b/c')
  assert.equal(pathReference('//host/x'), 'host/x')
  assert.equal(pathReference('half\ud800'), 'half%EF%BF%BD')
})

test('a remote loses its user, password and query', () => {
  assert.equal(
    remoteUrl('https://u:secret@git.example/a.git?token=x#y'),
    'https://git.example/a.git',
  )
  assert.equal(remoteUrl('git@github.com:acme/a.git'), 'ssh://github.com/acme/a.git')
})

test('what is no address of a repository gives none', () => {
  assert.equal(remoteUrl(null), null)
  assert.equal(remoteUrl('../other'), null)
  assert.equal(remoteUrl('javascript:alert(1)'), null)
})

test('an endpoint is a URL or nothing: a template of one is nothing', () => {
  assert.equal(endpointUrl('https://api.example/v1?key=secret'), 'https://api.example/v1')
  assert.equal(endpointUrl('${env:BASE_URL}/v1'), null)
  assert.equal(endpointUrl('https://x.example/{deployment}'), 'https://x.example/%7Bdeployment%7D')
})
