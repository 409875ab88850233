import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import {
  blockLedger,
  entriesOf,
  entriesOfKind,
  isLedgerWhole,
  ledgerLines,
} from '../support/kept-ledger.ts'
import { holdfast, type Outcome, temporaryFolder, writeFiles } from './holdfast.ts'

const config = `version: 1
organisation: { name: Acme }
eligibility: { reviewedBy: Kim Counsel, legalBasis: contract }
groups: { appsec: {}, support: {} }
workflows:
  - { id: pr-review, task: code-review, audience: [appsec] }
principals:
  - { id: file-bot, kind: service, key: env:FILE_BOT_KEY, class: not-foreign-person }
`
const vault = temporaryFolder()
const ledger = ledgerLines(vault)

function place(more = ledger): string {
  const folder = temporaryFolder()
  writeFiles(folder, { 'holdfast.yaml': config + more })
  return folder
}

function run(folder: string, ...words: readonly string[]): Outcome {
  return holdfast(['principal', ...words], { cwd: folder })
}

function passed(outcome: Outcome): Outcome {
  assert.equal(outcome.status, 0, outcome.stderr)
  return outcome
}

function refused(outcome: Outcome, status: number, ...patterns: readonly RegExp[]): void {
  assert.equal(outcome.status, status, outcome.stderr)
  assert.equal(outcome.stdout, '')
  for (const pattern of patterns) assert.match(outcome.stderr, pattern)
}

const vouched = ['--basis', 'hr-confirmation', '--attester', 'People team'] as const
const keyForm = /^hfk_(?<prefix>[a-z2-7]{10})_[A-Za-z0-9_-]{43}\n$/

function jsonOf(outcome: Outcome): Record<string, unknown> {
  return JSON.parse(passed(outcome).stdout) as Record<string, unknown>
}

