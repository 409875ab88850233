import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'

/** A process that writes until it is killed: it prints `open`, then each number once that is acknowledged. */
export interface Writer {
  readonly process: ChildProcess
  readonly told: number[]
  readonly opened: Promise<void>
}

/** `script` lies in this folder. */
export function startWriter(script: string, words: readonly string[]): Writer {
  const child = spawn(process.execPath, [join(import.meta.dirname, script), ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const told: number[] = []
  let rest = ''
  const opened = new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error('the writer ended before it was killed')))
    child.stdout.on('data', (chunk: Buffer) => {
      const lines = `${rest}${chunk.toString()}`.split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (line === 'open') resolve()
        else told.push(Number(line))
      }
    })
  })
  return { process: child, told, opened }
}

export async function killed(writer: Writer): Promise<void> {
  const ended = new Promise<void>((resolve) => writer.process.once('close', () => resolve()))
  writer.process.kill('SIGKILL')
  await ended
}
