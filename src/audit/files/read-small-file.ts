import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'

/** Never waits for a pipe's other end, never follows a link in the last place. */
const safeFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** The bytes of a regular file of at most `bytesMax`; null for anything else. */
export function readSmallFile(path: string | Buffer, bytesMax: number): Buffer | null {
  let handle: number
  try {
    handle = openSync(path, safeFlags)
  } catch {
    return null
  }
  try {
    const state = fstatSync(handle)
    if (!state.isFile() || state.size > bytesMax) return null
    const bytes = Buffer.alloc(state.size)
    let filled = 0
    while (filled < bytes.length) {
      const count = readSync(handle, bytes, filled, bytes.length - filled, null)
      if (count === 0) break
      filled += count
    }
    return bytes.subarray(0, filled)
  } catch {
    return null
  } finally {
    closeSync(handle)
  }
}
