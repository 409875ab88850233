import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import {
  directive,
  engine,
  noon,
  orchard,
  person,
  snapshotOf,
} from '../../test/policy/sample-world.ts'
import { canonicalJson } from '../base/canonical-json.ts'
import { Fault } from '../base/fault.ts'
import { decide } from './decide.ts'
import { eligibilityClasses } from './person-of.ts'
import { parseSnapshot, serialiseSnapshot, verifySnapshot } from './snapshot-file.ts'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

const snapshot = snapshotOf({
  orders: [directive({ carveOuts: [{ on: '2026-06-25', entities: ['Orchard Cider'] }] })],
  ownPolicies: [
    {
      name: 'policies/own.cedar',
      text: 'forbid (principal, action, resource) when { context.at > datetime("2026-06-24T00:00:00Z") };',
    },
  ],
  version: 7,
})
const text = serialiseSnapshot(snapshot, privateKey)

function codeOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof Fault) return error.code
    throw error
  }
  return 'none'
}

test('a snapshot read again decides the same, for every class, model, route and workflow', () => {
  const read = parseSnapshot(text, { key: publicKey, engine })
  assert.equal(read.digest, snapshot.digest)
  assert.equal(read.version, 7)
  assert.equal(read.changesAt, '2026-06-26T12:00:00.000Z')
  for (const eligibilityClass of eligibilityClasses) {
    for (const { id: model } of orchard.models) {
      for (const { id: route } of orchard.routes) {
        for (const workflow of [null, 'picking', 'pressing']) {
          const principal = person({ class: eligibilityClass })
          const question = { principal, model, route, workflow, purpose: 'chat', at: noon }
          assert.deepEqual(decide(read, question), decide(snapshot, question))
        }
      }
    }
  }
})

test('the same snapshot has the same bytes, whatever it was read from', () => {
  assert.equal(serialiseSnapshot(snapshot, pem), text)
  assert.equal(serialiseSnapshot(parseSnapshot(text, { key: pem, engine }), pem), text)
  assert.equal(`${canonicalJson(JSON.parse(text))}\n`, text)
})

test('one changed byte anywhere fails the verification', () => {
  for (let at = 0; at < text.length; at += 97) {
    const letter = text[at] === 'a' ? 'b' : 'a'
    const changed = `${text.slice(0, at)}${letter}${text.slice(at + 1)}`
    assert.equal(
      codeOf(() => verifySnapshot(changed, { key: publicKey })),
      'HF_SNAPSHOT_INVALID',
    )
  }
  for (let at = text.length - 260; at < text.length; at += 1) {
    const changed = `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`
    assert.equal(
      codeOf(() => verifySnapshot(changed, { key: publicKey })),
      'HF_SNAPSHOT_INVALID',
    )
  }
  for (const changed of [` ${text}`, `${text}\n`, text.trimEnd(), text.slice(0, -5), '', '{}']) {
    assert.equal(
      codeOf(() => verifySnapshot(changed, { key: publicKey })),
      'HF_SNAPSHOT_INVALID',
    )
  }
})

test('another key, a key of another kind and a public key for signing are refused', () => {
  const other = generateKeyPairSync('ed25519')
  assert.equal(
    codeOf(() => verifySnapshot(text, { key: other.publicKey })),
    'HF_SNAPSHOT_INVALID',
  )
  const rsa = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  assert.equal(
    codeOf(() => verifySnapshot(text, { key: rsa.publicKey })),
    'HF_KEY_INVALID',
  )
  assert.equal(
    codeOf(() => serialiseSnapshot(snapshot, rsa.privateKey)),
    'HF_KEY_INVALID',
  )
  assert.equal(
    codeOf(() => serialiseSnapshot(snapshot, publicKey)),
    'HF_KEY_INVALID',
  )
  assert.equal(
    codeOf(() => serialiseSnapshot(snapshot, 'secret words')),
    'HF_KEY_INVALID',
  )
})

test('a snapshot older than the one that is known is refused', () => {
  const read = (after: number) =>
    codeOf(() => parseSnapshot(text, { key: publicKey, engine, after }))
  assert.equal(read(7), 'none')
  assert.equal(read(8), 'HF_SNAPSHOT_INVALID')
})
