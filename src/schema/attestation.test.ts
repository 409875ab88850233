import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import * as z from 'zod'
import { Attestation, attestationQuestion } from './attestation.ts'

/** What must never be kept of a person. */
const forbidden =
  /national|citizen|birth|visa\b|passport|immigra|ethnic|i-?9\b|residen|identity.?document|origin.?(?:country|of)|(?:country|place).?of.?origin/i

test('no schema has a field for nationality, birth, residence status, visa or documents', async () => {
  const found: string[] = []
  let seen = 0
  for (const file of readdirSync(import.meta.dirname)) {
    if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue
    const exported: Readonly<Record<string, unknown>> = await import(
      join(import.meta.dirname, file)
    )
    for (const [name, schema] of Object.entries(exported)) {
      if (!(schema instanceof z.ZodType)) continue
      seen += 1
      const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
      for (const field of fieldsOf(json)) {
        if (forbidden.test(field)) found.push(`${file} ${name}: ${field}`)
      }
    }
  }
  assert.ok(seen > 50)
  assert.deepEqual(found, [])
})

test('a planted field is seen', () => {
  const planted = z.strictObject({ person: z.array(z.strictObject({ citizenship: z.string() })) })
  assert.ok(fieldsOf(z.toJSONSchema(planted)).some((field) => forbidden.test(field)))
})

test('an attestation with any further field is refused', () => {
  const plain = {
    class: 'undetermined',
    basis: 'hr-confirmation',
    attester: 'hr',
    date: '2026-06-10',
  }
  assert.ok(Attestation.safeParse(plain).success)
  assert.ok(!Attestation.safeParse({ ...plain, nationality: 'FR' }).success)
  assert.ok(!Attestation.safeParse({ ...plain, basis: 'passport' }).success)
})

test('the one question asks whether, and its answers are classes', () => {
  assert.match(attestationQuestion.text, /^Are you .*\?/)
  assert.match(attestationQuestion.source, /15 CFR 772\.1/)
  for (const answer of Object.values(attestationQuestion.answers)) {
    assert.ok(Attestation.shape.class.safeParse(answer).success)
  }
})

/** Names of fields anywhere in a JSON schema. */
function fieldsOf(json: unknown): readonly string[] {
  if (typeof json !== 'object' || json === null) return []
  if (Array.isArray(json)) return json.flatMap(fieldsOf)
  return Object.entries(json).flatMap(([key, value]) =>
    key === 'properties' && typeof value === 'object' && value !== null
      ? [...Object.keys(value), ...Object.values(value).flatMap(fieldsOf)]
      : fieldsOf(value),
  )
}