suite('holdfast principal', () => {
  test('add prints the key once, alone on stdout, and keeps only its digest', async () => {
    const folder = place()
    const added = passed(
      run(folder, 'add', 'ci-bot', '--kind', 'service', '--group', 'appsec', '--by', 'Robin'),
    )
    const { prefix = '' } = keyForm.exec(added.stdout)?.groups ?? {}
    assert.match(added.stderr, new RegExp(`key ${prefix}: shown this once`))
    const secret = added.stdout.trim().slice('hfk_'.length + prefix.length + 1)
    const files = readdirSync(join(folder, '.holdfast'), { recursive: true, withFileTypes: true })
    for (const file of files.filter((one) => one.isFile()))
      assert.ok(!readFileSync(join(file.parentPath, file.name)).includes(secret), file.name)
    const shown = passed(run(folder, 'show', 'ci-bot'))
    assert.match(shown.stdout, new RegExp(`${prefix}  issued .* by Robin, counts`))
    assert.ok(!shown.stdout.includes(secret))
    const told = await entriesOfKind(folder, 'principal')
    assert.deepEqual(
      told.map(({ change, by }) => [change, by]),
      [
        ['added', 'Robin'],
        [`key ${prefix} issued`, 'Robin'],
      ],
    )
    assert.match(told[0]?.subject ?? '', /^hmac:/)
    const searched = holdfast(['ledger', 'search', '--principal', 'ci-bot'], { cwd: folder })
    assert.equal(searched.stdout.split('\n').length, 3, searched.stdout)
    assert.ok(isLedgerWhole(folder))
  })

  test('what is misspelt, taken or speaks of nationality is refused, and nothing is kept', () => {
    const folder = place()
    refused(run(folder, 'add', 'file-bot'), 2, /`file-bot` stands in holdfast\.yaml already/)
    refused(run(folder, 'add', 'a b'), 2, /no id of a principal/)
    refused(run(folder, 'add', 'ada', '--group', 'apsec'), 2, /no group `apsec`/, /`appsec`/)
    refused(run(folder, 'add', 'ada', '--employment', 'H-1B'), 2, /`--employment` speaks of/)
    refused(run(folder, 'add', 'ada', '--entity', 'French nationality'), 2, /never nationality/)
    refused(run(folder, 'add', 'ada', '--nationality', 'FR'), 2, /--nationality/)
    refused(run(folder, 'add', 'ada', '--expires', '2020-01-01T00:00:00Z'), 2, /has passed/)
    refused(run(folder, 'revoke', 'file-bot'), 2, /stands in holdfast\.yaml/)
    refused(run(folder, 'show', 'file-bott'), 2, /did you mean `file-bot`/)
    assert.equal(existsSync(join(folder, '.holdfast')), false)
  })

  test('list tells where each comes from, and the class of a person only to counsel', () => {
    const folder = place('')
    assert.match(passed(run(folder, 'list')).stdout, /file-bot +service +holdfast\.yaml/)
    assert.equal(existsSync(join(folder, '.holdfast')), false, 'looking makes no store')
    const added = passed(run(folder, 'add', 'ada@acme.example', '--group', 'support'))
    assert.match(added.stderr, /nothing of this is recorded as evidence/)
    passed(run(folder, 'attest', 'ada@acme.example', '--class', 'not-foreign-person', ...vouched))
    const open = jsonOf(run(folder, 'list', '--format', 'json'))
    assert.deepEqual(
      (open['principals'] as { id: string; from: string; class?: string }[]).map((one) => [
        one.id,
        one.from,
        one.class,
      ]),
      [
        ['ada@acme.example', 'store', undefined],
        ['file-bot', 'holdfast.yaml', undefined],
      ],
    )
    assert.deepEqual(new Set(Object.values(open['people'] as object)), new Set(['<5']))
    for (const words of [['list'], ['show', 'ada@acme.example']]) {
      const text = passed(run(folder, ...words))
      assert.doesNotMatch(text.stdout.replace(/people by class.*/, ''), /not-foreign-person/)
      const counsel = passed(run(folder, ...words, '--for', 'counsel'))
      assert.match(counsel.stdout.replace(/people by class.*/, ''), /not-foreign-person/)
    }
  })

  test('an id in both places is told wherever it is met, and refused', () => {
    const folder = place('')
    passed(run(folder, 'add', 'ada'))
    writeFiles(folder, { 'holdfast.yaml': `${config}  - { id: ada, kind: person, key: none }\n` })
    const listed = passed(run(folder, 'list'))
    assert.equal(listed.stdout.match(/^ada .* refused /gm)?.length, 2)
    assert.match(listed.stderr, /`ada` stands in holdfast\.yaml and in the store: neither may call/)
  })

  test('attest keeps who vouches until when, and seals the class for counsel', async () => {
    const folder = place()
    passed(run(folder, 'add', 'ada', '--group', 'appsec'))
    const attest = ['attest', 'ada', ...vouched, '--date', '2026-06-10', '--expires']
    passed(run(folder, ...attest, '2099-01-01T00:00:00Z', '--class', 'not-foreign-person'))
    passed(run(folder, ...attest, 'never', '--class', 'foreign-person-not-authorised'))
    refused(
      run(folder, ...attest, '90d', '--class', 'undetermined', '--attester', 'passport copy'),
      2,
      /`--attester` speaks of `passport copy`/,
    )
    const shown = jsonOf(run(folder, 'show', 'ada', '--for', 'counsel', '--format', 'json'))
    const [ada] = shown['principals'] as { class: string; attestation: object }[]
    assert.equal(ada?.class, 'foreign-person-not-authorised')
    assert.deepEqual(ada?.attestation, {
      basis: 'hr-confirmation',
      attester: 'People team',
      date: '2026-06-10',
      expiresAt: null,
    })
    const told = await entriesOfKind(folder, 'attestation')
    assert.deepEqual(
      told.map(({ change, validUntil, attester }) => [change, validUntil, attester]),
      [
        ['attested', '2099-01-01T00:00:00.000Z', 'People team'],
        ['attested', null, 'People team'],
      ],
    )
    const written = JSON.stringify(await entriesOf(folder))
    assert.doesNotMatch(written, /foreign-person|"ada"/)
    const counsel = holdfast(
      [
        'ledger',
        'search',
        '--principal',
        'ada',
        '--kind',
        'attestation',
        '--counsel-key',
        join(vault, 'keys/counsel-private.pem'),
      ],
      { cwd: folder },
    )
    assert.match(
      counsel.stdout,
      /class: not-foreign-person\n.*class: foreign-person-not-authorised\n/,
    )
    assert.ok(isLedgerWhole(folder))
  })

  test('rotate gives a new key and lets the old one go on; revoke ends at once', () => {
    const folder = place('')
    const first = keyForm.exec(passed(run(folder, 'add', 'ci-bot')).stdout)?.groups?.['prefix']
    const rotated = jsonOf(run(folder, 'rotate', 'ci-bot', '--overlap', '2h', '--format', 'json'))
    assert.equal(rotated['replaces'], first)
    const { prefix = '' } = rotated['key'] as { prefix?: string }
    const keysOf = () => {
      const { principals } = jsonOf(run(folder, 'list', '--format', 'json'))
      return (principals as { id: string; state: string; keys: string[] }[]).find(
        ({ id }) => id === 'ci-bot',
      )
    }
    assert.deepEqual(keysOf()?.keys, [first, prefix])
    refused(run(folder, 'rotate', 'ci-bot'), 2, /has 2 keys/, /--key/)
    passed(run(folder, 'revoke', 'ci-bot', '--key', `hfk_${first}`))
    assert.deepEqual([keysOf()?.state, keysOf()?.keys], ['active', [prefix]])
    passed(run(folder, 'revoke', 'ci-bot'))
    assert.deepEqual([keysOf()?.state, keysOf()?.keys], ['revoked', []])
    refused(run(folder, 'rotate', 'ci-bot'), 2, /was revoked/, /--again/)
    refused(run(folder, 'add', 'ci-bot'), 2, /is in the store already/, /--again/)
    passed(run(folder, 'add', 'ci-bot', '--again'))
    assert.deepEqual([keysOf()?.state, keysOf()?.keys.length], ['active', 1])
  })

  test('policy decides for a principal of the store', () => {
    const folder = temporaryFolder()
    writeFiles(folder, {
      'holdfast.yaml': `${config}routes:
  - id: direct
    provider: anthropic
    protocol: anthropic-messages
    baseUrl: https://api.anthropic.com
    credential: none
    models: { anthropic/claude-fable-5: claude-fable-5 }
`,
    })
    passed(run(folder, 'add', 'ada', '--group', 'appsec'))
    passed(run(folder, 'attest', 'ada', '--class', 'not-foreign-person', ...vouched))
    const asked = ['--model', 'anthropic/claude-fable-5', '--route', 'direct']
    const decided = holdfast(['policy', 'decide', '--principal', 'ada', ...asked], { cwd: folder })
    assert.match(passed(decided).stdout, /^ALLOW .* for not-foreign-person/)
  })

  test('help teaches with examples, and completion knows the commands', () => {
    for (const word of ['add', 'attest', 'list', 'revoke', 'rotate', 'show'])
      assert.match(passed(run('.', word, '--help')).stdout, /Examples?:\n {2}holdfast principal/)
    assert.match(passed(run('.', 'attest', '--help')).stdout, /rather not say +undetermined/)
    const completion = passed(holdfast(['completion', 'bash']))
    assert.match(completion.stdout, /"principal"\) words="list show add attest revoke rotate/)
  })
})

