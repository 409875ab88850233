/** Ends the process at once, threads that are still busy with it: an ordinary exit would wait for them. */
export function leave(code: number): void {
  process.emit('exit', code)
  // Only taking another program's shape leaves threads behind; where there is no such call, waiting is what is left.
  if (process.platform !== 'win32' && typeof process.execve === 'function') {
    process.execve('/bin/sh', ['sh', '-c', `exit ${code}`], {})
  }
  process.exit(code)
}
