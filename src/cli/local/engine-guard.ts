import { spawn } from 'node:child_process'

/** Reads until its input ends, which it does when whoever started it is gone, however it ended. */
const watch =
  "process.stdin.resume().once('end', () => { try { process.kill(Number(process.argv[1]), 'SIGKILL') } catch {} })"

/**
 * Ends a process when this one is gone, also by SIGKILL: nobody would use it any more, and it holds much memory.
 * Gives back what takes the guard away; that must be done as soon as the process has ended.
 */
export function guardProcess(pid: number): () => void {
  const guard = spawn(process.execPath, ['-e', watch, String(pid)], {
    // Ctrl-C goes to all of a terminal's group, and this must outlive it.
    detached: true,
    env: {},
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  // Without it the engine is ended all the same, as long as this process ends in order.
  guard.on('error', () => undefined)
  guard.stdin.on('error', () => undefined)
  guard.unref()
  return () => void guard.kill('SIGKILL')
}
