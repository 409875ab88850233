import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { LocalModel } from './local-model.ts'

export interface RunningEngine {
  /** Without a path. */
  readonly url: string
  readonly stop: () => Promise<void>
}

const readyMs = 60_000

/** `llama-server` as it is, under the name that it is to give its model. */
export async function startEngine(
  { engine, weights }: LocalModel,
  name: string,
  more: readonly string[] = [],
): Promise<RunningEngine> {
  const port = await freePort()
  const own = ['--host', '127.0.0.1', '--port', String(port), '--alias', name, '--model', weights]
  // A machine that is busy with other tests is slower with more threads.
  const sizes = ['--threads', '1', '--ctx-size', '1024', '--parallel', '1']
  // What was asked before must not move the last digit of an answer.
  const steady = ['--no-cache-prompt', '--seed', '1']
  const child = spawn(engine, [...own, ...sizes, ...steady, ...more], { stdio: 'ignore' })
  const ended = once(child, 'close')
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
  }
  const url = `http://127.0.0.1:${port}`
  const givenUpAt = performance.now() + readyMs
  while (!(await isReady(url))) {
    if (child.exitCode !== null || performance.now() > givenUpAt) {
      await stop()
      throw new Error(`the engine does not serve \`${name}\``)
    }
    await delay(100)
  }
  return { url, stop }
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/health`).then(
    ({ ok }) => ok,
    () => false,
  )
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
