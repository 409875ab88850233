import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { test } from 'node:test'
import { startGateway } from '../support/gateway-process.ts'
import { gatewayWorld, setGatewayKeys } from '../support/gateway-world.ts'
import { temporaryFolder } from './holdfast.ts'

/** On one processor the threads of V8 only take turns away from the one that answers. */

setGatewayKeys()
const fit = [
  '--single-threaded-gc',
  '--v8-pool-size=1',
  '--min-semi-space-size=16',
  '--heap-growing-percent=100',
  '--no-memory-reducer',
]
const canPin = spawnSync('taskset', ['--version']).status === 0
const world = () => gatewayWorld({ upstream: 'http://127.0.0.1:9', load: [] })

function wordsOf(pid: number): readonly string[] {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
}

test(
  'where one processor may be used, serve begins again under the same id, with flags for it',
  { skip: canPin ? false : 'taskset is not there' },
  async () => {
    const gateway = await startGateway(temporaryFolder(), world(), {}, { isOnOneProcessor: true })
    try {
      const words = wordsOf(gateway.pid)
      assert.deepEqual(words.slice(1, 1 + fit.length), fit)
      assert.ok(words.includes('serve') && words.includes('--listen'), words.join(' '))
    } finally {
      assert.equal(await gateway.stop(), 0)
    }
  },
)

test(
  'where there are more, it runs as it was started',
  { skip: canPin && availableParallelism() > 1 ? false : 'there is one processor' },
  async () => {
    const gateway = await startGateway(temporaryFolder(), world())
    try {
      const words = wordsOf(gateway.pid)
      assert.ok(!fit.some((flag) => words.includes(flag)), words.join(' '))
    } finally {
      assert.equal(await gateway.stop(), 0)
    }
  },
)
