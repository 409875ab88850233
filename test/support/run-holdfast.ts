import { text } from 'node:stream/consumers'
import { type Outcome, startHoldfast } from '../system/holdfast.ts'

/** The real binary, while this process goes on: for tests that serve what it asks for. */
export async function runHoldfast(words: readonly string[], cwd: string): Promise<Outcome> {
  const child = startHoldfast(words, cwd)
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { status: await ended, stdout, stderr }
}
