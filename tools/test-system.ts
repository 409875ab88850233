import { spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'

/**
 * `npm run test:system`: every system test, three files at a time. Where few files fail they run once more, one after the
 * other with nothing beside them: what fails again fails, and what passes then was named before, since it hangs on time and is
 * to be looked into. Words run only the files whose names hold one of them (`npm run test:system -- gateway`).
 */

const root = resolve(import.meta.dirname, '..')
const atOnce = 3
/** More than these are no accident. */
const againMax = 3

interface Run {
  readonly isPassed: boolean
  readonly failedFiles: readonly string[]
}

function run(files: readonly string[], concurrency: number): Run {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-system-'))
  const list = join(folder, 'failed')
  const { status } = spawnSync(
    process.execPath,
    [
      '--test',
      `--test-concurrency=${concurrency}`,
      '--test-reporter=spec',
      '--test-reporter-destination=stdout',
      `--test-reporter=${join(import.meta.dirname, 'failed-files-reporter.ts')}`,
      `--test-reporter-destination=${list}`,
      ...files,
    ],
    { cwd: root, stdio: 'inherit' },
  )
  const failedFiles = [...new Set(readFileSync(list, 'utf8').split('\n').filter(Boolean))]
  rmSync(folder, { recursive: true })
  return { isPassed: status === 0, failedFiles: failedFiles.toSorted() }
}

const words = process.argv.slice(2)
const files = globSync('test/system/**/*.test.ts', { cwd: root }).filter(
  (path) => words.length === 0 || words.some((word) => path.includes(word)),
)
if (files.length === 0) {
  console.error(`no file of test/system holds ${words.join(' or ')} in its name`)
  process.exit(2)
}
const all = run(files.toSorted(), atOnce)
if (all.isPassed) process.exit(0)
if (all.failedFiles.length === 0 || all.failedFiles.length > againMax) process.exit(1)
const names = all.failedFiles.map((path) => relative(root, path)).join(', ')
console.log(`\nfailed beside other tests, once more alone: ${names}\n`)
process.exit(run(all.failedFiles, 1).isPassed ? 0 : 1)
