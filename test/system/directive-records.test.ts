import assert from 'node:assert/strict'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { storeSettings } from '../../src/cli/open-store.ts'
import { openPolicy } from '../../src/cli/policy-workspace.ts'
import { openStore } from '../../src/store/index.ts'
import {
  appendTo,
  blockLedger,
  entriesOf,
  entriesOfKind,
  isLedgerWhole,
  ledgerLines,
} from '../support/kept-ledger.ts'
import { skipWithoutPostgres, startPostgres } from '../support/postgres.ts'
import { holdfast, type Outcome, startHoldfast, temporaryFolder, writeFiles } from './holdfast.ts'

/** What is decided about directives stands in the ledger, and a ledger that fails lets nothing more through. */

const order = `id: order-12
title: Order 12
instrument: regulation
issuer: xx/orchard
publication: published
source: { title: gazette, retrieved: 2026-06-30 }
effect: forbid
scope: { models: [anthropic/claude-fable-5] }
status:
  - { at: 2026-06-12T21:21:00Z, is: effective }
`
const config = `version: 1
organisation: { name: Acme }
routes:
  - id: direct
    provider: anthropic
    protocol: anthropic-messages
    baseUrl: https://api.anthropic.com
    credential: none
    models: { anthropic/claude-fable-5: claude-fable-5 }
directives: { load: [order-12] }
`

const vault = temporaryFolder()
const ledger = ledgerLines(vault)

function place(): string {
  const folder = temporaryFolder()
  writeFiles(folder, { 'holdfast.yaml': config + ledger, 'directives/order-12.yaml': order })
  return folder
}

function run(folder: string, ...words: readonly string[]): Outcome {
  return holdfast(words, { cwd: folder })
}

/** What every command of `holdfast policy` reads, keeps and records. */
async function look(folder: string): Promise<{ denies: boolean; warnings: string }> {
  const at = '2026-06-20T00:00:00Z'
  const { enforced, states } = await openPolicy({ config: join(folder, 'holdfast.yaml'), at })
  const denies = states.some(({ directive, isInForce }) => directive.id === 'order-12' && isInForce)
  return { denies, warnings: enforced.warnings.join('\n') }
}

function lift(folder: string): Outcome {
  const words = ['--at', '2026-06-14T00:00:00Z', '--source', 'gazette 13', '--by', 'Ada Example']
  return run(folder, 'directive', 'lift', 'order-12', ...words)
}

async function changes(folder: string) {
  const entries = await entriesOfKind(folder, 'directive')
  return entries.map(({ change, directive, by }) => [change, directive, by] as const)
}

