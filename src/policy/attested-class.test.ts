import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Attestation } from '../schema/attestation.ts'
import { attestedClass } from './attested-class.ts'

const attestation = Attestation.parse({
  class: 'not-foreign-person',
  basis: 'self-attestation',
  attester: 'hr@orchard.example',
  date: '2026-06-10',
  expiresAt: '2026-12-01T00:00:00Z',
})

test('an attestation counts from its day until it expires', () => {
  assert.equal(attestedClass(attestation, '2026-06-10T08:00:00.000Z'), 'not-foreign-person')
  assert.equal(attestedClass(attestation, '2026-11-30T23:59:59.999Z'), 'not-foreign-person')
  assert.equal(attestedClass(attestation, '2026-12-01T00:00:00.000Z'), 'undetermined')
  assert.equal(attestedClass(attestation, '2026-06-08T00:00:00.000Z'), 'undetermined')
})

test('without an attestation, or at no instant, nothing is known', () => {
  assert.equal(attestedClass(null, '2026-06-10T08:00:00.000Z'), 'undetermined')
  assert.equal(attestedClass(attestation, 'later'), 'undetermined')
})
