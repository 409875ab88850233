import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { repositoryRoot } from './docs/documents.ts'
import { gatewayMutations } from './mutations/gateway-mutations.ts'
import type { Mutation } from './mutations/mutation.ts'
import { type NamedTest, namedTests } from './mutations/named-tests.ts'

/**
 * `node tools/check-mutations.ts [words of a row …]`: puts each known failure into a copy of this tree, runs the test
 * that docs/reference/gateway-failures.md names for it, and demands that it fails, says why, and passed before.
 * `--verbose` shows what the tests say. This tree is only read.
 */

const { values, positionals } = parseArgs({
  options: { verbose: { type: 'boolean', default: false } },
  allowPositionals: true,
})
/** For one run of one test. */
const secondsMax = Number(process.env['HOLDFAST_MUTATION_SECONDS'] ?? 300)
const named = namedTests(
  readFileSync(join(repositoryRoot, 'docs/reference/gateway-failures.md'), 'utf8'),
)

function copyOfTree(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-mutation-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
  const words = ['ls-files', '--cached', '--others', '--exclude-standard', '-z']
  const { stdout } = spawnSync('git', words, { cwd: repositoryRoot, encoding: 'utf8' })
  for (const path of stdout.split('\0').filter((one) => one !== '' && one !== 'node_modules'))
    cpSync(join(repositoryRoot, path), join(folder, path))
  symlinkSync(join(repositoryRoot, 'node_modules'), join(folder, 'node_modules'))
  return folder
}

interface Ran {
  readonly status: number | null
  readonly text: string
  /** Names of tests that have failed. */
  readonly failed: readonly string[]
  readonly passed: readonly string[]
}

async function runTest(
  folder: string,
  { file }: NamedTest,
  patterns: readonly RegExp[],
): Promise<Ran> {
  const words = ['--test', '--test-reporter=tap']
  const only = patterns.map(({ source }) => `--test-name-pattern=${source}`)
  // In a group of its own: a test that hangs ends with all that it has started.
  const child = spawn(process.execPath, [...words, ...only, file], { cwd: folder, detached: true })
  const endGroup = (): void => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL')
  }
  process.once('exit', endGroup)
  const timer = setTimeout(endGroup, secondsMax * 1_000)
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const [status] = (await once(child, 'close')) as [number | null]
  clearTimeout(timer)
  process.off('exit', endGroup)
  if (status === null) stderr += `\nended after ${secondsMax} s`
  const told = [...stdout.matchAll(/^ *(?<not>not )?ok \d+ - (?<name>.*)$/gm)]
    .filter(({ groups }) => !/# SKIP/.test(groups?.['name'] ?? ''))
    .map(({ groups }) => ({
      hasFailed: groups?.['not'] !== undefined,
      name: groups?.['name'] ?? '',
    }))
  const namesOf = (hasFailed: boolean) =>
    told.filter((one) => one.hasFailed === hasFailed).map(({ name }) => name.replaceAll('\\#', '#'))
  return { status, text: `${stdout}\n${stderr}`, failed: namesOf(true), passed: namesOf(false) }
}

/** Of the names of the tests that must fail; the last alone must, those before it prepare it. */
function patternsOf({ tests }: Mutation, { name }: NamedTest): readonly RegExp[] {
  const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return tests === undefined
    ? [new RegExp(`^${escaped(name).replace(/\\\$\\\{.*?\\\}/g, '.*')}$`)]
    : tests.map((one) => new RegExp(`^${escaped(one)}`))
}

/** Null: the test has failed as it should. */
async function problemOf(folder: string, mutation: Mutation): Promise<string | null> {
  const row = named.find(({ failure }) => failure === mutation.failure)
  if (row === undefined) return 'no row of the page has this failure'
  const patterns = patternsOf(mutation, row)
  const before = await runTest(folder, row, patterns)
  const isMeant = (name: string) => patterns.at(-1)?.test(name) === true
  if (before.status !== 0) return `it fails already without the failure\n${before.text}`
  if (!before.passed.some(isMeant)) return 'no test of this name runs here'
  for (const { file, text, replacement } of mutation.edits) {
    const path = join(folder, file)
    const old = readFileSync(path, 'utf8')
    if (old.split(text).length !== 2) return `${file} does not hold this text once: ${text}`
    writeFileSync(
      path,
      old.replace(text, () => replacement),
    )
  }
  const after = await runTest(folder, row, patterns)
  for (const { file } of mutation.edits) cpSync(join(repositoryRoot, file), join(folder, file))
  if (values.verbose) console.log(after.text)
  if (after.status === 0) return 'it passes all the same'
  if (!after.failed.some(isMeant)) return `something else fails\n${after.text}`
  return mutation.says.test(after.text) ? null : `it does not say ${mutation.says}\n${after.text}`
}

const folder = copyOfTree()
const wanted = gatewayMutations.filter(
  ({ failure }) => positionals.length === 0 || positionals.some((words) => failure.includes(words)),
)
let problems = 0
for (const mutation of wanted) {
  const startedAt = performance.now()
  const problem = await problemOf(folder, mutation)
  const seconds = Math.round((performance.now() - startedAt) / 1000)
  console.log(
    `${problem === null ? 'seen to fail' : 'NOT SEEN TO FAIL'}: ${mutation.failure} (${seconds} s)`,
  )
  if (problem === null) continue
  problems += 1
  console.log(problem.replace(/^/gm, '    '))
}
console.log(`${wanted.length - problems} of ${wanted.length} failures are seen`)
if (problems > 0 || wanted.length === 0) process.exitCode = 1
