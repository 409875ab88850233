import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { Fault } from '../../src/base/fault.ts'
import { loadCatalogue } from '../../src/cli/catalogue-files.ts'
import { type EnforcedDirectives, enforceDirectives } from '../../src/cli/enforce-directives.ts'
import { loadDirectives } from '../../src/cli/load-directives.ts'
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
  readonly kept: string
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
    kept: join(folder, '.holdfast/directives/order-12.json'),
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
    assert.deepEqual(enforced.warnings, [])
    assert.deepEqual(
      enforced.directives.map(({ id }) => id),
      ['order-12'],
    )
    const kept = readFileSync(here.kept, 'utf8')
    await enforce(here)
    assert.equal(readFileSync(here.kept, 'utf8'), kept)
  })

  test('a command that only looks keeps nothing', async () => {
    const here = place()
    await enforce(here, false)
    assert.equal(existsSync(here.kept), false)
  })

  test('a signed lift is accepted, and the version before is remembered', async () => {
    const here = place()
    await enforce(here)
    writeFileSync(here.file, order + lift(', by: Ada'))
    const enforced = await enforce(here)
    assert.deepEqual(enforced.warnings, [])
    assert.equal(enforced.directives[0]?.status.length, 2)
    const kept = JSON.parse(readFileSync(here.kept, 'utf8')) as { readonly earlier: unknown[] }
    assert.equal(kept.earlier.length, 1)
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

  test('a damaged history denies what either names, and says what to do', async () => {
    const here = place()
    await enforce(here)
    writeFileSync(here.kept, readFileSync(here.kept, 'utf8').replace('"forbid"', '"none"'))
    const enforced = await enforce(here)
    assert.deepEqual(enforced.directives, [])
    assert.deepEqual(enforced.invalid[0]?.models, ['orchard/apple-1', 'orchard/pear-1'])
    assert.match(enforced.warnings[0] ?? '', /accepted history in .* cannot be read/)
  })

  test('an edited history is noticed by its digest', async () => {
    const here = place()
    await enforce(here)
    const text = readFileSync(here.kept, 'utf8')
    writeFileSync(
      here.kept,
      text.replace('require-authorisation', 'forbid').replace('Order 12', 'Order 13'),
    )
    const enforced = await enforce(here)
    assert.match(enforced.warnings[0] ?? '', /its digest does not fit its content/)
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
    // The folder cannot be read either, so nobody knows what was accepted.
    assert.equal(directives.length + warnings.length > 0, true)
    assert.match(warnings.join('\n'), /accepted history/)
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
