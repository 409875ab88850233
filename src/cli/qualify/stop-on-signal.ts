import { note } from './trial-workspace.ts'

/** Ctrl-C: calls under way are waited for, and no other begins; a second one ends the process as ever. */
export function stopOnSignal(): { readonly signal: AbortSignal; readonly end: () => void } {
  const stop = new AbortController()
  const hear = (): void => {
    if (stop.signal.aborted) return
    note('stopping: calls under way are finished; once more ends at once, and loses them')
    stop.abort()
    for (const name of signals) process.removeListener(name, hear)
  }
  for (const name of signals) process.on(name, hear)
  return {
    signal: stop.signal,
    end: () => {
      for (const name of signals) process.removeListener(name, hear)
    },
  }
}

const signals = ['SIGINT', 'SIGTERM'] as const
