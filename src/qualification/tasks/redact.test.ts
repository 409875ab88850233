import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createRedactor } from './redact.ts'

const luhn = ['4111 1111 1111 1111', '5500-0000-0000-0004']
const secrets = [
  'sk-ant-api03-abcdefghijklmnopqrstuvwx',
  'AKIAABCDEFGHIJKLMNOP',
  'ghp_abcdefghijklmnopqrstuvwxyz0123456789',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N',
  'maria.ortiz+billing@acme-corp.co.uk',
  'DE89 3704 0044 0532 0130 00',
  '+49 30 901820 44',
  '8.8.4.4',
  '078-05-1120',
  ...luhn,
]

test('secrets and personal data are taken out, wherever they stand', () => {
  for (const secret of secrets) {
    const { text, counts } = createRedactor('key')
    const cleaned = text(`before ${secret}, after`)
    assert.ok(!cleaned.includes(secret), secret)
    assert.ok(cleaned.startsWith('before ') && cleaned.endsWith(', after'), cleaned)
    assert.equal(
      Object.values(counts()).reduce((sum, one) => sum + one, 0),
      1,
    )
  }
})

test('passwords are taken out of addresses and assignments, and the code around them stays', () => {
  const { text } = createRedactor('key')
  const cleaned = text(
    `connect("postgres://app:hunter2secret@db/x")\npassword = "Tr0ub4dor&3x"\nAuthorization: Bearer abcdef0123456789abcdef`,
  )
  assert.ok(!/hunter2|Tr0ub|abcdef0123/.test(cleaned))
  assert.match(
    cleaned,
    /^connect\("postgres:\/\/app:redacted_secret_[0-9a-f]{12}@db\/x"\)\npassword = "redacted_secret_[0-9a-f]{12}"/,
  )
})

test('what only looks alike stays', () => {
  const { text } = createRedactor('key')
  for (const plain of [
    'version 10.2.3.4 on 192.168.0.7 and 127.0.0.1',
    'order 1234 5678 9012 3456',
    'ann@example.com',
    'password = "${DB_PASSWORD}"',
    'a UUID 123e4567-e89b-12d3-a456-426614174000',
    'commit 9fceb02d0ae598e95dc970b74767f19372d61af8',
    'the year 2026-11-25 and 1,234,567',
    'GB00 1234 is no account',
  ])
    assert.equal(text(plain), plain)
})

test('the same value is the same pseudonym under one key, and another under another key', () => {
  const [a, b] = [createRedactor('one'), createRedactor('one')]
  assert.equal(a.text(secrets[4] ?? ''), b.text(secrets[4] ?? ''))
  assert.notEqual(a.text(secrets[4] ?? ''), createRedactor('two').text(secrets[4] ?? ''))
})

test('a second pass finds nothing, in texts and in values', () => {
  const piece = fc.oneof(
    fc.constantFrom(...secrets),
    fc.string({ maxLength: 30 }),
    fc.constantFrom(' ', '\n', ': "', '"', 'token="', '@', '.'),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const once = createRedactor('key').value({ a: [pieces.join(' ')], b: pieces })
      const again = createRedactor('key')
      assert.deepEqual(again.value(once), once)
      assert.deepEqual(again.counts(), {})
      for (const secret of secrets.slice(0, 4)) assert.ok(!JSON.stringify(once).includes(secret))
    }),
    { seed: 20261125, numRuns: 400 },
  )
})

test('a hostile text takes no long time', () => {
  const { text } = createRedactor('key')
  const start = performance.now()
  for (const part of ['a.', '1 ', '+1', 'a@', 'sk-', 'AB12 ', '"password":"', 'x://a:'])
    text(part.repeat(50_000))
  assert.ok(performance.now() - start < 5000)
})
