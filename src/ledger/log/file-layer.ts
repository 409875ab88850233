import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'

/**
 * All that the ledger asks of a disk, so that a test can make each step fail. Every write says where it goes:
 * nothing depends on a position that a failed write may have moved.
 */
export interface FileLayer {
  makeFolder(path: string): Promise<void>
  names(path: string): Promise<readonly string[]>
  /** Null: there is no such file. */
  read(path: string): Promise<Buffer | null>
  /** Fewer bytes at the end of the file, none without a file. */
  readPart(path: string, position: number, length: number): Promise<Buffer>
  /** Fills memory from a place on and says how many bytes came: fewer than its length only at the end of the file. */
  readInto(memory: Buffer, path: string, position: number): Promise<number>
  sizeOf(path: string): Promise<number | null>
  openFile(path: string): Promise<LedgerFile>
  /** Takes a file as a sign that this process writes here. Null: another one does, and lives. */
  lock(path: string): Promise<(() => Promise<void>) | null>
  rename(from: string, to: string): Promise<void>
  remove(path: string): Promise<void>
  /** Makes names in a folder durable: a new file is only there after a crash once its folder was synced. */
  syncFolder(path: string): Promise<void>
}

export interface LedgerFile {
  /** Writes all parts, one after the other from `position` on, or fails. */
  writeAll(parts: readonly Uint8Array[], position: number): Promise<void>
  /** Writes all bytes at `position`, or fails. */
  write(bytes: Uint8Array, position: number): Promise<void>
  read(position: number, length: number): Promise<Buffer>
  truncate(length: number): Promise<void>
  /** Returns once the content would survive a loss of power. */
  sync(): Promise<void>
  close(): Promise<void>
}

const noFile = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')

export const nodeFiles: FileLayer = {
  async makeFolder(path) {
    await mkdir(path, { recursive: true, mode: 0o700 })
  },
  async names(path) {
    try {
      return await readdir(path)
    } catch (error) {
      if (noFile(error)) return []
      throw error
    }
  },
  async read(path) {
    return reading(path, async (handle) => readFully(handle, 0, (await handle.stat()).size))
  },
  async readPart(path, position, length) {
    const bytes = await reading(path, (handle) => readFully(handle, position, length))
    return bytes ?? Buffer.alloc(0)
  },
  async readInto(memory, path, position) {
    return (await reading(path, (handle) => fill(memory, handle, position))) ?? 0
  },
  async sizeOf(path) {
    try {
      return (await stat(path)).size
    } catch (error) {
      if (noFile(error)) return null
      throw error
    }
  },
  async openFile(path) {
    return nodeFile(path)
  },
  lock: takeLock,
  async rename(from, to) {
    await rename(from, to)
  },
  async remove(path) {
    await rm(path, { force: true })
  },
  async syncFolder(path) {
    const folder = await open(path, 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  },
}

/** Null: there is no such file. */
async function reading<Result>(
  path: string,
  read: (handle: FileHandle) => Promise<Result>,
): Promise<Result | null> {
  try {
    const handle = await open(path, 'r')
    try {
      return await read(handle)
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (noFile(error)) return null
    throw error
  }
}

async function nodeFile(path: string): Promise<LedgerFile> {
  const handle = await open(path, 'r+').catch(async (error: unknown) => {
    if (noFile(error)) return open(path, 'wx+', 0o600)
    throw error
  })
  return {
    writeAll: (parts, position) => writeParts(handle, path, parts, position),
    write: (bytes, position) => writeParts(handle, path, [bytes], position),
    read: (position, length) => readFully(handle, position, length),
    async truncate(length) {
      await handle.truncate(length)
    },
    async sync() {
      await handle.datasync()
    },
    async close() {
      await handle.close()
    },
  }
}

/** Most parts that one call of the system takes (IOV_MAX of Linux). */
const partsMax = 1024

async function writeParts(
  handle: FileHandle,
  path: string,
  parts: readonly Uint8Array[],
  position: number,
): Promise<void> {
  let at = position
  for (let from = 0; from < parts.length; from += partsMax) {
    let rest: readonly Uint8Array[] = parts.slice(from, from + partsMax)
    while (rest.length > 0) {
      const { bytesWritten } = await handle.writev(rest, at)
      if (bytesWritten === 0) throw new Error(`nothing more could be written to \`${path}\``)
      at += bytesWritten
      rest = withoutFirst(rest, bytesWritten)
    }
  }
}

/** What is left of the parts when so many bytes of them are written. */
function withoutFirst(parts: readonly Uint8Array[], bytes: number): readonly Uint8Array[] {
  let left = bytes
  const whole = parts.findIndex((part) => {
    if (part.length > left) return true
    left -= part.length
    return false
  })
  if (whole === -1) return []
  const [cut, ...others] = parts.slice(whole)
  return cut === undefined || left === 0 ? parts.slice(whole) : [cut.subarray(left), ...others]
}

/** Most bytes that one call of the system is asked for; it takes no more than 2 GiB. */
const readBytesMax = 2 ** 30

async function readFully(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(length)
  return bytes.subarray(0, await fill(bytes, handle, position))
}

async function fill(memory: Buffer, handle: FileHandle, position: number): Promise<number> {
  const { length } = memory
  let done = 0
  while (done < length) {
    const part = Math.min(length - done, readBytesMax)
    const { bytesRead } = await handle.read(memory, done, part, position + done)
    if (bytesRead === 0) break
    done += bytesRead
  }
  return done
}

/**
 * SQLite's own lock on a file, which the system takes back when the process ends, however it ends: no sign of a dead
 * process has to be told from that of a living one.
 */
function takeLock(path: string): Promise<(() => Promise<void>) | null> {
  const database = new DatabaseSync(path, { timeout: 0 })
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    const isTaken = error instanceof Error && 'errcode' in error && error.errcode === busy
    return isTaken ? Promise.resolve(null) : Promise.reject(asError(error))
  }
  return Promise.resolve(() => {
    database.close()
    return Promise.resolve()
  })
}

/** SQLITE_BUSY (sqlite.org/rescode.html). */
const busy = 5

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
