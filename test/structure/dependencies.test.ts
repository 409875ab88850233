import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'

const root = resolve(import.meta.dirname, '../..')

test('every dependency says why it is here, and none that has gone', () => {
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  ) as Record<'dependencies' | 'devDependencies', Readonly<Record<string, string>>>
  const names = [...Object.keys(dependencies), ...Object.keys(devDependencies)]
  const rows = readFileSync(join(root, 'docs/dependencies.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    // In brackets: members of a scope that is named whole, or where a workspace lies.
    .map((line) => (line.split('|')[1] ?? '').replace(/\(.*\)/, ''))
  const told = rows.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name))
  const fits = (one: string, name: string) =>
    one === name || (one.endsWith('*') && name.startsWith(one.slice(0, -1)))
  assert.deepEqual(
    names.filter((name) => !told.some((one) => fits(one, name))),
    [],
  )
  const workspace = 'holdfast-node'
  assert.deepEqual(
    told.filter((one) => one !== workspace && !names.some((name) => fits(one, name))),
    [],
  )
})
