import { type ChildProcess, fork } from 'node:child_process'

/**
 * A command of holdfast in a process of its own, which stops in order at SIGTERM and when this process is gone. What it
 * prints goes to the file descriptor, what it tells beside that is read by the caller.
 */
export function startCommand(words: readonly string[], output: number | 'ignore'): ChildProcess {
  const isSource = import.meta.url.endsWith('.ts')
  const worker = isSource ? './command-worker.ts' : './command-worker.js'
  return fork(new URL(worker, import.meta.url), words, {
    stdio: ['ignore', output, 'pipe', 'ipc'],
    env: process.env,
    // How node runs this process is nothing to the command; NODE_OPTIONS is for both.
    execArgv: [],
  })
}
