import { spawnSync } from 'node:child_process'

/**
 * A name space of users, processes and networks of its own: nothing is reached, and all that was started ends with it.
 * util-linux has it, and not every kernel lets users do it.
 */
export const isolation: readonly string[] = [
  'unshare',
  '--user',
  '--map-root-user',
  '--net',
  '--pid',
  '--fork',
  '--kill-child',
]

let isAllowed: boolean | null = null

/** Whether this machine allows it: tried once. */
export function canIsolate(): boolean {
  const [command = '', ...words] = isolation
  isAllowed ??=
    spawnSync(command, [...words, 'true'], { timeout: 5000, stdio: 'ignore' }).status === 0
  return isAllowed
}
