import { isMainThread } from 'node:worker_threads'
import type * as z from 'zod'
import { work, type Work } from './work.ts'

/**
 * A command with `--format json`, in a thread whose standard output is its own: what it prints is the answer, and what
 * it tells beside that becomes notices.
 */
export function printedJsonWork<Input, Answer extends z.ZodType>(
  answer: Answer,
  print: (input: Input, configPath: string) => Promise<void>,
): Work<Input, Answer> {
  return work<Input, Answer>(answer, async (input, configPath) => {
    return (await printedJson(() => print(input, configPath))) as never
  })
}

/** What a command prints with `--format json`. */
export async function printedJson(print: () => Promise<void>): Promise<unknown> {
  return JSON.parse(await printedBy(print))
}

type Written = (error?: Error | null) => void

async function printedBy(run: () => Promise<void>): Promise<string> {
  if (isMainThread) throw new TypeError('what a process prints is not caught')
  const pieces: string[] = []
  const { stdout } = process
  const before = Object.getOwnPropertyDescriptor(stdout, 'write')
  stdout.write = (text: string | Uint8Array, ...more: readonly unknown[]): boolean => {
    pieces.push(String(text))
    const done = more.find((one): one is Written => typeof one === 'function')
    if (done !== undefined) queueMicrotask(() => done())
    return true
  }
  try {
    await run()
    return pieces.join('')
  } finally {
    if (before === undefined) Reflect.deleteProperty(stdout, 'write')
    else Object.defineProperty(stdout, 'write', before)
  }
}
