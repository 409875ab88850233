import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isForeignPage, isOwnHost } from './host-check.ts'

test('addresses, localhost and configured names are own hosts, with any port', () => {
  for (const host of ['127.0.0.1', '127.0.0.1:8701', '[::1]:8701', 'LOCALHOST:1', '10.0.0.7'])
    assert.equal(isOwnHost(host, []), true, host)
  assert.equal(isOwnHost('admin.acme.example:8701', ['Admin.acme.example']), true)
})

test('a name that was made to point here is none, nor is what is no host at all', () => {
  for (const host of [
    undefined,
    '',
    'evil.example',
    'evil.example:8701',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '127.0.0.1@evil.example',
    '127.0.0.1:8701:1',
    'localhost/',
    '[evil.example]',
    '0x7f.1',
  ])
    assert.equal(isOwnHost(host, ['admin.acme.example']), false, String(host))
})

test('a page of another origin is told apart from one of this server, and from no page', () => {
  assert.equal(isForeignPage(undefined, '127.0.0.1:8701'), false)
  assert.equal(isForeignPage('http://127.0.0.1:8701', '127.0.0.1:8701'), false)
  for (const origin of ['http://127.0.0.1:8702', 'null', 'https://evil.example'])
    assert.equal(isForeignPage(origin, '127.0.0.1:8701'), true, origin)
})
