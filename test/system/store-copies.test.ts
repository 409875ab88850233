import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, suite, test } from 'node:test'
import { Fault } from '../../src/base/fault.ts'
import { moveStore, openStore, type StoreSettings } from '../../src/store/index.ts'
import { type PostgresServer, skipWithoutPostgres, startPostgres } from '../support/postgres.ts'
import { systemClock, until } from '../support/store-case.ts'
import { fillWithEverything, principal } from '../support/store-records.ts'
import {
  holdfast,
  type Outcome,
  root,
  startHoldfast,
  temporaryFolder,
  writeFiles,
} from './holdfast.ts'

/** `holdfast store` as a process: copies without loss, and clear words where something is wrong. */

const skip = skipWithoutPostgres()
let server: PostgresServer | null = null
before(() => {
  if (skip === false) server = startPostgres({ durable: false })
})
after(() => server?.remove())

function newPlace(): string {
  assert.ok(server)
  return server.createDatabase()
}

/** A folder with a holdfast.yaml that names the store. */
function project(store: string): { readonly folder: string; readonly settings: StoreSettings } {
  const folder = temporaryFolder()
  writeFiles(folder, {
    'holdfast.yaml': `version: 1\norganisation: { name: Acme }\nstore: ${JSON.stringify(store)}\n`,
  })
  return {
    folder,
    settings: { location: store, folder: join(folder, '.holdfast'), clock: systemClock },
  }
}

async function fill(settings: StoreSettings): Promise<void> {
  const store = await openStore(settings)
  await fillWithEverything(store)
  await store.close()
}

function run(folder: string, ...words: readonly string[]): Outcome {
  return holdfast(['store', ...words], { cwd: folder })
}

function passed(outcome: Outcome): string {
  assert.equal(outcome.status, 0, outcome.stderr)
  return outcome.stdout
}

function failed(outcome: Outcome, code: string): string {
  assert.match(outcome.stderr, new RegExp(`^error ${code}: `))
  assert.ok(outcome.status === 2 || outcome.status === 3)
  return outcome.stderr
}

/** The rows of a backup, without its head and its end. */
function rowsOf(path: string): readonly string[] {
  return readFileSync(path, 'utf8').split('\n').slice(1, -2)
}

test('status and migrate say what is there and what is due', () => {
  const { folder } = project('embedded')
  assert.match(passed(run(folder, 'status')), /^embedded store at .*store\.sqlite\ndue: 0001-/)
  assert.ok(!existsSync(join(folder, '.holdfast')), 'looking makes nothing')
  assert.match(passed(run(folder, 'migrate')), /^applied: \n {2}0001-changes\n/)
  assert.equal(passed(run(folder, 'migrate')), 'up to date\n')
  assert.match(passed(run(folder, 'status')), /up to date/)
  assert.equal(statSync(join(folder, '.holdfast/store.sqlite')).mode & 0o077, 0)
})

