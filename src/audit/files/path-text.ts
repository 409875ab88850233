import { isUtf8 } from 'node:buffer'

/** Names of files are bytes; nearly all are UTF-8, and the others must not be lost or confused. */

export interface PathText {
  readonly text: string
  /** The name itself, when `text` is not it. */
  readonly bytes: Buffer | null
}

/** Bytes that are no UTF-8 are shown as `\xNN`, one by one. */
export function pathText(bytes: Buffer): PathText {
  if (isUtf8(bytes)) return { text: bytes.toString(), bytes: null }
  let text = ''
  for (let start = 0; start < bytes.length;) {
    const length = characterLength(bytes, start)
    if (length === 0) {
      text += `\\x${(bytes[start] ?? 0).toString(16).padStart(2, '0')}`
      start += 1
    } else {
      text += bytes.toString('utf8', start, start + length)
      start += length
    }
  }
  return { text, bytes }
}

/** Bytes of the character at `start`, 0 when there is none. */
function characterLength(bytes: Buffer, start: number): number {
  for (let length = 1; length <= 4 && start + length <= bytes.length; length++) {
    if (isUtf8(bytes.subarray(start, start + length))) return length
  }
  return 0
}

/** Splits a list whose items end in NUL. */
export function splitNul(output: Buffer): readonly PathText[] {
  if (isUtf8(output)) {
    const texts = output.toString().split('\0')
    if (texts.at(-1) === '') texts.pop()
    return texts.map((text) => ({ text, bytes: null }))
  }
  const parts: PathText[] = []
  for (let start = 0; start < output.length;) {
    const end = output.indexOf(0, start)
    const stop = end === -1 ? output.length : end
    parts.push(pathText(output.subarray(start, stop)))
    start = stop + 1
  }
  return parts
}