describe('what is decided about directives stands in the ledger', () => {
  test('add, first acceptance, lift and review, each once, with who and both digests', async () => {
    const folder = place()
    writeFiles(folder, { 'new.yaml': order.replaceAll('order-12', 'order-13') })
    assert.equal(run(folder, 'directive', 'add', 'new.yaml', '--by', 'Robin Example').status, 0)
    assert.equal((await look(folder)).denies, true)
    assert.equal((await look(folder)).denies, true)
    assert.equal(lift(folder).status, 0)
    assert.equal((await look(folder)).denies, false)
    const signed = ['--by', 'Kim Counsel', '--at', '2026-11-24']
    assert.equal(run(folder, 'directive', 'review', 'order-12', ...signed).status, 0)
    assert.equal((await look(folder)).denies, false)
    assert.deepEqual(await changes(folder), [
      ['added', 'order-13', ['Robin Example']],
      ['accepted', 'order-12', []],
      ['lifted', 'order-12', ['Ada Example']],
      ['reviewed', 'order-12', ['Kim Counsel']],
    ])
    const [, first, second, third] = await entriesOfKind(folder, 'directive')
    assert.deepEqual([first?.before, second?.before], [null, first?.after])
    assert.equal(third?.before, second?.after)
    assert.equal(second?.source, 'gazette 13')
    assert.equal(second?.text?.status.length, 2)
    assert.ok(isLedgerWhole(folder))
  })

  test('a weakened file is recorded as refused once, and again when it comes back', async () => {
    const folder = place()
    const file = join(folder, 'directives/order-12.yaml')
    await look(folder)
    const weaken = async () => {
      writeFileSync(file, order.replace('forbid', 'require-authorisation'))
      for (let times = 0; times < 2; times += 1) {
        const { warnings } = await look(folder)
        assert.match(warnings, /the effect is weaker.*last accepted version stays in force/)
      }
    }
    await weaken()
    rmSync(file)
    await look(folder)
    writeFileSync(file, order)
    assert.doesNotMatch((await look(folder)).warnings, /last accepted/)
    await weaken()
    const refused = (await entriesOfKind(folder, 'directive')).filter(
      ({ change }) => change === 'refused',
    )
    assert.deepEqual(
      refused.map(({ reason = '' }) => /weaker|is gone/.exec(reason)?.[0]),
      ['weaker', 'is gone', 'weaker'],
    )
    assert.deepEqual(refused[1]?.after, null)
    assert.equal(refused[0]?.before, refused[2]?.before)
  })

  test('a command that only looks, and a dry run, record nothing', async () => {
    const folder = place()
    for (const words of [
      ['directive', 'list'],
      ['directive', 'show', 'order-12'],
      ['timeline'],
      ['simulate', '--all'],
      ['directive', 'review', 'order-12', '--by', 'K', '--at', '2026-11-24', '--dry-run'],
    ])
      assert.equal(run(folder, ...words).status, 0, words.join(' '))
    assert.equal(existsSync(join(folder, '.holdfast')), false)
  })

  test('a change of holdfast.yaml is noticed once, with the digest before and after', async () => {
    const folder = place()
    await look(folder)
    appendTo(join(folder, 'holdfast.yaml'), '# changed\n')
    await look(folder)
    await look(folder)
    const seen = await entriesOfKind(folder, 'configuration')
    assert.deepEqual(
      seen.map(({ subject, change }) => [subject, change]),
      [
        ['holdfast.yaml', 'first seen'],
        ['holdfast.yaml', 'changed'],
      ],
    )
    assert.equal(seen[0]?.before, null)
    assert.equal(seen[1]?.before, seen[0]?.after)
    assert.match(seen[0]?.by ?? '', /^noticed by /)
  })

  test('changes of own policies and of the catalogue are noticed, also that they are gone', async () => {
    const folder = place()
    const overlay = { version: 1, sources: [], vendors: [], providers: [] }
    await look(folder)
    writeFiles(folder, { 'policies/own.cedar': '// nothing is forbidden yet\n' })
    await look(folder)
    writeFiles(folder, { 'policies/own.cedar': '// and nothing will be\n' })
    await look(folder)
    rmSync(join(folder, 'policies/own.cedar'))
    await look(folder)
    await look(folder)
    const changes = async (kind: 'policy' | 'catalogue') =>
      (await entriesOfKind(folder, kind)).map(({ subject, change }) => [subject, change])
    assert.deepEqual(await changes('policy'), [
      ['policies', 'first seen'],
      ['policies', 'changed'],
      ['policies', 'gone'],
    ])
    writeFiles(folder, { 'more.json': JSON.stringify(overlay) })
    const updated = run(folder, 'catalogue', 'update', 'more.json')
    assert.equal(updated.status, 0, updated.stderr)
    assert.deepEqual(await changes('catalogue'), [
      ['catalogue', 'first seen'],
      ['catalogue', 'changed'],
    ])
    const [first, second] = await entriesOfKind(folder, 'catalogue')
    assert.equal(second?.before, first?.after)
  })

  test('a signed snapshot is recorded with its directives and their digests', async () => {
    const folder = place()
    const made = run(
      folder,
      'policy',
      'snapshot',
      '--key',
      `file:${join(vault, 'keys/ledger-signing.pem')}`,
      '--output',
      'policy.snapshot',
      '--at',
      '2026-06-20T00:00:00Z',
    )
    assert.equal(made.status, 0, made.stderr)
    const { digest, content } = JSON.parse(
      readFileSync(join(folder, 'policy.snapshot'), 'utf8'),
    ) as { digest: string; content: { version: number; expiresAt: string } }
    const [accepted] = await entriesOfKind(folder, 'directive')
    assert.deepEqual(await entriesOfKind(folder, 'snapshot'), [
      {
        kind: 'snapshot',
        snapshot: String(content.version),
        digest,
        directives: [{ id: 'order-12', digest: accepted?.after }],
        expiresAt: content.expiresAt,
      },
    ])
  })

  test('without a ledger one warning says that nothing is recorded', async () => {
    const folder = temporaryFolder()
    writeFiles(folder, { 'holdfast.yaml': config, 'directives/order-12.yaml': order })
    const nothing = /nothing of this is recorded as evidence/g
    assert.equal((await look(folder)).warnings.match(nothing)?.length, 1)
    assert.equal((await look(folder)).warnings.match(nothing), null)
    assert.equal(lift(folder).stderr.match(nothing)?.length, 1)
  })
})

