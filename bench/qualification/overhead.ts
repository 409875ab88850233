import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setGatewayKeys } from '../../test/support/gateway-world.ts'
import { startProvider } from '../../test/support/provider/provider.ts'
import { goodCandidate, incumbent, trialWorld } from '../../test/support/trial-world.ts'
import { median, note } from '../benchmark.ts'
import { measuredProcess } from './measured-process.ts'
import { serveFolder } from './served-folder.ts'

const root = path.resolve(import.meta.dirname, '../..')
const concurrent = 4

export interface Overhead {
  /** Processor time of `holdfast qualify run` beyond the bare loop, by task, a start of the program included. */
  readonly msPerTask: number
  /** The same without what it takes whatever the number of tasks: by the difference to a tenth of them. */
  readonly msPerFurtherTask: number
  readonly ratioToBare: number
  readonly runs: readonly object[]
}

/**
 * `holdfast qualify run` against a real gateway on loopback, each task asked of both sides and a fifth of them once more;
 * and in turn with it a bare loop that asks the gateway the same number of times.
 */
export async function measureOverhead(tasks: number, rounds: number): Promise<Overhead> {
  const few = Math.max(60, Math.round(tasks / 10))
  const runs: { readonly run: number; readonly small: number; readonly bare: number }[] = []
  for (let round = 0; round < rounds; round++) {
    const bare = await inWorld(tasks, (world) => bareLoop(world, tasks))
    const run = await inWorld(tasks, qualifyRun)
    const small = await inWorld(few, qualifyRun)
    runs.push({ bare, run, small })
    note(
      `round ${round + 1}: qualify run ${run.toFixed(2)} s, bare loop ${bare.toFixed(2)} s of processor time`,
    )
  }
  return {
    msPerTask: median(runs.map(({ run, bare }) => ((run - bare) / tasks) * 1000)),
    msPerFurtherTask: median(
      runs.map(({ run, small, bare }) => ((run - small) / (tasks - few) - bare / tasks) * 1000),
    ),
    ratioToBare: median(runs.map(({ run, bare }) => run / bare)),
    runs: runs.map((one) => ({ tasks, few, cpuSeconds: one })),
  }
}

interface World {
  readonly folder: string
  readonly gateway: string
}

async function inWorld(tasks: number, work: (world: World) => Promise<number>): Promise<number> {
  setGatewayKeys()
  process.umask(0o077)
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-bench-'))
  const provider = await startProvider()
  const { config, files } = trialWorld({
    upstream: provider.baseUrl,
    tasks,
    workflow: { fallbacks: [goodCandidate] },
    qualification: { concurrent, requestsPerMinute: 1_000_000 },
  })
  const served = await serveFolder(folder, config, files)
  try {
    return await work({ folder, gateway: served.gateway })
  } finally {
    await served.stop()
    await provider.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function qualifyRun({ folder }: World): Promise<number> {
  const { cpuSeconds, stdout } = await measuredProcess(
    [path.join(root, 'dist/command/main.js'), 'qualify', 'run'],
    folder,
  )
  if (!/: QUALIFIED/.test(stdout)) throw new Error(`the trial did not come to its end: ${stdout}`)
  return cpuSeconds
}

async function bareLoop({ folder, gateway }: World, tasks: number): Promise<number> {
  const body = (model: string, task: number): string =>
    JSON.stringify({
      model,
      messages: [
        { role: 'user', content: `Number ${task}? [[say: number-${task * 7}]] [[case: t${task}]]` },
      ],
      max_completion_tokens: 50,
    })
  const calls = Array.from({ length: tasks }, (_, task) => [
    { route: 'north', body: body(goodCandidate, task) },
    { route: 'yard', body: body(incumbent, task) },
    ...(task % 5 === 0 ? [{ route: 'yard', body: body(incumbent, task) }] : []),
  ]).flat()
  const file = path.join(folder, 'calls.json')
  writeFileSync(file, JSON.stringify(calls))
  const words = [path.join(import.meta.dirname, 'bare-loop.ts'), gateway, file, `${concurrent}`]
  return (await measuredProcess(words, folder)).cpuSeconds
}
