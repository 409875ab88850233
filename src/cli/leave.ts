const reasons: (() => boolean)[] = []

/** A command whose threads may still be at work when it has ended says here how to tell. */
export function leaveWhen(isBusy: () => boolean): void {
  reasons.push(isBusy)
}

/** Nothing, unless something is still at work that nobody waits for any more. */
export function leaveIfBusy(code: number): void {
  if (reasons.some((isBusy) => isBusy())) leave(code)
}

/** Ends the process at once, threads that are still busy with it: an ordinary exit would wait for them. */
function leave(code: number): void {
  process.emit('exit', code)
  // Only taking another program's shape leaves threads behind; where there is no such call, waiting is what is left.
  if (process.platform !== 'win32' && typeof process.execve === 'function') {
    process.execve('/bin/sh', ['sh', '-c', `exit ${code}`], {})
  }
  process.exit(code)
}
