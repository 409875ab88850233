import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import { median, note, numberOf } from '../benchmark.ts'
import type { Load, LoadResult } from './load.ts'
import { cpuMicroseconds } from './process-figures.ts'
import { type Program, startProgram } from './program.ts'
import { startBuild, startSystems, type System } from './systems.ts'

/**
 * What a change of the gateway, or a flag of Node, costs or saves: builds of the command side by side with the least relay.
 *
 *   node bench/gateway/compare.ts [--rounds=24] [--requests=600] [--warm-up=20000] NAME='FILE [FLAGS]' …
 *
 * `npm run build` writes a build to `dist/command`; a copy of that folder beside it is another one. Rounds are short and
 * interleaved, so that other work on the machine meets all alike. `low` is the fifth of the rounds that was disturbed
 * least: what a request costs when nobody is in the way.
 */

const crowd = 16
const lowShare = 0.2

interface Measured {
  readonly cpu: number
  readonly perSecond: number
}

type Compared = Omit<System, 'name'> & { readonly name: string; readonly program: Program }

async function send(load: Program, system: Compared, requests: number): Promise<Measured> {
  const { origin, path: asked, headers, program } = system
  const body = system.body({ isStream: false, prompt: 'Is this change right?\n'.repeat(20) })
  const wanted: Load = {
    origin,
    path: asked,
    headers,
    body,
    connections: crowd,
    requests,
    spreadMs: 0,
  }
  const before = cpuMicroseconds(program.pid)
  load.child.send(wanted)
  const [result] = (await once(load.child, 'message')) as [
    LoadResult | { readonly failure: string },
  ]
  if ('failure' in result) throw new Error(`${system.name}: ${result.failure}`)
  return {
    cpu: (cpuMicroseconds(program.pid) - before) / requests,
    perSecond: requests / result.seconds,
  }
}

async function main(words: readonly string[]): Promise<void> {
  const rounds = numberOf(words, 'rounds', 24)
  const requests = numberOf(words, 'requests', 600)
  const warmUp = numberOf(words, 'warm-up', 20_000)
  const scratch = mkdtempSync(path.join(tmpdir(), 'holdfast-compare-'))
  const load = await startProgram('measuring', [path.join(import.meta.dirname, 'load.ts')], {
    isForked: true,
  })
  const started = await startSystems(scratch, ['least'], null)
  const systems: Compared[] = started.systems.flatMap((system) =>
    system.program === null ? [] : [{ ...system, program: system.program }],
  )
  try {
    for (const word of words.filter((one) => !one.startsWith('--'))) {
      const [name = '', build = ''] = word.split(/=(.*)/s)
      const system = await startBuild(build, started.origin, path.join(scratch, name))
      systems.push({ ...system, name })
    }
    for (const system of systems) await send(load, system, warmUp)
    const runs: (readonly Measured[])[] = []
    for (let round = 0; round < rounds; round += 1) runs.push(await measureRound(round))
    note(
      `load ${loadavg()
        .map((one) => one.toFixed(1))
        .join(' ')}`,
    )
    for (const [at, { name }] of systems.entries()) process.stdout.write(line(name, runs, at))
  } finally {
    for (const { program } of systems) await program.stop()
    await started.stop()
    await load.stop()
    rmSync(scratch, { recursive: true, force: true })
  }

  /** Each round begins with another one. */
  async function measureRound(round: number): Promise<readonly Measured[]> {
    const measured: Measured[] = []
    for (let step = 0; step < systems.length; step += 1) {
      const at = (round + step) % systems.length
      const system = systems[at]
      if (system !== undefined) measured[at] = await send(load, system, requests)
    }
    return measured
  }
}

/** Of one system: processor time of a request, and how it and requests a second stand to the least relay's. */
function line(name: string, runs: readonly (readonly Measured[])[], at: number): string {
  const of = (figure: keyof Measured, one: number) =>
    runs.map((round) => round[one]?.[figure] ?? Number.NaN)
  const over = (figure: keyof Measured) =>
    median(of(figure, at).map((value, round) => value / (of(figure, 0)[round] ?? Number.NaN)))
  const low = (one: number) =>
    of('cpu', one).toSorted((a, b) => a - b)[Math.floor(runs.length * lowShare)] ?? Number.NaN
  return [
    name.padEnd(16),
    `cpu ${median(of('cpu', at)).toFixed(0)} µs, ${over('cpu').toFixed(2)} of the least relay`,
    `low ${low(at).toFixed(0)} µs, ${(low(at) / low(0)).toFixed(2)}`,
    `requests a second ${over('perSecond').toFixed(2)}\n`,
  ].join('  ')
}

await main(process.argv.slice(2))
