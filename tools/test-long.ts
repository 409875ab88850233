import { spawnSync } from 'node:child_process'

/**
 * `npm run test:long`: the fuzzers with full counts. Prints each seed, count and time; docs/reference/proof.md
 * records a run. HOLDFAST_FUZZ_RUNS and HOLDFAST_FUZZ_SEED choose others.
 */
const runs = process.env['HOLDFAST_FUZZ_RUNS'] ?? '20000'
const seed = process.env['HOLDFAST_FUZZ_SEED'] ?? '20261124'
const startedAt = performance.now()
const { status } = spawnSync(
  process.execPath,
  [
    '--test',
    '--test-isolation=none',
    'test/fuzz/*.test.ts',
    'src/catalogue/resolver-properties.test.ts',
  ],
  {
    stdio: 'inherit',
    env: { ...process.env, HOLDFAST_FUZZ_RUNS: runs, HOLDFAST_FUZZ_SEED: seed },
  },
)
const seconds = Math.round((performance.now() - startedAt) / 1000)
process.stdout.write(
  `long run: seed ${seed}, ${runs} mutated files, ${seconds} s, ${status === 0 ? 'passed' : 'failed'}\n`,
)
process.exitCode = status ?? 3
