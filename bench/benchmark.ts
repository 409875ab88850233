import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import path from 'node:path'

/** What benchmarks share: their words, medians, the file of raw runs and the last line. */

/** `--name=12` among the words of a command line, a whole number from 1. */
export function numberOf(words: readonly string[], name: string, otherwise: number): number {
  const text = words.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3)
  if (text === undefined) return otherwise
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value <= 0)
    throw new Error(`--${name}=\`${text}\` is no whole number above 0`)
  return value
}

/** Of two in the middle their mean. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const high = sorted[Math.floor(middle)]
  const low = sorted[Math.ceil(middle) - 1]
  if (high === undefined || low === undefined) throw new Error('no values, no median')
  return (high + low) / 2
}

/** What values gain from first to last by the line with the least squares: one that strays counts for little. */
export function growthOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2
  let above = 0
  let below = 0
  for (const [at, value] of values.entries()) {
    above += (at - middle) * value
    below += (at - middle) ** 2
  }
  return below === 0 ? 0 : (above / below) * (values.length - 1)
}

export function note(text: string): void {
  process.stderr.write(`${text}\n`)
}

export interface BenchmarkReport {
  readonly bench: string
  readonly figures: Readonly<Record<string, unknown>>
  readonly aims: Readonly<Record<string, unknown>>
  /** Whether each aim is met; all of them make `met`. */
  readonly metEach: Readonly<Record<string, boolean>>
  /** Settings and raw runs, for the file alone. */
  readonly kept: Readonly<Record<string, unknown>>
}

/** Keeps the raw runs in `results/` of the benchmark's folder, and prints the one line of JSON that ends it. */
export function reportBenchmark(folder: string, report: BenchmarkReport): void {
  const { bench, figures, aims, metEach, kept } = report
  const met = Object.values(metEach).every(Boolean)
  const day = new Date().toISOString().slice(0, 10)
  const machine = {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    node: process.version,
  }
  const results = path.join(folder, 'results')
  mkdirSync(results, { recursive: true })
  const file = path.join(results, `${day}-${bench}.json`)
  const whole = { bench, day, machine, figures, aims, met, metEach, ...kept }
  writeFileSync(file, `${JSON.stringify(whole, null, 2)}\n`)
  note(`raw runs in ${path.relative(process.cwd(), file)}`)
  process.stdout.write(`${JSON.stringify({ bench, figures, aims, met })}\n`)
}
