import { type FileHandle, mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Fault } from '../base/fault.ts'
import { whyNot } from './why-not.ts'

/**
 * Writes a file whole or not at all: into a file beside it, flushed, then renamed. A full or read-only disk
 * leaves what stood there before. A link stays a link, and a device or a pipe is written into, not replaced.
 */
export async function writeFileWhole(
  path: string,
  content: string | Uint8Array | Iterable<string>,
): Promise<void> {
  await replaceFile(path, async (file) => await file.writeFile(content))
}

/** The same of what is too much to be held at once: `fill` writes part after part. */
export async function writeFileInParts(
  path: string,
  fill: (write: (text: string) => Promise<void>) => Promise<void>,
): Promise<void> {
  await replaceFile(path, async (file) => {
    await fill(async (text) => await file.writeFile(text))
  })
}

async function replaceFile(path: string, fill: (file: FileHandle) => Promise<void>): Promise<void> {
  const target = await realpath(path).catch(() => path)
  const beside = `${target}.${process.pid}.part`
  try {
    const isSpecial = await stat(target).then(
      (state) => !state.isFile() && !state.isDirectory(),
      () => false,
    )
    if (!isSpecial) await mkdir(dirname(target), { recursive: true })
    const file = await open(isSpecial ? target : beside, 'w', 0o644)
    try {
      await fill(file)
      if (!isSpecial) await file.sync()
    } finally {
      await file.close()
    }
    if (!isSpecial) await rename(beside, target)
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined)
    if (error instanceof Fault) throw error
    throw new Fault('HF_FILE_WRITE', `cannot write \`${path}\`: ${whyNot(error)}`, {
      expected: 'a writable folder with room on the disk',
      advice: 'free room or choose another place with --output; what stood there is unchanged',
      cause: error,
    })
  }
}

/**
 * What is printed without waiting (help, notes) may meet a closed pipe too: nobody reads on, and that is no error.
 * Without a listener the event would end the process with a stack trace.
 */
export function watchOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (!isClosedPipe(error)) process.exitCode = 3
  })
  process.stderr.on('error', () => undefined)
}

/** Writes to stdout and waits until it is taken; a closed pipe (`| head`) is no error. */
export async function printOut(text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(text, (error?: NodeJS.ErrnoException | null) => {
      if (error === undefined || error === null || isClosedPipe(error)) {
        resolve()
      } else {
        reject(
          new Fault('HF_FILE_WRITE', `cannot write to stdout: ${error.message}`, { cause: error }),
        )
      }
    })
  })
}

function isClosedPipe({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED'
}
