/** Of an image or a file that stands in a body its length says nothing: it counts as much as a picture of usual size. */
const mediaBytes = 6_000
const mediaBytesMin = 4_096

/** Bytes of all texts within a value, in UTF-8; names are left out. Deep values are no danger: nothing is called again. */
export function bytesOfTexts(value: unknown): number {
  const open: unknown[] = [value]
  let bytes = 0
  while (open.length > 0) {
    const next = open.pop()
    if (typeof next === 'string') bytes += isMedia(next) ? mediaBytes : Buffer.byteLength(next)
    else if (typeof next === 'object' && next !== null)
      for (const inner of Object.values(next)) open.push(inner)
  }
  return bytes
}

/** Text has spaces or letters beyond ASCII; what is encoded has neither. */
function isMedia(text: string): boolean {
  return text.length > mediaBytesMin && /^[\x21-\x7e]+$/.test(text.slice(0, mediaBytesMin))
}
