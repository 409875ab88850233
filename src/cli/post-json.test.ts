import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isPrivateAddress, postJson } from './post-json.ts'

test('addresses of this machine, private networks and the metadata of clouds are private', () => {
  for (const address of [
    '127.0.0.1',
    '10.1.2.3',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    'fe80::1',
    'fd00::1',
    '::ffff:127.0.0.1',
    '64:ff9b::7f00:1',
    'no address',
  ])
    assert.ok(isPrivateAddress(address), address)
  for (const address of ['93.184.216.34', '172.32.0.1', '100.128.0.1', '2606:4700::1111'])
    assert.ok(!isPrivateAddress(address), address)
})

test('nothing is posted to a private address, over http, or with a password in the address', async () => {
  for (const address of [
    'https://127.0.0.1:1/x',
    'https://[::1]:1/x',
    'https://localhost:1/x',
    'http://example.com/x',
    'https://user:secret@example.com/x',
    'nothing',
  ])
    await assert.rejects(postJson(address, {}), (error: Error) => {
      assert.match(error.message, /^cannot post to /)
      assert.doesNotMatch(error.message, /secret/)
      return true
    })
})
