import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { redactSecrets, redaction } from './redact-secrets.ts'
import { looksLikeSecret } from './secret-shapes.ts'

/** Invented keys are put together here, so that no scanner takes this file for a leak. */
const tail = ['q7Zk29aL', 'mXv81TtW', 'bc3Hn5Rd', 'Y4sUe6Pf', 'o0JgKiCx'].join('')
const keys = [
  ['sk', 'ant', 'api03', tail + tail, 'AA'].join('-'),
  ['sk', 'proj', tail].join('-'),
  ['sk', 'or', 'v1', tail].join('-'),
  ['AI', 'za', tail.slice(0, 35)].join(''),
  ['hf', 'abcdefghijKLMNOPqrstuvwxYZabcdefgh'].join('_'),
  ['pplx', tail + tail.slice(0, 8)].join('-'),
  ['gsk', tail + tail.slice(0, 12)].join('_'),
  `ABSK${tail}${tail}${tail}`,
  ['AKIA', 'Q7ZK29ALMXV81TTW'].join(''),
  ['ghp', tail].join('_'),
  ['eyJhbGciOiJIUzI1NiJ9', 'eyJ' + tail, tail].join('.'),
]

test('keys of known shape are taken out wherever they stand', () => {
  for (const key of keys) {
    for (const line of [`key = "${key}"`, `curl -H 'x-api-key: ${key}'`, `see ${key} there`, key]) {
      const shown = redactSecrets(line)
      assert.ok(!shown.includes(key), line)
      assert.ok(shown.includes(redaction), line)
    }
  }
})

test('values of secret names are taken out in every way of writing them', () => {
  const value = 'q7Zk29aLmXv81Tt'
  for (const line of [
    `AZURE_OPENAI_API_KEY=${value}`,
    `export DB_PASSWORD=${value}`,
    `password: ${value}`,
    `"clientSecret": "${value}"`,
    `'api_key' => '${value}'`,
    `apiKey := "${value}"`,
    `Authorization: Bearer ${value}`,
    `api-key: ${value}`,
    `https://x.example/v1?key=${value}&a=1`,
    `postgres://app:${value}@db.example/orchard`,
    `config["secret_token"] = "${value}"`,
  ]) {
    assert.ok(!redactSecrets(line).includes(value), line)
  }
})

test('a password that is a plain word is taken out as well', () => {
  assert.equal(redactSecrets('DB_PASSWORD=correcthorse'), `DB_PASSWORD=${redaction}`)
  assert.equal(redactSecrets('password: "hunter"'), `password: "${redaction}"`)
})

test('a private key is taken out whole, and when its end is cut off', () => {
  const [head, foot] = ['BEGIN', 'END'].map((word) => `-----${word} RSA PRIVATE KEY-----`)
  assert.equal(redactSecrets(`a\n${head}\n${tail}\n${foot}\nb`), `a\n${redaction}\nb`)
  assert.ok(!redactSecrets(`${head}\n${tail}`).includes(tail))
})

test('references, stand-ins, names and counts stay readable', () => {
  for (const line of [
    'api_key: ${{ secrets.ANTHROPIC_API_KEY }}',
    'api_key=os.environ["ANTHROPIC_API_KEY"]',
    'apiKey: process.env.OPENAI_API_KEY,',
    'apiKey: settings.apiKey,',
    'ANTHROPIC_API_KEY=sk-ant-...',
    'OPENAI_API_KEY=<your-key>',
    'OPENAI_API_KEY=your-key-here',
    'api_key_env: ANTHROPIC_API_KEY',
    'max_tokens: 4096',
    'max_tokens=4096, model="claude-opus-4-1"',
    'tokenizer = "gpt-4.1-mini-2025"',
    'secrets: inherit',
    'id-token: write',
    'model: claude-opus-4-1-20250805',
    'https://docs.example/keys#create',
    'token = get_token()',
  ]) {
    assert.equal(redactSecrets(line), line)
  }
})

test('redaction is total, and done once it changes nothing more', () => {
  const pieces = fc.constantFrom(
    'API_KEY=',
    '"',
    "'",
    'Bearer ',
    '://',
    '@',
    ':',
    tail,
    'sk-',
    '-----BEGIN ',
    ' PRIVATE KEY-----',
    '\n',
    ' ',
    '$',
    '{',
    '}',
  )
  const text = fc.oneof(
    fc.string(),
    fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(text, (given) => {
      const once = redactSecrets(given)
      assert.equal(redactSecrets(once), once)
    }),
    { numRuns: 300 },
  )
})

test('a key is told from placeholders, paths, addresses and names', () => {
  assert.ok(looksLikeSecret(tail))
  for (const text of [
    'your-api-key-goes-here-1',
    'xxxxxxxxxxxxxxxxxxxx',
    'https://a.example/v1/x9',
    './path/to/a/file-1',
    'process.env.OPENAI_API_KEY_2',
    'sk-ant-api03-xxxxxxxxxxxxxxxx',
    '${OPENAI_API_KEY_FOR_CI_1}',
    'aaaaaaaaaaaaaaaa1111',
  ]) {
    assert.ok(!looksLikeSecret(text), text)
  }
})