suite('copies between back ends', { skip }, () => {
  test('everything moves embedded → PostgreSQL → embedded without loss', async () => {
    const start = project('embedded')
    await fill(start.settings)
    const [there, back] = [newPlace(), project('embedded')]
    passed(run(start.folder, 'backup', '--to', 'start.backup'))
    assert.match(passed(run(start.folder, 'move', '--to', there)), /rows moved; now name/)
    // Nothing can be written where nobody looks any more.
    await assert.rejects(openStore(start.settings), (error: unknown) => {
      assert.ok(error instanceof Fault)
      assert.equal(error.code, 'HF_STORE_MOVED')
      return true
    })
    assert.match(passed(run(start.folder, 'status')), /moved to postgres:.*: takes no more/)
    const middle = project(there)
    passed(run(middle.folder, 'backup', '--to', 'middle.backup'))
    writeFiles(back.folder, {
      'holdfast.yaml': `version: 1\norganisation: { name: A }\nstore: ${there}\n`,
    })
    passed(run(back.folder, 'move', '--to', 'embedded'))
    writeFiles(back.folder, { 'holdfast.yaml': 'version: 1\norganisation: { name: A }\n' })
    passed(run(back.folder, 'backup', '--to', 'end.backup'))
    const rows = rowsOf(join(start.folder, 'start.backup'))
    assert.deepEqual(rowsOf(join(middle.folder, 'middle.backup')), rows)
    assert.deepEqual(rowsOf(join(back.folder, 'end.backup')), rows)
    const tables = new Set(rows.map((row) => (JSON.parse(row) as { table: string }).table))
    assert.equal(tables.size, 18, 'a row of every table was moved')
    const store = await openStore({ ...back.settings, location: 'embedded' })
    assert.equal((await store.directives.history('us-bis-2026-06-12')).length, 2)
    assert.equal((await store.keys.list('ci-bot')).length, 2)
    const jobs = await store.jobs()
    assert.equal((await jobs.list({ state: 'waiting' })).length, 1)
    await store.close()
  })

  for (const kind of ['embedded', 'PostgreSQL'] as const) {
    test(`a writer that goes on during a move from ${kind} loses nothing that it was promised`, async () => {
      const start = project(kind === 'embedded' ? 'embedded' : newPlace())
      const there = newPlace()
      const store = await openStore(start.settings)
      const promised: string[] = []
      let refused: unknown = null
      const writing = (async () => {
        for (let number = 0; ; number += 1) {
          await store.principals
            .save(principal(`p-${number}`))
            .then((saved) => promised.push(saved.id))
            .catch((error: unknown) => (refused = error))
          if (refused !== null) return
          await new Promise((resolve) => setTimeout(resolve, 2))
        }
      })()
      const notices: string[] = []
      await store.watch(['principals'], (notice) => notices.push(notice.kind))
      await until('it writes', () => promised.length > 20)
      const target = { ...start.settings, location: there, replace: false }
      await moveStore(start.settings, target)
      await writing
      assert.ok(refused instanceof Fault, String(refused))
      assert.equal(refused.code, 'HF_STORE_MOVED')
      await until('watchers are told', () => notices.includes('away'))
      await store.close()
      const moved = await openStore(target)
      const ids = (await moved.principals.list()).map((one) => one.id)
      assert.deepEqual(ids.toSorted(), promised.toSorted())
      await moved.close()
    })
  }

  test('a job that came with a backup is done by a worker on PostgreSQL', async () => {
    const start = project('embedded')
    await fill(start.settings)
    const there = newPlace()
    passed(run(start.folder, 'move', '--to', there))
    const store = await openStore({ ...start.settings, location: there })
    const jobs = await store.jobs()
    const [job] = await jobs.list({ kind: 'dossier' })
    assert.ok(job)
    const worker = await jobs.work('dossier', { concurrency: 1, worker: 'w' }, async () => 'made')
    const endsAt = performance.now() + 30_000
    while ((await jobs.find(job.id))?.state !== 'done') {
      assert.ok(performance.now() < endsAt, 'not in time')
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    await worker.close()
    await store.close()
  })

  test('a backup of PostgreSQL goes into an embedded store, and a password is in no message', async () => {
    const there = newPlace()
    const one = project(there)
    await fill(one.settings)
    passed(run(one.folder, 'backup', '--to', 'b'))
    const other = project('embedded')
    copyFileSync(join(one.folder, 'b'), join(other.folder, 'b'))
    passed(run(other.folder, 'restore', 'b'))
    passed(run(other.folder, 'backup', '--to', 'again'))
    assert.deepEqual(rowsOf(join(other.folder, 'again')), rowsOf(join(one.folder, 'b')))
    const secret = 'verysecret'
    for (const address of [
      `postgres://holdfast:${secret}@127.0.0.1:1/none`,
      `postgres://holdfast:${secret}@127.0.0.1:notaport/none`,
      `postgres://holdfast:${secret}@127.0.0.1:1`,
      there.replace('holdfast@', `holdfast:${secret}@`).replace(/\/d\d+\?/, '/nosuchdatabase?'),
    ]) {
      const outcome = run(project(address).folder, 'status')
      failed(outcome, 'HF_STORE_(?:UNREACHABLE|ADDRESS|REFUSED)')
      assert.ok(!`${outcome.stdout}${outcome.stderr}`.includes(secret), outcome.stderr)
    }
  })
})

test('a restore is whole or not at all, and needs --force over what is there', async () => {
  const { folder, settings } = project('embedded')
  await fill(settings)
  passed(run(folder, 'backup', '--to', 'good'))
  failed(run(folder, 'backup', '--to', 'good'), 'HF_FILE_EXISTS')
  failed(run(folder, 'restore', 'good'), 'HF_STORE_NOT_EMPTY')
  const store = await openStore(settings)
  await store.principals.save(principal('late'))
  await store.close()
  const good = readFileSync(join(folder, 'good'))
  const bad: Readonly<Record<string, Buffer>> = {
    'cut in a line': good.subarray(0, good.length - 40),
    'cut after a line': good.subarray(0, good.lastIndexOf(10, good.length - 2) + 1),
    'one byte changed': changed(good),
    empty: Buffer.from(''),
    'no backup': Buffer.from('version: 1\n'),
    'a row twice': withRowTwice(good),
    'a row that no store could read': withForeignRow(good),
  }
  for (const [what, bytes] of Object.entries(bad)) {
    writeFileSync(join(folder, 'bad'), bytes)
    failed(run(folder, 'restore', 'bad', '--force'), 'HF_STORE_(?:BACKUP|CONFLICT)')
    passed(run(folder, 'backup', '--to', 'after', '--force'))
    assert.ok(readFileSync(join(folder, 'after'), 'utf8').includes('"late"'), what)
  }
  passed(run(folder, 'restore', 'good', '--force'))
  passed(run(folder, 'backup', '--to', 'again'))
  assert.deepEqual(rowsOf(join(folder, 'again')), rowsOf(join(folder, 'good')))
  assert.deepEqual(
    readdirSync(join(folder, '.holdfast')).filter((name) => name.startsWith('store-copy')),
    [],
  )
})

function changed(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes)
  const at = copy.indexOf('ci-bot')
  copy[at] = 'C'.charCodeAt(0)
  return copy
}

