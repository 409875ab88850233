import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withoutAddress } from './refuse-call.ts'

test('a caller is not told where the machines behind the gateway are', () => {
  for (const [message, told] of [
    ['connect ECONNREFUSED 10.1.2.3:8080', 'there is no connection to the provider (ECONNREFUSED)'],
    [
      'getaddrinfo ENOTFOUND rack-7.acme.example',
      'there is no connection to the provider (ENOTFOUND)',
    ],
    ['no answer began within 150 ms', 'no answer began within 150 ms'],
  ] as const)
    assert.equal(withoutAddress(message), told)
})
