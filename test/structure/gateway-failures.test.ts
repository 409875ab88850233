import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { repositoryRoot } from '../../tools/docs/documents.ts'

interface NamedTest {
  readonly file: string
  readonly name: string
}

function namedTests(page: string): readonly NamedTest[] {
  return [...page.matchAll(/`(?<file>[\w/-]+\.test\.ts)`: `(?<name>[^`]+)`/g)].map(
    ({ groups }) => ({ file: groups?.['file'] ?? '', name: groups?.['name'] ?? '' }),
  )
}

function isThere({ file, name }: NamedTest): boolean {
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
  const [named] = namedTests('`test/structure/gateway-failures.test.ts`: `no such test`')
  assert.ok(named !== undefined && !isThere(named))
})
