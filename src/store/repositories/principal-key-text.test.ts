import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PrincipalKey } from '../../schema/principal-key.ts'
import { verifyKey } from './key-repository.ts'
import {
  isSecretOf,
  newKeyText,
  printKeyText,
  readKeyText,
  secretDigest,
} from './principal-key-text.ts'

const counting = (bytes: number): Uint8Array =>
  Uint8Array.from({ length: bytes }, (_, at) => at * 7)
const text = newKeyText(counting)
const key: PrincipalKey = {
  id: 'k',
  principal: 'ci-bot',
  prefix: text.prefix,
  secretDigest: secretDigest(text.secret),
  workflows: null,
  createdAt: '2026-06-12T08:00:00.000Z',
  createdBy: 'ada',
  expiresAt: '2026-06-13T08:00:00.000Z',
  revokedAt: null,
  revokedBy: null,
  replaces: null,
}
const before = '2026-06-13T07:59:59.999Z'

test('a key reads back as it was printed, secrets with `_` and `-` included', () => {
  const one = { prefix: 'abcdefgh27', secret: `_-_${'A'.repeat(40)}` }
  assert.deepEqual(readKeyText(printKeyText(one)), one)
  assert.match(printKeyText(text), /^hfk_[a-z2-7]{10}_[A-Za-z0-9_-]{43}$/)
})

test('what is no key of this form is none', () => {
  for (const other of [
    '',
    'hfk_',
    'sk-abc',
    `${printKeyText(text)} `,
    printKeyText(text).slice(0, -1),
  ])
    assert.equal(readKeyText(other), null, other)
})

test('only the right secret is right', () => {
  assert.ok(isSecretOf(text.secret, key.secretDigest))
  assert.ok(!isSecretOf(`${text.secret}A`, key.secretDigest))
  assert.ok(!isSecretOf(text.secret, 'sha256:'))
})

test('a key counts until its end and never after it was revoked', () => {
  assert.equal(verifyKey(printKeyText(text), [key], before), key)
  assert.equal(verifyKey(printKeyText(text), [key], '2026-06-13T08:00:00.000Z'), null)
  const revoked = { ...key, revokedAt: before }
  assert.equal(verifyKey(printKeyText(text), [revoked], before), null)
  assert.equal(verifyKey(printKeyText(text), [], before), null)
  assert.equal(verifyKey(printKeyText({ ...text, secret: 'A'.repeat(43) }), [key], before), null)
})
