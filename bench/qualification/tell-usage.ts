import { writeFileSync } from 'node:fs'

/** Preloaded into a process that is measured: at its end it says what it has used. */
const place = process.env['HOLDFAST_BENCH_USAGE']

export interface Usage {
  /** Of the whole process, all threads. */
  readonly cpuSeconds: number
  readonly peakMiB: number
}

process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  const usage: Usage = { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMiB: maxRSS / 1024 }
  if (place !== undefined) writeFileSync(place, JSON.stringify(usage))
})
