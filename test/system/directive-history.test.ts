import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { canonicalJson } from '../../src/base/canonical-json.ts'
import { digest } from '../../src/base/digest.ts'
import { Fault } from '../../src/base/fault.ts'
import { loadCatalogue } from '../../src/cli/catalogue-files.ts'
import { type EnforcedDirectives, enforceDirectives } from '../../src/cli/enforce-directives.ts'
import { loadDirectives, parseDirective } from '../../src/cli/load-directives.ts'
import { parseConfig } from '../../src/cli/load-config.ts'
import { temporaryFolder, writeFiles } from './holdfast.ts'

const catalogue = await loadCatalogue({})

const order = `id: order-12
title: Order 12
instrument: regulation
issuer: xx/orchard
publication: published
source: { title: gazette, retrieved: 2026-06-30 }
effect: forbid
scope: { models: [orchard/apple-1, orchard/pear-1] }
status:
  - { at: 2026-06-12T21:21:00Z, is: effective }
`
const lift = (by: string) => `  - { on: 2026-06-30, is: lifted, source: gazette 13${by} }\n`

interface Place {
  readonly folder: string
  readonly file: string
  /** Where the accepted history lies. */
  readonly store: string
  /** Where it lay before there was a store. */
  readonly fileOfBefore: string
}

function place(files: Readonly<Record<string, string>> = {}, settings = ''): Place {
  const folder = temporaryFolder()
  writeFiles(folder, {
    'holdfast.yaml': `version: 1\norganisation: { name: Acme }\nroutes: []\nworkflows: []\ndirectives:\n  load:\n    - order-12\n${settings}`,
    'directives/order-12.yaml': order,
    ...files,
  })
  return {
    folder,
    file: join(folder, 'directives/order-12.yaml'),
    store: join(folder, '.holdfast/store.sqlite'),
    fileOfBefore: join(folder, '.holdfast/directives/order-12.json'),
  }
}

async function enforce({ folder }: Place, keep = true): Promise<EnforcedDirectives> {
  const configPath = join(folder, 'holdfast.yaml')
  return enforceDirectives({
    config: parseConfig(readFileSync(configPath, 'utf8'), configPath),
    configPath,
    folder,
    loaded: await loadDirectives({ folder }),
    catalogue,
    now: '2026-06-20T00:00:00.000Z',
    keep,
  })
}

const nothingRecorded = /^holdfast\.yaml has no `ledger`, so nothing of this is recorded/

/** Versions in the store, the first one first. */
function versions({ store }: Place): readonly { readonly text: string; readonly by: string }[] {
  const database = new DatabaseSync(store, { readOnly: true })
  const rows = database.prepare('select text, by from directive_version order by version').all()
  database.close()
  return rows as { text: string; by: string }[]
}

function changeStore({ store }: Place, statement: string): void {
  const database = new DatabaseSync(store)
  database.exec(statement)
  database.close()
}

