import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededSource } from '../../src/base/statistics/random-source.ts'
import { playFixed, playSequential, type Setting } from '../../tools/statistics/simulated-trials.ts'
import { oracleCases, oracleSeed } from './oracle-settings.ts'

/** Bad candidates, exactly as bad as the margin forbids: qualified in at most α of trials, within four errors of simulation. */
const alpha = 0.05
const settings: readonly Setting[] = [
  [0.05, 60, 1, 0.05, 0],
  [0.05, 300, 1, 0.1, 0],
  [0.1, 60, 1, 0.1, 0],
  [0.05, 100, 5, 0.05, 0.3],
  [0.1, 30, 5, 0.1, 0.3],
  [0.1, 60, 3, 0.2, 1],
].map(([margin = 0, clusters = 0, clusterSize = 0, discordance = 0, together = 0]) => ({
  alpha,
  margin,
  clusters,
  clusterSize,
  discordance,
  difference: -margin,
  together,
}))

for (const [at, setting] of settings.entries()) {
  const { margin, clusters, clusterSize, discordance, together } = setting
  test(`at margin ${margin}, ${clusters} × ${clusterSize} tasks, discordance ${discordance}, ${together} together, α holds`, () => {
    const trials = oracleCases(clusterSize === 1 ? 1500 : 400)
    const bound = alpha + 4 * Math.sqrt((alpha * (1 - alpha)) / trials)
    const fixed = playFixed(setting, trials, seededSource(oracleSeed + at)).qualified
    const sequential = playSequential(setting, trials, seededSource(oracleSeed - at)).qualified
    assert.ok(fixed <= bound, `fixed-n ${fixed}`)
    assert.ok(sequential <= bound, `e-process ${sequential}`)
  })
}

test('good candidates are qualified as often as planned', () => {
  const good = {
    alpha,
    margin: 0.05,
    clusters: 300,
    clusterSize: 1,
    discordance: 0.1,
    difference: 0,
    together: 0,
  }
  const trials = oracleCases(1000)
  const error = 4 * Math.sqrt(0.25 / trials)
  const fixed = playFixed(good, trials, seededSource(oracleSeed)).qualified
  assert.ok(Math.abs(fixed - 0.845) <= error, `${fixed}`)
  const sequential = playSequential(good, trials, seededSource(oracleSeed + 1))
  assert.ok(Math.abs(sequential.qualified - 0.575) <= error + 0.02, `${sequential.qualified}`)
})
