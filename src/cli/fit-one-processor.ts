import { availableParallelism } from 'node:os'

/**
 * V8 collects and compiles with up to four threads beside the one that answers. On one processor none of them helps: each
 * gets its turn in place of the answering thread, whole ticks of the scheduler (up to 4 ms) at a time. What is collected is
 * then collected by the answering thread itself, so it has to be seldom and little.
 */
const flags = [
  '--single-threaded-gc',
  '--v8-pool-size=1',
  // The young part is not made smaller at rest: what streams hold would grow old in a small one, and be garbage there.
  '--min-semi-space-size=16',
  // All is collected when as much again has been added. V8 would do it every 10 % while little is added: 0.1 s each time.
  '--heap-growing-percent=100',
  // Nothing is given back at rest: the next requests would wait for the system to hand out the same memory again.
  '--no-memory-reducer',
]

/**
 * Where only one processor may be used, this process begins again, with the same id, under flags for that: V8 must know
 * them before it starts. A process that talks with the one that started it stays, since that way would be lost; so does
 * one that may start no other program.
 */
export function fitOneProcessor(): void {
  const isFit = process.execArgv.includes('--single-threaded-gc')
  const isBound = process.channel !== undefined || process.permission !== undefined
  // Other versions of Node may not know these flags, and would not start.
  const isKnown = process.versions.node.startsWith('24.')
  const isAble = process.platform !== 'win32' && isKnown && !isBound
  if (availableParallelism() > 1 || isFit || !isAble) return
  // Flags that somebody gave come last, and hold.
  process.execve?.(process.execPath, [
    process.execPath,
    ...flags,
    ...process.execArgv,
    ...process.argv.slice(1),
  ])
}
