import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { faultCodes } from '../../src/base/fault-codes.ts'

/** What the gateway may tell somebody stands in the guide, with its cause and what to do. */

const root = join(import.meta.dirname, '../..')
const guide = readFileSync(join(root, 'docs/guide/troubleshooting.md'), 'utf8')

/** Sources that run in `holdfast serve` or in a command on a running gateway. */
const sources = [
  'src/gateway/{,run/}*.ts',
  'src/ledger/log/*.ts',
  'src/store/**/*.ts',
  'src/cli/{admin,fleet,local,traces}/**/*.ts',
  'src/cli/{serve,principal,circuit,route,check,oidc,open,read-key,listen,load,record,enforce}*.ts',
]

function wordsIn(patterns: readonly string[], word: RegExp): readonly string[] {
  const found = patterns
    .flatMap((pattern) => globSync(pattern, { cwd: root }))
    .filter((path) => !path.endsWith('.test.ts'))
    .flatMap((path) => [...readFileSync(join(root, path), 'utf8').matchAll(word)])
    .map(({ groups }) => groups?.['word'] ?? '')
  return [...new Set(found)].toSorted()
}

/** Codes of commands on files that share a source with the gateway, and of no gateway. */
const ofOthers: ReadonlySet<string> = new Set(['HF_DETECTOR_INVALID', 'HF_FILE_EXISTS'])

test('every error code that somebody can meet at the gateway stands in the guide', () => {
  const codes = wordsIn(sources, /'(?<word>HF_[A-Z_]+)'/g)
  assert.ok(codes.length > 25, codes.join())
  const missing = codes
    .filter((code) => Object.hasOwn(faultCodes, code) && !ofOthers.has(code))
    .filter((code) => !guide.includes(`\`${code}\``))
  assert.deepEqual(missing, [])
})

test('every type of error and every notice that a caller is told stands in the guide', () => {
  const types = wordsIn(
    ['src/gateway/{,run/}*.ts'],
    /'(?<word>[a-z]+_(?:[a-z]+_)*(?:error|permitted|unavailable|refused|large|withdrawn|qualified))'/g,
  )
  assert.ok(types.length > 10, types.join())
  assert.deepEqual(
    [...types, 'unqualified-fallback', 'estimated'].filter((type) => !guide.includes(type)),
    [],
  )
})
