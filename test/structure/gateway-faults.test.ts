import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { faultCodes } from '../../src/base/fault-codes.ts'

const root = resolve(import.meta.dirname, '../..')

/** What a gateway is made of: rooms, and files of the command line by how their names begin. */
const rooms = ['src/gateway', 'src/ledger', 'src/store', 'src/policy']
const commandFiles =
  /^(?:admin|fleet|local|traces)\/|^(?:serve|listen|open-|oidc|read-key|load-c|principal-|route-|circuit-|check|record-)/

function sourcesOf(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .filter((name) => folder !== 'src/cli' || commandFiles.test(name))
    .map((name) => readFileSync(join(root, folder, name), 'utf8'))
}

test('the guide speaks of every fault that whoever runs a gateway can meet', () => {
  const found = [...rooms, 'src/cli']
    .flatMap(sourcesOf)
    .flatMap((text) => [...text.matchAll(/'(HF_[A-Z_]+)'/g)].map(([, code]) => code ?? ''))
  const codes = [...new Set(found)].filter((code) => Object.hasOwn(faultCodes, code))
  assert.ok(codes.length > 40, `${codes.length} codes`)
  const guide = readdirSync(join(root, 'docs/guide'))
    .map((name) => readFileSync(join(root, 'docs/guide', name), 'utf8'))
    .join('\n')
  const missing = codes.filter((code) => !new RegExp(`\\b${code}\\b`).test(guide))
  assert.deepEqual(missing, [], 'docs/guide/troubleshooting.md has a table for them')
})
