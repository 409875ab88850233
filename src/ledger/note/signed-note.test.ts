import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { checkpointText, openCheckpoint, parseCheckpoint, signCheckpoint } from './checkpoint.ts'
import {
  noteSigner,
  openNote,
  parseVerifierKey,
  privateKeyOf,
  signNote,
  verifierKeyText,
} from './signed-note.ts'

/** Published with the reference implementation, golang.org/x/mod/sumdb/note. */
const published = {
  verifier: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  signer: 'AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz',
  text: "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n",
  signature:
    '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n',
}

function publishedVerifier() {
  const verifier = parseVerifierKey(published.verifier)
  assert.ok(verifier !== null)
  return verifier
}

test('the published note is opened with the published key', () => {
  const opened = openNote(`${published.text}\n${published.signature}`, [publishedVerifier()])
  assert.deepEqual(opened, { kind: 'verified', text: published.text, by: [published.verifier] })
})

test('the published key signs the published note to the byte', () => {
  const seed = Buffer.from(published.signer, 'base64').subarray(1)
  const signer = noteSigner('PeterNeumann', privateKeyOf(seed))
  assert.equal(verifierKeyText(signer), published.verifier)
  assert.equal(signNote(published.text, [signer]), `${published.text}\n${published.signature}`)
})

test('a verifier key with another name, id, type or length is refused', () => {
  for (const text of [
    published.verifier.replace('PeterNeumann', 'Peter'),
    published.verifier.replace('c74f20a3', 'c74f20a4'),
    published.verifier.replace('+ARpc', '+ARpd'),
    published.verifier.replace('+AR', '+BR'),
    published.verifier.slice(0, -4),
    'PeterNeumann',
    '',
  ])
    assert.equal(parseVerifierKey(text), null, text)
})

const { privateKey } = generateKeyPairSync('ed25519')
const signer = noteSigner('acme.example/ledger/one', privateKey)

test('a note is refused when any of its bytes is another', () => {
  const note = Buffer.from(signNote('a text\nof two lines\n', [signer]))
  for (let index = 0; index < note.length; index += 1) {
    const changed = Buffer.from(note)
    changed[index] = (changed[index] ?? 0) ^ 1
    const opened = openNote(changed.toString('utf8'), [signer])
    assert.equal(opened.kind, 'refused', `byte ${index}`)
  }
})

test('a signature of an unknown key is passed over, a bad one of a known key is not', () => {
  const other = noteSigner('other', generateKeyPairSync('ed25519').privateKey)
  const note = signNote('a text\n', [other, signer])
  assert.equal(openNote(note, [signer]).kind, 'verified')
  assert.equal(openNote(signNote('a text\n', [other]), [signer]).kind, 'refused')
  const spoilt = note.replace(/(— other \S{20})./u, '$1!')
  assert.equal(openNote(spoilt, [signer]).kind, 'refused')
})

test('anything at all is opened or refused, and never throws', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.equal(openNote(text, [signer]).kind, 'refused')
      assert.equal(openNote(`${text}\n\n— x y\n`, [signer]).kind, 'refused')
      parseCheckpoint(text)
      parseVerifierKey(text)
    }),
  )
})

test('a checkpoint comes back as it was signed, for its own log only', () => {
  const checkpoint = { origin: signer.name, size: 20852163, root: Buffer.alloc(32, 7) }
  const note = signCheckpoint(checkpoint, signer)
  assert.deepEqual(openCheckpoint(note, signer.name, [signer]), {
    kind: 'verified',
    checkpoint,
    by: [verifierKeyText(signer)],
  })
  assert.equal(openCheckpoint(note, 'acme.example/ledger/two', [signer]).kind, 'refused')
})

test('a checkpoint with a strange size, root or line is none', () => {
  const root = Buffer.alloc(32, 7)
  const text = checkpointText({ origin: 'acme', size: 5, root })
  assert.ok(parseCheckpoint(text) !== null)
  assert.ok(parseCheckpoint(`${text}an extension\n`) !== null)
  for (const bad of [
    text.replace('\n5\n', '\n05\n'),
    text.replace('\n5\n', '\n-5\n'),
    text.replace('\n5\n', '\n5.5\n'),
    text.replace('\n5\n', '\n99999999999999999999\n'),
    text.replace('acme', ''),
    text.replace('BwcHBwc', 'BwcH'),
    text.slice(0, -1),
    `${text}\nafter an empty line\n`,
  ])
    assert.equal(parseCheckpoint(bad), null, bad)
})
