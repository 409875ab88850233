import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { contentDigest, principalPseudonym } from './pseudonyms.ts'
import { openMessage, sealMessage } from './sealed-message.ts'
import { openValue, sealValue } from './sealed-value.ts'

const keys = { ids: Buffer.alloc(32, 1), contents: Buffer.alloc(32, 2) }
const june = { period: '2026-06', key: Buffer.alloc(32, 3) }
const july = { period: '2026-07', key: Buffer.alloc(32, 4) }

test('the same person has the same id under the same key, and another under another', () => {
  const id = principalPseudonym(keys, 'rivka')
  assert.match(id, /^hmac:[0-9a-f]{64}$/)
  assert.equal(principalPseudonym(keys, 'rivka'), id)
  assert.notEqual(principalPseudonym(keys, 'rivke'), id)
  assert.notEqual(principalPseudonym({ ...keys, ids: Buffer.alloc(32, 9) }, 'rivka'), id)
  assert.notEqual(contentDigest({ ids: keys.ids, contents: keys.ids }, 'rivka'), id)
})

test('a sealed value is read with the key of its period only', () => {
  const sealed = sealValue('foreign-person-authorised', june, randomBytes)
  assert.equal(openValue(sealed, june), 'foreign-person-authorised')
  assert.equal(openValue(sealed, july), null)
  assert.equal(openValue(sealed, { ...june, key: july.key }), null)
  assert.equal(
    openValue({ ...sealed, period: july.period }, { ...june, period: july.period }),
    null,
  )
})

test('nothing of a sealed value can be changed, its commitment included', () => {
  const sealed = sealValue('undetermined', june, randomBytes)
  const bytes = Buffer.from(sealed.sealed, 'base64')
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes)
    changed[at] = (changed[at] ?? 0) ^ 1
    assert.equal(openValue({ ...sealed, sealed: changed.toString('base64') }, june), null)
  }
  const other = sealValue('undetermined', june, randomBytes)
  assert.equal(openValue({ ...sealed, commitment: other.commitment }, june), null)
})

test('equal values look different each time, so that without the key nothing can be compared', () => {
  const seals = Array.from({ length: 50 }, () => sealValue('undetermined', june, randomBytes))
  assert.equal(new Set(seals.map((one) => one.sealed)).size, 50)
  assert.equal(new Set(seals.map((one) => one.commitment)).size, 50)
})

test('a sealed message is opened by its recipient alone, and not after a change', () => {
  const counsel = generateKeyPairSync('x25519')
  const thief = generateKeyPairSync('x25519')
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(), (content, where) => {
      const message = sealMessage(content, counsel.publicKey)
      assert.deepEqual(openMessage(message, counsel.privateKey), Buffer.from(content))
      assert.equal(openMessage(message, thief.privateKey), null)
      const bytes = Buffer.from(message.sealed, 'base64')
      // The last bit of an X25519 public key is passed over by the definition (RFC 7748, section 5).
      const at = where % bytes.length
      bytes[at] = (bytes[at] ?? 0) ^ 1
      assert.equal(
        openMessage({ ...message, sealed: bytes.toString('base64') }, counsel.privateKey),
        null,
      )
    }),
    { numRuns: 40 },
  )
})
