import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { availableParallelism } from 'node:os'

/** Where a program runs: what is measured has a core for itself, all that measures it has the other. */
export type Core = 'measured' | 'measuring'

const canPin = availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0

/** Whether each program keeps to its core. */
export const isPinned = canPin

export interface Program {
  readonly child: ChildProcess
  readonly pid: number
  stop(): Promise<void>
}

/** Starts a program of Node on its core; `isForked`: it tells `ready` and takes messages. */
export async function startProgram(
  core: Core,
  words: readonly string[],
  options: { readonly isForked: boolean; readonly environment?: Readonly<Record<string, string>> },
): Promise<Program> {
  const node = [process.execPath, ...words]
  const [command = '', ...rest] = canPin
    ? ['taskset', '--cpu-list', core === 'measured' ? '1' : '0', ...node]
    : node
  const child = spawn(command, rest, {
    stdio: ['ignore', 'ignore', 'pipe', ...(options.isForked ? (['ipc'] as const) : [])],
    env: { ...process.env, ...options.environment },
  })
  const { pid } = child
  if (pid === undefined) throw new Error(`\`${command}\` does not start`)
  let said = ''
  child.stderr?.on('data', (text: Buffer) => {
    said = `${said}${text.toString()}`.slice(-4000)
  })
  const ended = once(child, 'exit').then(() => undefined)
  if (options.isForked) {
    const first = await Promise.race([once(child, 'message'), ended])
    if (first === undefined) throw new Error(`${words.join(' ')} ended:\n${said}`)
  }
  return {
    child,
    pid,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      await ended
    },
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port is free')
  return address.port
}

/** Until a server takes connections and answers 200. */
export async function untilAnswers(url: string, program: Program): Promise<void> {
  for (let tried = 0; tried < 600; tried += 1) {
    if (program.child.exitCode !== null) throw new Error(`what serves ${url} ended`)
    const answer = await fetch(url).catch(() => null)
    await answer?.body?.cancel()
    if (answer?.ok === true) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`${url} does not answer`)
}
