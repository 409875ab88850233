import { readdirSync, readFileSync } from 'node:fs'

/**
 * Processor time of a process since its start, all of its threads, in microseconds. It is what `utime` and `stime` of
 * /proc/PID/stat count in hundredths of a second; the scheduler's own account of each thread has it in nanoseconds.
 */
export function cpuMicroseconds(pid: number): number {
  let nanoseconds = 0
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const [spent = '0'] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')
    nanoseconds += Number(spent)
  }
  return nanoseconds / 1000
}

/** Memory that a process holds now. */
export function rssMebibytes(pid: number): number {
  const found = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  if (found === null) throw new Error(`no VmRSS of process ${pid}`)
  return Number(found[1]) / 1024
}
