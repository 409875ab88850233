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

test('what ends a sentence is taken out as well', () => {
  for (const secret of secrets)
    assert.ok(!createRedactor('key').text(`It is ${secret}. And on`).includes(secret), secret)
})

test('keys are found by their form, by their name and by their disorder', () => {
  for (const [around, secret] of [
    ['AWS_SECRET_ACCESS_KEY=%', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'],
    ['export DB_PASSWORD=%\n', 'hunter22secret'],
    ['  password: %\n', 'hunter22secret'],
    ['the password is %, do not tell', 'Tr0ub4dor'],
    ['mysql --password %', 'hunter22secret'],
    ['{"cmd": "login --token \\"%\\""}', 'abcDEF123456'],
    ['{"args": "{\\"password\\": \\"%\\"}"}', 'abcDEF123456'],
    [
      'DefaultEndpointsProtocol=https;AccountKey=%;EndpointSuffix',
      'Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4==',
    ],
    ['https://store.acme.io/a?sig=%&se=2026', 'k3J9xLmQ2vTzR8'],
    ['x-api-key: %', '0123456789abcdef'],
    ['https://hooks.slack.com/services/%', 'T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX'],
    ['use % there', 'q7Rf2LmX9wTz4KpV8sYc1NbH6dJg3QaE'],
    ['bot %', '123456789:AAExampleExampleExampleExampleExamp'],
    ['glpat %', 'glpat-abcdefghijklmnopqrst'],
    ['-----BEGIN PRIVATE KEY-----\n%', 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ'],
  ] as const) {
    const cleaned = createRedactor('key').text(around.replace('%', secret))
    assert.ok(!cleaned.includes(secret), cleaned)
  }
})

test('numbers of persons are found by check digits, form or the word before them', () => {
  for (const text of [
    'DNI 12345678Z',
    'RSSMRA85T10A562S',
    '1 85 05 78 006 084 91',
    'AB 12 34 56 C',
    'passport no. C01X00T47',
    'born on 12.03.1984',
    'Tel. 030 / 901820-44',
    'call me at 555-867-5309',
    'from 2a00:1450:4001:830::200e now',
  ])
    assert.notEqual(createRedactor('key').text(text), text)
})

test('a person whom something marks is nowhere in the task, and the same pseudonym everywhere', () => {
  const { value, counts } = createRedactor('key')
  const cleaned = value({
    messages: [
      'Dear Ms Okonkwo-Lind,\nJürgen van der Berg <jb@acme.io> asked. Thanks,\nTheo Brandt',
      'Then Okonkwo-Lind told van der Berg: ask Brandt, or Theo.',
    ],
    arguments: { first_name: 'Siobhan', password: 'hunter22x', 'lea@acme.io': true },
  })
  const text = JSON.stringify(cleaned)
  for (const name of [
    'Okonkwo',
    'Jürgen van der Berg',
    'Brandt',
    'Theo',
    'Siobhan',
    'hunter22x',
    'lea@',
  ])
    assert.ok(!text.includes(name), `${name}: ${text}`)
  assert.ok((counts().name ?? 0) >= 6)
})

test('names that were given are found however they are written', () => {
  const { text } = createRedactor('key', { names: ['Anna Meier', 'Projekt Adler'] })
  const cleaned = text('anna.meier wrote to ANNA  MEIER on Projekt-Adler, not to Annabel Meier')
  assert.equal(cleaned.match(/redacted_name_[0-9a-f]{12}/g)?.length, 3)
  assert.match(cleaned, /not to Annabel Meier$/)
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
    'const token: string = readToken(request)',
    'password: config.database.password1',
    'password: "must have 8 characters"',
    'convertAnthropicMessagesToOpenAI4FormatOfTheCaller',
    '"integrity": "sha512-v2kDEe57lecTulaDIuNTPy3Ry4gLGJ6Z1O3vE1krgXZNrsQ+LFTGHVxVjcXPs17LhbZVGedAJv8XZ1tvj5FvSg=="',
    'DNI 12345678A',
    'at 12:34:56 and in abc::def, with std::vector<int>',
    'fe80::1 and 2001:db8::1',
    'Hello World!',
    "max_tokens: 'max-tokens-1'",
    'Hi Team,',
    'name: Build And Test',
    'port 443, tel quel 12',
    'def0::1 is no such address, nor is 3.14.15',
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
  for (const part of [
    'a.',
    '1 ',
    '+1',
    'a@',
    'sk-',
    'AB12 ',
    '"password":"',
    'x://a:',
    'Dear A',
    'A',
    'Mr Aa ',
    'PASSWORD',
    'password ',
    '--token ',
    '1-',
    'a:',
    'tel 1 ',
    'Aa0',
    '\\',
  ])
    text(part.repeat(50_000))
  assert.ok(performance.now() - start < 5000)
})
