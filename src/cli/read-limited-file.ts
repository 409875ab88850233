import { open, stat } from 'node:fs/promises'

export interface LimitedText {
  readonly text: string
  /** The file is longer than was read. */
  readonly isCut: boolean
}

/** The first bytes of a regular file as text. A pipe or a device is refused, since reading it may never end. */
export async function readLimitedFile(path: string, bytesMax: number): Promise<LimitedText> {
  const state = await stat(path)
  // Before it is opened: a pipe without a writer would wait for ever.
  if (!state.isFile()) throw new Error('it is no regular file')
  const file = await open(path, 'r')
  try {
    const buffer = Buffer.alloc(Math.min(state.size, bytesMax) + 1)
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0)
    const isCut = bytesRead > bytesMax || state.size > bytesMax
    return { text: buffer.toString('utf8', 0, Math.min(bytesRead, bytesMax)), isCut }
  } finally {
    await file.close()
  }
}
