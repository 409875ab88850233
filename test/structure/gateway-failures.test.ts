import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { repositoryRoot } from '../../tools/docs/documents.ts'
import { gatewayMutations } from '../../tools/mutations/gateway-mutations.ts'
import { type NamedTest, namedTests } from '../../tools/mutations/named-tests.ts'

function isThere({ file, name }: Pick<NamedTest, 'file' | 'name'>): boolean {
  const path = join(repositoryRoot, file)
  if (!existsSync(path)) return false
  const text = readFileSync(path, 'utf8')
  return ["'", '`', '"'].some((quote) => text.includes(`(${quote}${name}${quote},`))
}

test('every test that the page of failures names exists', () => {
  const page = readFileSync(join(repositoryRoot, 'docs/reference/gateway-failures.md'), 'utf8')
  const named = namedTests(page)
  const rows = page.split('\n').filter((line) => /^\| (?!Failure|---)/.test(line))
  assert.equal(named.length, rows.length, 'each row names one test')
  assert.deepEqual(
    named.filter((one) => !isThere(one)),
    [],
  )
})

test('a test that does not exist is seen', () => {
  const row =
    '| failure | seen | held | `test/structure/gateway-failures.test.ts`: `no such test` | read |'
  const [named] = namedTests(row)
  assert.ok(named !== undefined && !isThere(named))
})

test('every failure that can be put in has its row, and its place in the code is there once', () => {
  const page = readFileSync(join(repositoryRoot, 'docs/reference/gateway-failures.md'), 'utf8')
  const rows = namedTests(page).map(({ failure }) => failure)
  for (const { failure, edits } of gatewayMutations) {
    assert.ok(rows.includes(failure), failure)
    for (const { file, text } of edits) {
      const pieces = readFileSync(join(repositoryRoot, file), 'utf8').split(text)
      assert.equal(pieces.length, 2, `${failure}: ${file}`)
    }
  }
})
