import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { stringify } from 'yaml'
import { messageOf } from '../../src/base/fault.ts'
import { startHoldfast, writeFiles } from '../system/holdfast.ts'
import { until } from './store-case.ts'

export type GatewayEvent = Readonly<Record<string, unknown>> & { readonly event: string }

/** `holdfast serve` as a process of its own. */
export interface GatewayProcess {
  readonly pid: number
  /** Without a path. */
  readonly url: string
  /** Of the admin port, without a path. */
  readonly admin: string
  readonly folder: string
  /** Every line of JSON that it has told so far. */
  readonly events: readonly GatewayEvent[]
  /** Every other line. */
  readonly others: readonly string[]
  /** Writes holdfast.yaml anew and waits until it is in force. */
  configure(config: object): Promise<void>
  /** Changes files beside holdfast.yaml and waits until they are in force. */
  change(files: Readonly<Record<string, string>>): Promise<void>
  /** Waits as `until` does; a failure says what the gateway has told last. */
  until(what: string, isSo: () => boolean | Promise<boolean>, ms?: number): Promise<void>
  kill(signal: NodeJS.Signals): Promise<number | null>
  stop(): Promise<number | null>
}

interface GatewayOptions {
  readonly fileKibMax?: number
  readonly words?: readonly string[]
  readonly processes?: number
  readonly isOnOneProcessor?: boolean
}

/**
 * Starts the real binary in a folder with a holdfast.yaml, on a free port, and waits until it takes traffic.
 * HOLDFAST_TEST_PROCESSES runs any test with several processes.
 */
export async function startGateway(
  folder: string,
  config: object,
  files: Readonly<Record<string, string>> = {},
  options: GatewayOptions = {},
): Promise<GatewayProcess> {
  writeFiles(folder, {
    'holdfast.yaml': stringify(config, { aliasDuplicateObjects: false }),
    ...files,
  })
  const processes = options.processes ?? Number(process.env['HOLDFAST_TEST_PROCESSES'] ?? 1)
  const child = startHoldfast(
    [
      'serve',
      '--config',
      join(folder, 'holdfast.yaml'),
      '--listen',
      '127.0.0.1:0',
      '--admin-listen',
      '127.0.0.1:0',
      ...(options.words ?? []),
      ...(processes === 1 ? [] : ['--processes', String(processes)]),
    ],
    folder,
    options,
  )
  const events: GatewayEvent[] = []
  const others: string[] = []
  createInterface({ input: child.stderr }).on('line', (line) => {
    try {
      events.push(JSON.parse(line) as GatewayEvent)
    } catch {
      others.push(line)
    }
  })
  const ended = once(child, 'exit')
  await until('the gateway is ready', () => {
    if (child.exitCode !== null) throw new Error(`it did not start:\n${others.join('\n')}`)
    return events.some(({ event }) => event === 'ready')
  })
  const untilTold: GatewayProcess['until'] = (what, isSo, ms) =>
    until(what, isSo, ms).catch((error: unknown) => {
      const told = [...others, ...events.map((event) => JSON.stringify(event))].slice(-12)
      throw new Error(`${messageOf(error)}; it has told last:\n${told.join('\n')}`)
    })
  /** Whether something was loaded since: what began before may not have seen what was written meanwhile. */
  const hasReloaded = (since: number): boolean =>
    events.some(({ event, at }) => event === 'reloaded' && Date.parse(String(at)) >= since)
  const changed = async (written: Readonly<Record<string, string>>): Promise<void> => {
    writeFiles(folder, written)
    const since = Date.now()
    let writtenAt = since
    await untilTold('the change is in force', () => {
      // The word of a change may have got lost, or have come before all of it was there: it is given again.
      if (Date.now() - writtenAt > 4_000) {
        writeFiles(folder, written)
        writtenAt = Date.now()
      }
      return hasReloaded(since)
    })
  }
  const kill = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal)
      await ended
    }
    return child.exitCode
  }
  return {
    pid: child.pid ?? 0,
    url: String(events.find(({ event }) => event === 'ready')?.['gateway']),
    admin: String(events.find(({ event }) => event === 'ready')?.['admin']),
    folder,
    events,
    others,
    configure: (wanted) =>
      changed({ 'holdfast.yaml': stringify(wanted, { aliasDuplicateObjects: false }) }),
    change: changed,
    until: untilTold,
    kill,
    stop: () => kill('SIGTERM'),
  }
}
