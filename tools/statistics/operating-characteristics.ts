import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { seededSource } from '../../src/base/statistics/random-source.ts'
import { alone, alpha, clusteredSettings, plainSettings } from './null-settings.ts'
import { playFixed, playPeeking, playSequential, type Setting } from './simulated-trials.ts'

/**
 * How often the quality gate is wrong, and how often right, by playing many trials from a seed:
 *
 *   npm run operating-characteristics [-- --trials=20000] [--seed=20261125]
 *
 * Writes docs/reference/operating-characteristics.md.
 */

const root = resolve(import.meta.dirname, '../..')
const words = process.argv.slice(2)
const trials = wordOf('trials', 20_000)
const seed = wordOf('seed', 20_261_125)
let used = 0

function wordOf(name: string, otherwise: number): number {
  const text = words.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3)
  return text === undefined ? otherwise : Number(text)
}

/** Each setting has a source of its own, so that adding one changes no other. */
function source(): ReturnType<typeof seededSource> {
  used++
  return seededSource(seed + used)
}

const powerSettings: readonly Setting[] = [
  [0.05, 0.04, 200],
  [0.05, 0.04, 400],
  [0.05, 0.1, 300],
  [0.05, 0.1, 600],
  [0.05, 0.2, 600],
  [0.05, 0.2, 1000],
  [0.1, 0.1, 100],
  [0.1, 0.1, 200],
  [0.1, 0.2, 200],
  [0.1, 0.2, 400],
].map(([margin = 0, discordance = 0, clusters = 0]) => ({
  ...alone,
  margin,
  discordance,
  clusters,
  difference: 0,
}))

function share(value: number): string {
  return value.toFixed(4).replace(/^0/, '')
}

function nullRows(settings: readonly Setting[]): string {
  return settings
    .map((setting) => {
      const fixed = playFixed(setting, trials, source())
      const sequential = playSequential(setting, trials, source())
      const { margin, clusters, clusterSize, discordance, together, graded } = setting
      process.stderr.write('.')
      return `| ${graded === true ? 'graded' : 'pass/fail'} | ${margin} | ${clusters} × ${clusterSize} | ${discordance.toFixed(2)} | ${together} | ${share(fixed.qualified)} | ${share(sequential.qualified)} |`
    })
    .join('\n')
}

function powerRows(): string {
  return powerSettings
    .map((setting) => {
      const fixed = playFixed(setting, trials, source())
      const sequential = playSequential(setting, trials, source())
      process.stderr.write('.')
      return `| ${setting.margin} | ${setting.discordance.toFixed(2)} | ${setting.clusters} | ${share(fixed.qualified)} | ${share(sequential.qualified)} | ${Math.round(sequential.meanTasks)} |`
    })
    .join('\n')
}

interface Worst {
  readonly margin: number
  readonly tasks: number
  readonly discordance: number
  readonly fixed: number
}

function worstTable(): string {
  const path = join(root, 'test/fixtures/statistics/characteristics.json')
  const { worst } = JSON.parse(readFileSync(path, 'utf8')) as { readonly worst: readonly Worst[] }
  const rows = worst.map(
    ({ margin, tasks, discordance, fixed }) =>
      `| ${margin} | ${tasks} | ${discordance.toFixed(2)} | ${share(fixed)} |`,
  )
  return [
    '| margin | tasks | worst discordance | false qualification |',
    '|---|---|---|---|',
    ...rows,
  ].join('\n')
}

function page(): string {
  const error = 1.96 * Math.sqrt((alpha * (1 - alpha)) / trials)
  const head =
    '| score | margin | clusters × tasks | discordance | moving as one | fixed-n | e-process |\n|---|---|---|---|---|---|---|'
  const plain = nullRows(plainSettings)
  const clustered = nullRows(clusteredSettings)
  const power = powerRows()
  const peeking = playPeeking(
    { ...alone, margin: 0.05, clusters: 300, discordance: 0.1, difference: -0.05 },
    Math.ceil(trials / 5),
    source(),
  )
  const bad = { ...alone, margin: 0.05, clusters: 400, discordance: 0.2, difference: -0.15 }
  const stopped = playSequential(bad, trials, source())
  return `# Operating characteristics

Made by \`npm run operating-characteristics\` with ${trials} trials a setting and seed ${seed}; α = ${alpha}, one-sided. Every trial is
judged by the functions that judge real ones. Simulation error at α: ±${share(error)} (95%).

## False qualification

The candidate is exactly as bad as the margin forbids (difference = −margin), so every qualification is false. Discordance at
the margin is the extreme null, in which the candidate never wins a task. The e-process is looked at after every task, or
after every cluster, and stops at the first look that suffices.

${head}
${plain}

### In clusters

"Moving as one" is the share of clusters whose tasks all have the same outcome; in the rest each task has its own.

${head}
${clustered}

### Without simulation

For tasks on their own SciPy computes the same chances exactly, over every outcome that there is and at every discordance from the margin
to 1 (\`tools/statistics/characteristics.py\`). The largest chance of a false qualification in mode \`fixed-n\`:

${worstTable()}

Every row of the tables above agrees with it, or where tasks come in clusters with a second simulation, within four errors of
simulation (\`test/oracle/characteristics-page.test.ts\`).

### Why no plainer rule

| rule | what it does at the null | so |
|---|---|---|
| Tango's score alone | its exact size is up to .069 (margin .05, 52 tasks, the candidate never wins) | the exact unconditional p must agree |
| cluster-robust t (CR1) alone | without a loss its error is 0 and it qualifies everyone; with rare losses it is far over α | 1.5 losses that were not seen are added, a part of a cluster wide |
| the fixed-n rule looked at every 10 tasks | qualified ${share(peeking.qualified)} of bad candidates here (margin .05, discordance .10, at most 300 tasks) | fixed-n trials show nothing before their last task |

Few clusters are not dangerous under these rules, only weak: 12 clusters cannot prove a margin of .05, whatever their size.

## Power and tasks needed

No true difference. The mean number of tasks is that of the e-process, which may stop early either way (β = .2).

| margin | discordance | tasks at most | fixed-n | e-process | e-process, mean tasks |
|---|---|---|---|---|---|
${power}

A bad candidate (difference −.15, discordance .20, margin .05, at most 400 tasks) is stopped as worse in ${share(stopped.failed)} of trials, after ${Math.round(stopped.meanTasks)}
tasks on average.
`
}

writeFileSync(join(root, 'docs/reference/operating-characteristics.md'), page())
process.stderr.write('\n')
