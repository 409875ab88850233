import { spawnSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/**
 * `npm run test:long`: fuzzers, properties and kill loops with full counts, each from a new seed that is printed.
 * A seed given in the environment repeats a run; words run only the tests whose names hold one of them
 * (`npm run test:long -- gateway`). Nothing is written; docs/reference/proof.md keeps what was seen.
 */

const root = resolve(import.meta.dirname, '..')
const newSeed = String(Math.floor(Date.now() / 1000) % 2 ** 31)

interface LongTest {
  readonly name: string
  readonly words: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly seedName: string
  readonly countName: string
}

function longTest(
  name: string,
  words: readonly string[],
  seed: { readonly name: string },
  count: { readonly name: string; readonly byDefault: number },
): LongTest {
  const environment = {
    [seed.name]: process.env[seed.name] ?? newSeed,
    [count.name]: process.env[count.name] ?? String(count.byDefault),
  }
  return { name, words, environment, seedName: seed.name, countName: count.name }
}

const isolated = ['--test', '--test-isolation=none']
const properties = globSync('{src,test}/**/*.test.ts', { cwd: root }).filter((path) =>
  readFileSync(join(root, path), 'utf8').includes("'fast-check'"),
)

const tests: readonly LongTest[] = [
  longTest(
    'fuzzers',
    [...isolated, ...globSync('test/fuzz/*.test.ts', { cwd: root })],
    { name: 'HOLDFAST_FUZZ_SEED' },
    { name: 'HOLDFAST_FUZZ_RUNS', byDefault: 20_000 },
  ),
  longTest(
    'oracle',
    [...isolated, ...globSync('test/oracle/*.test.ts', { cwd: root })],
    { name: 'HOLDFAST_ORACLE_SEED' },
    { name: 'HOLDFAST_ORACLE_CASES', byDefault: 20_000 },
  ),
  longTest(
    'operating characteristics of verdicts',
    [...isolated, 'test/oracle/operating-characteristics.test.ts'],
    { name: 'HOLDFAST_CHARACTERISTICS_SEED' },
    { name: 'HOLDFAST_CHARACTERISTICS_TRIALS', byDefault: 20_000 },
  ),
  longTest(
    'properties',
    [...isolated, '--import', join(root, 'tools/repeat-properties.ts'), ...properties.toSorted()],
    { name: 'HOLDFAST_PROPERTY_SEED' },
    { name: 'HOLDFAST_PROPERTY_FACTOR', byDefault: 50 },
  ),
  longTest(
    'killed writers of the ledger',
    ['--test', 'test/system/ledger-kill.test.ts'],
    { name: 'HOLDFAST_LEDGER_KILL_SEED' },
    { name: 'HOLDFAST_LEDGER_KILL_RUNS', byDefault: 250 },
  ),
  longTest(
    'a million entries under kills',
    ['--test', 'test/system/ledger-million.test.ts'],
    { name: 'HOLDFAST_LEDGER_MILLION_SEED' },
    { name: 'HOLDFAST_LEDGER_MILLION_ENTRIES', byDefault: 1_000_000 },
  ),
  longTest(
    'kill loops',
    ['--test', '--test-name-pattern', 'killed at any moment', 'test/system/disk.test.ts'],
    { name: 'HOLDFAST_KILL_SEED' },
    { name: 'HOLDFAST_KILL_RUNS', byDefault: 40 },
  ),
  longTest(
    'kills of the store, on both back ends',
    ['--test', 'test/system/store-kill.test.ts'],
    { name: 'HOLDFAST_STORE_KILL_SEED' },
    { name: 'HOLDFAST_STORE_KILL_RUNS', byDefault: 500 },
  ),
  longTest(
    'killed trials',
    ['--test', 'test/system/qualify-kill.test.ts'],
    { name: 'HOLDFAST_TRIAL_KILL_SEED' },
    { name: 'HOLDFAST_TRIAL_KILL_RUNS', byDefault: 200 },
  ),
  longTest(
    'a trial of real weights',
    ['--test', 'test/system/qualify-local.test.ts'],
    { name: 'HOLDFAST_LOCAL_TRIAL_SEED' },
    { name: 'HOLDFAST_LOCAL_TRIAL_TASKS', byDefault: 300 },
  ),
  longTest(
    'a soak of the gateway',
    ['--test', 'test/system/gateway-soak.test.ts'],
    { name: 'HOLDFAST_GATEWAY_SOAK_SEED' },
    { name: 'HOLDFAST_GATEWAY_SOAK_REQUESTS', byDefault: 100_000 },
  ),
  longTest(
    'a fleet on one store',
    ['--test', 'test/system/store-fleet.test.ts'],
    { name: 'HOLDFAST_STORE_FLEET_SEED' },
    { name: 'HOLDFAST_STORE_FLEET_TRIALS', byDefault: 200 },
  ),
  longTest(
    'a fleet of gateways',
    ['--test', 'test/system/gateway-fleet.test.ts'],
    { name: 'HOLDFAST_GATEWAY_FLEET_SEED' },
    { name: 'HOLDFAST_GATEWAY_FLEET_TRIALS', byDefault: 200 },
  ),
  longTest(
    'every fault, over pairs of protocols',
    ['--test', 'test/system/gateway-faults.test.ts'],
    { name: 'HOLDFAST_GATEWAY_FAULT_SEED' },
    { name: 'HOLDFAST_GATEWAY_FAULT_PAIRS', byDefault: 11 },
  ),
  longTest(
    'known failures, put into the product',
    ['tools/check-mutations.ts'],
    { name: 'HOLDFAST_FUZZ_SEED' },
    { name: 'HOLDFAST_MUTATION_SECONDS', byDefault: 300 },
  ),
]

interface Row {
  readonly test: string
  readonly count: string
  readonly seed: string
  readonly seconds: number
  readonly result: string
}

function run(test: LongTest): Row {
  const count = test.environment[test.countName] ?? ''
  const seed = test.environment[test.seedName] ?? ''
  console.log(`\n${test.name}: ${test.countName}=${count} ${test.seedName}=${seed}`)
  const startedAt = performance.now()
  const { status } = spawnSync(process.execPath, test.words, {
    cwd: root,
    env: { ...process.env, ...test.environment },
    stdio: 'inherit',
  })
  const seconds = Math.round((performance.now() - startedAt) / 1000)
  return {
    test: test.name,
    count,
    seed,
    seconds,
    result: status === 0 ? 'passed' : `failed (${status})`,
  }
}

const words = process.argv.slice(2)
const chosen = tests.filter(
  ({ name }) => words.length === 0 || words.some((word) => name.includes(word)),
)
if (chosen.length === 0) {
  const names = tests.map(({ name }) => `  ${name}`).join('\n')
  console.error(`no test has \`${words.join('` or `')}\` in its name; there are:\n${names}`)
  process.exit(2)
}
const rows = chosen.map(run)
console.log()
console.table(rows)
if (rows.some(({ result }) => result !== 'passed')) process.exitCode = 1
