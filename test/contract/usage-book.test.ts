import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { ObservedUse } from '../../src/gateway/index.ts'
import { type ImportedFile, UsageBook } from '../../src/cli/usage-book.ts'
import type { ImportedUse } from '../../src/cli/usage-draft.ts'

const root = mkdtempSync(join(tmpdir(), 'holdfast-book-'))
after(() => rmSync(root, { recursive: true, force: true }))
let count = 0

function freshFolder(): string {
  count += 1
  return join(root, String(count))
}

function seen(changes: Partial<ObservedUse> = {}): ObservedUse {
  return {
    day: '2026-11-25',
    workflow: 'review',
    model: 'acme/one',
    servedModel: 'acme/one',
    route: 'local',
    provider: 'self',
    protocol: 'openai-chat',
    region: null,
    requests: 2,
    served: 1,
    firstAt: '2026-11-25T10:00:00.000Z',
    lastAt: '2026-11-25T11:00:00.000Z',
    ...changes,
  }
}

function told(changes: Partial<ImportedUse> = {}): ImportedUse {
  return {
    isReport: false,
    written: 'one',
    servedModel: null,
    provider: 'openai',
    protocol: null,
    region: null,
    workflow: null,
    scope: null,
    requests: 1,
    served: 1,
    tokens: null,
    firstAt: '2026-11-25T10:00:00.000Z',
    lastAt: '2026-11-25T10:00:00.000Z',
    ...changes,
  }
}

function file(digest: string): ImportedFile {
  return {
    digest: `sha256:${digest}`,
    name: `${digest}.json`,
    source: 'openai-usage',
    importedAt: '2026-11-26T00:00:00.000Z',
    records: 1,
    skipped: 0,
  }
}

function keep(book: UsageBook, digest: string, uses: readonly ImportedUse[]): boolean {
  const draft = book.draft()
  for (const use of uses) draft.add(use)
  return book.keep(draft, file(digest))
}

test('what several processes saw over several days is added up', () => {
  const folder = freshFolder()
  const one = UsageBook.open(folder)
  const other = UsageBook.open(folder)
  one.addObserved([seen()])
  other.addObserved([seen({ firstAt: '2026-11-25T09:00:00.000Z' })])
  one.addObserved([seen({ day: '2026-11-26', lastAt: '2026-11-26T08:00:00.000Z' })])
  other.addObserved([seen({ workflow: null, servedModel: null, route: null, served: 0 })])
  assert.deepEqual(
    one
      .uses()
      .map((use) => [
        use.workflow,
        use.servedModel,
        use.route,
        use.requests,
        use.served,
        use.firstSeen,
        use.lastSeen,
      ]),
    [
      [null, null, null, 2, 0, '2026-11-25T10:00:00.000Z', '2026-11-25T11:00:00.000Z'],
      ['review', 'acme/one', 'local', 6, 3, '2026-11-25T09:00:00.000Z', '2026-11-26T08:00:00.000Z'],
    ],
  )
  one.close()
  other.close()
})

test('a file counts once, and may be taken out again', () => {
  const book = UsageBook.open(freshFolder())
  assert.equal(keep(book, 'aa', [told(), told()]), true)
  assert.equal(keep(book, 'aa', [told(), told()]), false)
  assert.deepEqual(
    book.uses().map(({ requests }) => requests),
    [2],
  )
  assert.equal(keep(book, 'bb', [told()]), true)
  assert.deepEqual(
    book.uses().map(({ requests }) => requests),
    [3],
  )
  assert.deepEqual(
    book.files().map(({ name }) => name),
    ['aa.json', 'bb.json'],
  )
  assert.equal(book.forget('sha256:aa'), true)
  assert.equal(book.forget('sha256:aa'), false)
  assert.deepEqual(
    book.uses().map(({ requests }) => requests),
    [1],
  )
  book.close()
})

test('reports of one period are not added up: the one that says most counts', () => {
  const book = UsageBook.open(freshFolder())
  const period = {
    isReport: true,
    firstAt: '2026-11-25T00:00:00.000Z',
    lastAt: '2026-11-26T00:00:00.000Z',
  }
  keep(book, 'aa', [told({ ...period, requests: 5, tokens: null })])
  keep(book, 'bb', [told({ ...period, requests: 7, tokens: 10 })])
  keep(book, 'cc', [
    told({ ...period, requests: 1, firstAt: period.lastAt, lastAt: '2026-11-27T00:00:00.000Z' }),
  ])
  assert.deepEqual(
    book.uses().map(({ requests, tokens, lastSeen }) => [requests, tokens, lastSeen]),
    [[8, 10, '2026-11-27T00:00:00.000Z']],
  )
  book.close()
})

test('more different uses than fit in memory are added up all the same', () => {
  const book = UsageBook.open(freshFolder())
  const draft = book.draft(100)
  for (let turn = 0; turn < 2; turn += 1)
    for (let number = 0; number < 250; number += 1)
      draft.add(told({ written: `m${number}`, tokens: turn === 0 ? 1 : null }))
  assert.equal(book.keep(draft, file('aa')), true)
  const uses = book.uses()
  assert.equal(uses.length, 250)
  assert.ok(uses.every(({ requests, tokens }) => requests === 2 && tokens === 1))
  book.close()
})

test('a draft that is not kept leaves nothing, and the next one begins empty', () => {
  const book = UsageBook.open(freshFolder())
  book.draft().add(told())
  keep(book, 'aa', [told({ written: 'two' })])
  assert.deepEqual(
    book.uses().map(({ written }) => written),
    ['two'],
  )
  book.close()
})

test('while one process is alone with the book another one waits no longer than it may', async () => {
  const folder = freshFolder()
  const one = UsageBook.open(folder)
  const other = UsageBook.open(folder, 1)
  await one.alone(async () => {
    assert.throws(() => other.addObserved([seen()]), /locked/)
    assert.deepEqual(other.uses(), [])
  })
  other.addObserved([seen()])
  assert.equal(one.uses().length, 1)
  one.close()
  other.close()
})

test('a file that is no book, or one of a newer holdfast, is told and left as it is', () => {
  const folder = freshFolder()
  UsageBook.open(folder).close()
  writeFileSync(join(folder, 'usage.sqlite'), 'no book'.repeat(1000))
  assert.throws(() => UsageBook.open(folder), { code: 'HF_USAGE_UNREADABLE' })
  assert.equal(UsageBook.ifThere(freshFolder()), null)
})