/** Lines with an end that fits them: only what they say is wrong. */
function sealed(
  lines: readonly string[],
  end: { end: { counts: Record<string, number> } },
): Buffer {
  const body = lines.map((line) => `${line}\n`).join('')
  const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`
  return Buffer.from(`${body}${JSON.stringify({ end: { ...end.end, digest } })}\n`)
}

function partsOfBackup(bytes: Buffer): {
  lines: string[]
  end: { end: { counts: Record<string, number> } }
} {
  const lines = bytes.toString('utf8').trimEnd().split('\n')
  return { end: JSON.parse(lines.pop() ?? '') as never, lines }
}

function withRowTwice(bytes: Buffer): Buffer {
  const { lines, end } = partsOfBackup(bytes)
  return sealed([lines[0] ?? '', lines[1] ?? '', ...lines.slice(1)], end)
}

function withForeignRow(bytes: Buffer): Buffer {
  const { lines, end } = partsOfBackup(bytes)
  return sealed(
    lines.map((line) => line.replace('"kind":"service"', '"kind":"robot"')),
    end,
  )
}

test('a store that a newer holdfast made is refused, and stays as it is', async () => {
  const { folder, settings } = project('embedded')
  await fill(settings)
  passed(run(folder, 'backup', '--to', 'b'))
  const path = join(folder, '.holdfast/store.sqlite')
  const database = new DatabaseSync(path)
  database.exec("insert into migration values ('9999-from-the-future', '2030-01-01T00:00:00.000Z')")
  database.close()
  for (const words of [['status'], ['migrate'], ['backup', '--to', 'c']])
    assert.match(failed(run(folder, ...words), 'HF_STORE_NEWER'), /9999-from-the-future/)
  const later = project('embedded')
  const lines = readFileSync(join(folder, 'b'), 'utf8').replace(
    '"0004-work"',
    '"0004-work","9999-x"',
  )
  const { lines: all, end } = partsOfBackup(Buffer.from(lines))
  writeFileSync(join(later.folder, 'b'), sealed(all, end))
  failed(run(later.folder, 'restore', 'b'), 'HF_STORE_NEWER')
})

test('a file that is torn, overwritten or no database is named as damaged', async () => {
  const damages: Readonly<Record<string, (path: string) => void>> = {
    torn: (path) => truncateSync(path, Math.floor(statSync(path).size / 2 / 4096) * 4096),
    'torn within a page': (path) => truncateSync(path, statSync(path).size - 1000),
    overwritten: (path) => {
      const bytes = readFileSync(path)
      bytes.fill(0xff, 4096 * 2, 4096 * 6)
      writeFileSync(path, bytes)
    },
    'no database': (path) =>
      writeFileSync(path, 'this is no database, but long enough '.repeat(99)),
  }
  for (const [what, damage] of Object.entries(damages)) {
    const { folder, settings } = project('embedded')
    await fill(settings)
    damage(join(folder, '.holdfast/store.sqlite'))
    const told = failed(run(folder, 'status'), 'HF_STORE_DAMAGED')
    assert.match(told, /store restore/, what)
    failed(run(folder, 'migrate'), 'HF_STORE_DAMAGED')
  }
})

test('a folder that cannot be written is named', async () => {
  const { folder } = project('embedded')
  writeFiles(folder, { '.holdfast': 'a file where the folder should be' })
  assert.match(failed(run(folder, 'migrate'), 'HF_STORE_UNWRITABLE'), /\.holdfast/)
  const [empty, filled] = [project('embedded'), project('embedded')]
  await fill(filled.settings)
  writeFiles(empty.folder, { '.holdfast/other': '' })
  for (const { settings } of [empty, filled]) {
    chmodSync(join(settings.folder, '..'), 0o755)
    for (const name of readdirSync(settings.folder)) chmodSync(join(settings.folder, name), 0o444)
    chmodSync(settings.folder, 0o555)
    await asNobody(async () => {
      await assert.rejects(openStore(settings), (error: unknown) => {
        assert.ok(error instanceof Fault, String(error))
        assert.equal(error.code, 'HF_STORE_UNWRITABLE')
        return true
      })
    })
    chmodSync(settings.folder, 0o755)
  }
})

/** Rights of files do not concern root: it becomes nobody meanwhile. */
async function asNobody(work: () => Promise<void>): Promise<void> {
  const isRoot = process.geteuid?.() === 0
  if (isRoot) process.seteuid?.(65_534)
  try {
    await work()
  } finally {
    if (isRoot) process.seteuid?.(0)
  }
}

test('a disk without room is told, what was acknowledged is there, and with room again it goes on', async () => {
  const { settings } = project('embedded')
  const first = await openStore(settings)
  const { id: trial } = await first.trials.register({
    workflow: 'w',
    candidate: 'alibaba/qwen3-32b',
    route: 'local',
    registration: null,
    createdBy: 'ada',
  })
  await first.close()
  // No file of the process may grow beyond 400 KiB; the signal that comes with it is ignored.
  const script = join(root, 'test/support/store-writer.ts')
  const words = [script, 'embedded', settings.folder, trial, '0'].map((word) => `'${word}'`)
  const limited = `trap '' XFSZ; ulimit -f 400; exec '${process.execPath}' ${words.join(' ')}`
  const ran = spawnSync('bash', ['-c', limited], { encoding: 'utf8', timeout: 120_000 })
  assert.match(ran.stderr, /HF_STORE_UNWRITABLE/)
  const told = ran.stdout.split('\n').filter((line) => /^\d+$/.test(line))
  assert.ok(told.length > 0)
  const store = await openStore(settings)
  for (const item of told) {
    const answer = await store.trials.findAnswer({ trial, item, arm: 'candidate', attempt: 1 })
    assert.deepEqual(answer?.answer, { number: Number(item) })
  }
  assert.equal((await store.principals.save(principal('after'))).revision, 1)
  await store.close()
})

test('a restore that is killed at any moment leaves the old store or the new one', async () => {
  const { folder, settings } = project('embedded')
  await fill(settings)
  const store = await openStore(settings)
  for (let number = 0; number < 300; number += 1)
    await store.dossiers.add({ kind: 'filling', createdBy: 'ada', manifest: 'x'.repeat(2_000) })
  await store.close()
  passed(run(folder, 'backup', '--to', 'old'))
  const other = project('embedded')
  await fill(other.settings)
  passed(run(other.folder, 'backup', '--to', 'new'))
  copyFileSync(join(other.folder, 'new'), join(folder, 'new'))
  const [old, fresh] = [rowsOf(join(folder, 'old')), rowsOf(join(folder, 'new'))]
  let isOldNow = true
  for (const waitMs of [300, 500, 600, 700, 800, 900, 1_100, 1_400]) {
    const child = startHoldfast(['store', 'restore', isOldNow ? 'new' : 'old', '--force'], folder)
    const ended = new Promise((resolve) => child.once('close', resolve))
    await new Promise((resolve) => setTimeout(resolve, waitMs))
    child.kill('SIGKILL')
    await ended
    passed(run(folder, 'backup', '--to', 'now', '--force'))
    const now = rowsOf(join(folder, 'now'))
    isOldNow = now.length === old.length
    assert.deepEqual(now, isOldNow ? old : fresh, `killed after ${waitMs} ms`)
  }
})
