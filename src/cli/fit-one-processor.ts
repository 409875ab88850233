import { availableParallelism } from 'node:os'

/**
 * V8 collects and compiles with up to four threads beside the one that answers. On one processor none of them helps: each
 * gets its turn in place of the answering thread, whole ticks of the scheduler (up to 4 ms) at a time.
 */
const flags = ['--single-threaded-gc', '--v8-pool-size=1']

/**
 * Where only one processor may be used, this process begins again, with the same id, under flags for that: V8 must know
 * them before it starts. A process that talks with the one that started it stays, since that way would be lost; so does
 * one that may start no other program.
 */
export function fitOneProcessor(): void {
  const isFit = process.execArgv.includes('--single-threaded-gc')
  const isBound = process.channel !== undefined || process.permission !== undefined
  const isAble = process.platform !== 'win32' && !isBound
  if (availableParallelism() > 1 || isFit || !isAble) return
  // Flags that somebody gave come last, and hold.
  process.execve?.(process.execPath, [
    process.execPath,
    ...flags,
    ...process.execArgv,
    ...process.argv.slice(1),
  ])
}