async function faultOf(run: Promise<unknown>): Promise<Fault> {
  try {
    await run
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
  throw new Error('no fault was thrown')
}

/** After the first version was accepted, the file changes; the version that is then in force, and the warnings. */
async function afterChange(text: string | null, settings = ''): Promise<EnforcedDirectives> {
  const here = place({}, settings)
  await enforce(here)
  if (text === null) rmSync(here.file)
  else writeFileSync(here.file, text)
  return enforce(here)
}

function assertStays(enforced: EnforcedDirectives, why: RegExp): void {
  assert.equal(enforced.directives[0]?.status.length, 1)
  assert.equal(enforced.directives[0]?.effect, 'forbid')
  assert.match(enforced.warnings.join('\n'), why)
  assert.match(enforced.warnings.join('\n'), /the last accepted version stays in force/)
}

describe('accepted history', () => {
  test('the first version is accepted and kept, once', async () => {
    const here = place()
    const enforced = await enforce(here)
    assert.match(enforced.warnings.join('\n'), nothingRecorded)
    assert.deepEqual(
      enforced.directives.map(({ id }) => id),
      ['order-12'],
    )
    assert.equal(versions(here).length, 1)
    assert.deepEqual((await enforce(here)).warnings, [], 'what is not new is told to nobody')
    assert.equal(versions(here).length, 1)
  })

  test('a command that only looks keeps nothing', async () => {
    const here = place()
    await enforce(here, false)
    assert.equal(existsSync(join(here.folder, '.holdfast')), false)
  })

  test('a signed lift is accepted, and the version before is remembered', async () => {
    const here = place()
    await enforce(here)
    writeFileSync(here.file, order + lift(', by: Ada'))
    const enforced = await enforce(here)
    assert.match(enforced.warnings.join('\n'), nothingRecorded)
    assert.equal(enforced.directives[0]?.status.length, 2)
    assert.deepEqual(
      versions(here).map(({ by }) => by),
      ['[]', '["Ada"]'],
    )
  })

  test('a file that is gone, unreadable, shortened or weakened leaves the last version in force', async () => {
    assertStays(await afterChange(null), /the file of `order-12` is gone/)
    assertStays(await afterChange('id: order-12\n  - ['), /order-12\.yaml.* cannot be read/)
    assertStays(await afterChange(order.replace('12T', '13T')), /gone or was changed/)
    assertStays(await afterChange(order + lift('')), /lacks `by` with a named person/)
    assertStays(
      await afterChange(order.replace('effect: forbid', 'effect: require-authorisation')),
      /the effect is weaker/,
    )
    assertStays(
      await afterChange(order + lift(', by: Ada'), '  twoPerson: true\n'),
      /two named persons/,
    )
  })

  test('a damaged history denies what the file names, and says what to do', async () => {
    const here = place()
    await enforce(here)
    changeStore(here, `update directive_version set text = '{}'`)
    const enforced = await enforce(here)
    assert.deepEqual(enforced.directives, [])
    assert.deepEqual(enforced.invalid[0]?.models, ['orchard/apple-1', 'orchard/pear-1'])
    assert.match(enforced.warnings[0] ?? '', /accepted history of `order-12` cannot be read/)
  })

  test('an edited history is noticed by its digest', async () => {
    const here = place()
    await enforce(here)
    changeStore(here, `update directive_version set text = replace(text, 'Order 12', 'Order 13')`)
    const enforced = await enforce(here)
    assert.match(enforced.warnings[0] ?? '', /its digest does not fit its content/)
  })

  test('a store that is damaged or out of reach denies what the files name, for looks as well', async () => {
    const damaged = place()
    await enforce(damaged)
    writeFileSync(damaged.store, 'no database at all')
    const away = place({}, '')
    const config = join(away.folder, 'holdfast.yaml')
    writeFileSync(
      config,
      `${readFileSync(config, 'utf8')}store: postgres://holdfast@127.0.0.1:1/holdfast\n`,
    )
    for (const here of [damaged, away]) {
      for (const keep of [true, false]) {
        const enforced = await enforce(here, keep)
        assert.deepEqual(enforced.directives, [])
        assert.deepEqual(enforced.invalid[0]?.models, ['orchard/apple-1', 'orchard/pear-1'])
        assert.match(enforced.warnings[0] ?? '', /accepted history of `order-12` cannot be read/)
      }
    }
  })

  test('what restricts still and is no longer listed is told', async () => {
    const here = place()
    await enforce(here)
    const config = join(here.folder, 'holdfast.yaml')
    writeFileSync(config, readFileSync(config, 'utf8').replace('    - order-12\n', '    []\n'))
    const { directives, warnings } = await enforce(here)
    assert.deepEqual(directives, [])
    assert.match(warnings.join('\n'), /`order-12` was enforced before and is still in force/)
  })

  test('a history that cannot be kept is told, and the directive is enforced', async () => {
    const here = place({ '.holdfast': 'a file where the folder should be' })
    const { directives, warnings } = await enforce(here)
    assert.equal(directives.length, 1)
    assert.match(warnings.join('\n'), /accepted history cannot be kept/)
  })

  test('a signed lift that cannot be kept is not accepted', async () => {
    const here = place()
    await enforce(here)
    changeStore(
      here,
      `create trigger full before insert on directive_version begin select raise(abort, 'disk full'); end`,
    )
    writeFileSync(here.file, order + lift(', by: Ada'))
    assertStays(await enforce(here), /allows more and is not accepted, since the store cannot keep/)
  })
})

describe('history in files, from before there was a store', () => {
  const before = (text: string) => ({ '.holdfast/directives/order-12.json': text })
  /** The file as it was written then. */
  const kept = (directive: object) =>
    JSON.stringify(
      {
        schemaVersion: 1,
        acceptedAt: '2026-06-13T08:00:00Z',
        digest: digest(canonicalJson(directive)),
        directive,
        earlier: [],
      },
      null,
      2,
    )
  const accepted = parseDirective(order, 'order-12.yaml')

  test('is taken over into the store once, told in one line, and its files are renamed', async () => {
    const here = place(before(kept(accepted)))
    writeFileSync(here.file, order + lift(''))
    const first = await enforce(here)
    assertStays(first, /lacks `by` with a named person/)
    const told = first.warnings.filter((text) => /now lies in the store/.test(text))
    assert.equal(told.length, 1)
    assert.match(told[0] ?? '', /the history of 1 accepted directive /)
    assert.equal(existsSync(here.fileOfBefore), false)
    assert.equal(existsSync(`${here.fileOfBefore}.taken-over`), true)
    const database = new DatabaseSync(here.store, { readOnly: true })
    const row = database.prepare('select accepted_at from directive_version').get()
    database.close()
    assert.equal(row?.['accepted_at'], '2026-06-13T08:00:00.000Z')
    const second = await enforce(here)
    assertStays(second, /lacks `by` with a named person/)
    assert.doesNotMatch(second.warnings.join('\n'), /now lies in the store/)
  })

  test('counts for a command that only looks, which leaves it where it is', async () => {
    const here = place(before(kept(accepted)))
    rmSync(here.file)
    assertStays(await enforce(here, false), /the file of `order-12` is gone/)
    assert.equal(existsSync(here.fileOfBefore), true)
    assert.equal(existsSync(here.store), false)
  })

  test('stays where it is damaged, and denies what either names', async () => {
    const other = { ...accepted, scope: { ...accepted.scope, models: ['orchard/plum-1'] } }
    const here = place(before(kept(other).replace('"forbid"', '"none"')))
    for (const keep of [true, true, false]) {
      const { directives, invalid, warnings } = await enforce(here, keep)
      assert.deepEqual(directives, [])
      assert.deepEqual(invalid[0]?.models, ['orchard/apple-1', 'orchard/pear-1', 'orchard/plum-1'])
      assert.match(warnings[0] ?? '', /accepted history in .* cannot be read/)
    }
    assert.equal(existsSync(here.fileOfBefore), true)
  })

  test('of a directive that the store knows is older, and is put aside', async () => {
    const here = place()
    await enforce(here)
    writeFiles(here.folder, before(kept({ ...accepted, title: 'Order 11' })))
    const { directives } = await enforce(here)
    assert.equal(directives[0]?.title, 'Order 12')
    assert.equal(existsSync(here.fileOfBefore), false)
  })
})

describe('directives that cannot be enforced', () => {
  test('a listed file that was never valid denies the models it names; the others go on', async () => {
    const here = place(
      {
        'directives/order-13.yaml': order
          .replace('order-12', 'order-13')
          .replace('effect: forbid', 'effect: discourage'),
      },
      '    - order-13\n',
    )
    const { directives, invalid, warnings } = await enforce(here)
    assert.deepEqual(
      directives.map(({ id }) => id),
      ['order-12'],
    )
    assert.deepEqual(
      invalid.map(({ id, models }) => [id, models]),
      [['order-13', ['orchard/apple-1', 'orchard/pear-1']]],
    )
    assert.match(
      warnings.join('\n'),
      /order-13\.yaml:7:9: `effect`: .*everybody is denied the 2 models/,
    )
  })

  test('a selector by vendor denies the models of that vendor', async () => {
    const text = order
      .replace('effect: forbid', 'effect: discourage')
      .replace('[orchard/apple-1, orchard/pear-1]', '{ vendors: [anthropic] }')
    const { invalid } = await enforce(place({ 'directives/order-12.yaml': text }))
    assert.ok(invalid[0]?.models.includes('anthropic/claude-fable-5'))
  })

  test('one that names nothing at all stops the run', async () => {
    const here = place({ 'directives/order-12.yaml': '{{{' })
    const fault = await faultOf(enforce(here))
    assert.equal(fault.code, 'HF_DIRECTIVE_INVALID')
    assert.match(fault.place?.path ?? '', /order-12\.yaml$/)
  })

  test('an id that nobody knows is told with its line and the nearest id', async () => {
    const here = place({}, '    - ordr-12\n')
    const fault = await faultOf(enforce(here))
    assert.equal(fault.code, 'HF_DIRECTIVE_UNKNOWN')
    assert.equal(fault.place?.line, 8)
    assert.match(fault.advice ?? '', /`order-12`/)
  })

  test('an id never leads out of the folder', async () => {
    const fault = await faultOf(enforce(place({}, '    - ../../etc/passwd\n')))
    assert.equal(fault.code, 'HF_DIRECTIVE_UNKNOWN')
  })

  test('a template is refused', async () => {
    const fault = await faultOf(
      enforce(place({ 'directives/order-12.yaml': `${order}template: true\n` })),
    )
    assert.match(fault.message, /`order-12` is a template/)
  })

  test('two files of one id are refused, and both are named', async () => {
    const here = place({ 'directives/other.yaml': order })
    const { directives, invalid, warnings } = await enforce(here)
    assert.deepEqual(directives, [])
    assert.equal(invalid[0]?.models.length, 2)
    assert.match(warnings.join('\n'), /order-12\.yaml` and `.*other\.yaml/)
  })

  test('a local file with a shipped id is refused too', async () => {
    const { problems, directives } = await loadDirectives({
      folder: place({
        'directives/mine.yaml': order.replace('order-12', 'us-bis-2026-06-12'),
      }).folder,
    })
    assert.ok(!directives.some(({ directive }) => directive.id === 'us-bis-2026-06-12'))
    assert.match(
      problems[0]?.fault.message ?? '',
      /us-bis-2026-06-12\/directive\.yaml` and `.*mine\.yaml/,
    )
  })
})

describe('amendments', () => {
  const amendment = (text: string) => ({
    'directives/us-bis-2026-06-12.amendment.yaml': `directive: us-bis-2026-06-12\n${text}`,
  })
  const load = (files: Readonly<Record<string, string>>) =>
    loadDirectives({ folder: place(files).folder })

  test('they append to a directive that ships', async () => {
    const text = 'status:\n  - { on: 2026-06-20, is: lifted, source: notice, by: Ada }\n'
    const { directives } = await load(amendment(text))
    const found = directives.find(({ directive }) => directive.id === 'us-bis-2026-06-12')
    assert.equal(found?.directive.status.at(-1)?.by, 'Ada')
    assert.match(found?.amendment ?? '', /amendment\.yaml$/)
  })

  test('one that cannot be read makes its directive unreadable, with the models it names', async () => {
    const { directives, problems } = await load(amendment('scope: { models: all }\n'))
    assert.ok(!directives.some(({ directive }) => directive.id === 'us-bis-2026-06-12'))
    assert.deepEqual(problems[0]?.models, ['anthropic/claude-fable-5', 'anthropic/claude-mythos-5'])
  })

  test('one for a local or unknown directive is told', async () => {
    const local = await load({ 'directives/order-12.amendment.yaml': 'directive: order-12\n' })
    assert.match(local.problems[0]?.fault.message ?? '', /is yours and takes its lines itself/)
    const unknown = await load({ 'directives/x.amendment.yaml': 'directive: x\n' })
    assert.equal(unknown.problems[0]?.fault.code, 'HF_DIRECTIVE_UNKNOWN')
  })
})

describe('hostile files', () => {
  test('a pipe among the files is told, and nobody waits for it', async () => {
    const here = place()
    spawnSync('mkfifo', [join(here.folder, 'directives/pipe.yaml')])
    const { directives, problems } = await loadDirectives({ folder: here.folder })
    assert.match(problems[0]?.fault.message ?? '', /pipe\.yaml`: it is no regular file/)
    assert.ok(directives.some(({ directive }) => directive.id === 'order-12'))
  })

  test('100,000 lines, bombs of aliases and deep nesting are refused in bounded time', async () => {
    const startedAt = performance.now()
    const bomb = Array.from(
      { length: 9 },
      (_, level) =>
        `b${level}: &b${level} [${Array.from({ length: 9 }, () => (level === 0 ? 'x' : `*b${level - 1}`)).join(',')}]`,
    )
    const models = Array.from({ length: 100_000 }, (_, index) => `    - orchard/apple-${index}`)
    const { problems } = await loadDirectives({
      folder: place({
        'directives/long.yaml': `id: long\nscope:\n  models:\n${models.join('\n')}\n`,
        'directives/keys.yaml': Array.from({ length: 12_000 }, (_, index) => `k${index}: 1`).join(
          '\n',
        ),
        'directives/bomb.yaml': bomb.join('\n'),
        'directives/deep.yaml': `a: ${'['.repeat(60_000)}`,
        'directives/binary.yaml': '\u0000\u0001\u0002',
      }).folder,
    })
    assert.ok(performance.now() - startedAt < 20_000)
    assert.deepEqual(
      problems.map(({ id }) => id),
      ['binary', 'bomb', 'deep', 'keys', 'long'],
    )
    const long = problems.find(({ id }) => id === 'long')
    assert.match(long?.fault.message ?? '', /longer than \d+ bytes/)
    assert.equal(long?.models.length, 10_000)
  })
})