describe('a ledger that cannot be written', () => {
  test('holds up no restriction: it is in force, and is recorded once the ledger works', async () => {
    const folder = place()
    writeFiles(folder, { '.holdfast/ledger': 'in the way' })
    const first = await look(folder)
    assert.equal(first.denies, true)
    assert.match(first.warnings, /the ledger cannot be written: .*is recorded once it can be/)
    rmSync(join(folder, 'directives'), { recursive: true })
    assert.equal((await look(folder)).denies, true, 'it was kept, too')
    rmSync(join(folder, '.holdfast/ledger'))
    await look(folder)
    const [accepted] = await entriesOfKind(folder, 'directive')
    assert.equal(accepted?.change, 'accepted')
    assert.ok(accepted?.happenedAt !== undefined)
    assert.ok(isLedgerWhole(folder))
    const entries = (await entriesOf(folder)).length
    await look(folder)
    assert.equal((await entriesOf(folder)).length, entries, 'each entry waits once')
  })

  test('refuses a lift by command, and writes nothing', async () => {
    const folder = place()
    await look(folder)
    const unblock = blockLedger(folder)
    const refused = lift(folder)
    assert.equal(refused.status, 3)
    assert.match(refused.stderr, /error HF_LEDGER_UNRECORDED/)
    assert.equal(readFileSync(join(folder, 'directives/order-12.yaml'), 'utf8'), order)
    unblock()
    assert.equal(lift(folder).status, 0)
    assert.equal((await look(folder)).denies, false)
  })

  test('refuses a signed lift in a file: the last accepted version stays in force', async () => {
    const folder = place()
    await look(folder)
    appendTo(
      join(folder, 'directives/order-12.yaml'),
      '  - { at: 2026-06-14T00:00:00Z, is: lifted, source: gazette 13, by: Ada }\n',
    )
    const unblock = blockLedger(folder)
    const held = await look(folder)
    assert.equal(held.denies, true)
    assert.match(held.warnings, /allows more and is not accepted, since it cannot be recorded/)
    unblock()
    assert.equal((await look(folder)).denies, false)
    assert.deepEqual((await changes(folder)).at(-1), ['lifted', 'order-12', ['Ada']])
  })

  test('holds up no review: it is written, and waits for the ledger', async () => {
    const folder = place()
    await look(folder)
    const unblock = blockLedger(folder)
    const signed = ['--by', 'Kim', '--at', '2026-11-24']
    assert.equal(run(folder, 'directive', 'review', 'order-12', ...signed).status, 0)
    unblock()
    await look(folder)
    assert.deepEqual(
      (await changes(folder)).filter(([change]) => change === 'reviewed'),
      [['reviewed', 'order-12', ['Kim']]],
    )
  })
})

const backEnds = [
  {
    name: 'embedded',
    skip: false as const,
    start: () => ({ location: 'embedded', stop: () => undefined }),
  },
  {
    name: 'PostgreSQL',
    skip: skipWithoutPostgres(),
    start: () => {
      const server = startPostgres({ durable: false })
      return { location: server.createDatabase(), stop: server.remove }
    },
  },
]

for (const { name, skip, start } of backEnds) {
  test(
    `commands that begin at once on ${name} lose nothing, and none fails for a lock`,
    { skip },
    async () => {
      const { location, stop } = start()
      const folder = place()
      appendTo(join(folder, 'holdfast.yaml'), `store: ${location}\n`)
      writeFiles(folder, { 'new.yaml': order.replaceAll('order-12', 'order-13') })
      const asked = ['--model', 'anthropic/claude-fable-5', '--route', 'direct']
      const question = ['policy', 'decide', '--class', 'undetermined', ...asked]
      const all = await Promise.all(
        [question, question, ['directive', 'add', 'new.yaml']].map((words) =>
          outcomeOf(words, folder),
        ),
      )
      for (const { status, errors } of all) assert.equal(status, 0, errors)
      const told = await changes(folder)
      assert.deepEqual(told.map(([change, id]) => `${change} ${id}`).toSorted(), [
        'accepted order-12',
        'added order-13',
      ])
      assert.equal((await entriesOfKind(folder, 'configuration')).length, 1)
      assert.ok(isLedgerWhole(folder))
      const store = await openStore(
        storeSettings({ store: location }, join(folder, 'holdfast.yaml')),
      )
      try {
        assert.equal((await store.directives.history('order-12')).length, 1)
        assert.deepEqual(await store.unrecorded.list(1), [])
      } finally {
        await store.close()
        stop()
      }
    },
  )
}

function outcomeOf(words: readonly string[], folder: string) {
  return new Promise<{ readonly status: number | null; readonly errors: string }>((resolve) => {
    const child = startHoldfast(words, folder)
    let errors = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
    child.on('close', (status) => resolve({ status, errors }))
  })
}
