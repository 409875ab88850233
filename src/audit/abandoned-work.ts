/**
 * Native parsers cannot be interrupted. One that takes too long on a hostile file is left behind in its thread, and
 * whoever ends the process must not wait for it.
 */
let isAbandoned = false

export function abandonWork(): void {
  isAbandoned = true
}

/** True when a thread may still be busy with a file that was given up. */
export function hasAbandonedWork(): boolean {
  return isAbandoned
}
