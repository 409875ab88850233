import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { alpha } from '../../tools/statistics/null-settings.ts'

/**
 * The published page against SciPy: tools/statistics/characteristics.py has the rules a second time, and computes them without
 * chance where tasks are on their own.
 */

interface Reference {
  readonly margin: number
  readonly clusters: number
  readonly clusterSize: number
  readonly discordance: number
  readonly together: number
  readonly graded?: boolean
  readonly way: 'exact' | 'played'
  readonly fixed: number
  readonly sequential: number
}

const root = resolve(import.meta.dirname, '../..')
const { rows, worst, trials } = JSON.parse(
  readFileSync(join(root, 'test/fixtures/statistics/characteristics.json'), 'utf8'),
) as {
  readonly rows: readonly Reference[]
  readonly worst: readonly {
    readonly margin: number
    readonly tasks: number
    readonly fixed: number
  }[]
  readonly trials: number
}
const page = readFileSync(join(root, 'docs/reference/operating-characteristics.md'), 'utf8')
const pageTrials = Number(/with (?<trials>\d+) trials a setting/.exec(page)?.groups?.['trials'])

function nameOf(one: Omit<Reference, 'way' | 'fixed' | 'sequential'>): string {
  const { graded, margin, clusters, clusterSize, discordance, together } = one
  const score = graded === true ? 'graded' : 'pass/fail'
  return `${score} | ${margin} | ${clusters} × ${clusterSize} | ${discordance.toFixed(2)} | ${together}`
}

/** Rows of the tables of false qualifications: the setting, and the shares of both modes. */
function pageRows(): ReadonlyMap<string, { readonly fixed: number; readonly sequential: number }> {
  const found = page.matchAll(
    /^\| (?<name>(?:pass\/fail|graded) \|.*?) \| (?<fixed>\.\d+) \| (?<sequential>\.\d+) \|$/gm,
  )
  return new Map(
    [...found].map(({ groups = {} }) => [
      groups['name'] ?? '',
      { fixed: Number(groups['fixed']), sequential: Number(groups['sequential']) },
    ]),
  )
}

test('every row of the page agrees with SciPy within four errors of simulation', () => {
  const published = pageRows()
  assert.equal(published.size, rows.length)
  for (const reference of rows) {
    const name = nameOf(reference)
    const row = published.get(name)
    assert.ok(row, `the page has no row ${name}`)
    for (const mode of ['fixed', 'sequential'] as const) {
      const share = reference[mode]
      const runs = 1 / pageTrials + (reference.way === 'exact' ? 0 : 1 / trials)
      // Half a unit of the last digit that the page prints, and a share that was never seen may be one.
      const error = 4 * Math.sqrt(Math.max(share, 1 / trials) * (1 - share) * runs) + 0.00005
      assert.ok(
        Math.abs(row[mode] - share) <= error,
        `${name}: ${mode} ${row[mode]}, SciPy ${share}`,
      )
    }
  }
})

test('α holds exactly where it can be computed, at every discordance, and in simulation everywhere else', () => {
  assert.equal(worst.length, 6)
  for (const { margin, tasks, fixed } of worst)
    assert.ok(fixed <= alpha, `margin ${margin}, ${tasks} tasks: ${fixed}`)
  for (const reference of rows) {
    const isExact = reference.way === 'exact'
    const error = isExact ? 0 : 3 * Math.sqrt((alpha * (1 - alpha)) / trials)
    assert.ok(reference.fixed <= alpha + error, nameOf(reference))
    assert.ok(reference.sequential <= alpha + error, nameOf(reference))
  }
})