suite('a ledger that cannot be written', () => {
  test('holds up what ends and what restricts not, and refuses what allows more', async () => {
    const folder = place()
    passed(run(folder, 'add', 'ada', '--group', 'appsec'))
    const unblock = blockLedger(folder)
    const unwritable = /HF_LEDGER_UNRECORDED/
    refused(run(folder, 'add', 'eve'), 3, unwritable)
    refused(run(folder, 'rotate', 'ada'), 3, unwritable)
    refused(
      run(folder, 'attest', 'ada', '--class', 'not-foreign-person', ...vouched),
      3,
      unwritable,
    )
    const ended = passed(run(folder, 'revoke', 'ada'))
    assert.match(ended.stderr, /the ledger cannot be written: .*is recorded once it can be/)
    unblock()
    passed(run(folder, 'add', 'eve'))
    const told = await entriesOfKind(folder, 'principal')
    assert.deepEqual(
      told.map(({ change }) => change.replace(/[a-z2-7]{10}/, 'PREFIX')),
      ['revoked', 'key PREFIX revoked', 'added', 'key PREFIX issued'],
    )
    assert.ok(told[0]?.happenedAt !== undefined)
  })

  test('without a key for persons nobody is added, and whoever is there can be ended', () => {
    const folder = place('')
    passed(run(folder, 'add', 'ada'))
    const keyless = `${config}ledger: { signingKey: "file:${join(vault, 'keys/ledger-signing.pem')}" }\n`
    writeFiles(folder, { 'holdfast.yaml': keyless })
    refused(run(folder, 'add', 'eve'), 3, /names no key for the ids of persons/)
    const ended = passed(run(folder, 'revoke', 'ada'))
    assert.match(ended.stderr, /stands in no record/)
  })
})
