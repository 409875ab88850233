/**
 * What was asked and what was answered, as it is sealed for counsel: a line of JSON that tells the lengths, then the
 * bytes of both. Text stays text, and bytes that are none stay as they are.
 */
export interface KeptContents {
  readonly request: Buffer
  readonly answer: Buffer
  /** Of the whole request and answer: longer than what is kept where that was cut. */
  readonly requestBytes: number
  readonly answerBytes: number
}

const lineFeed = 10

export function writeContents(contents: KeptContents): Buffer {
  const { request, answer, requestBytes, answerBytes } = contents
  const lengths = { requestBytes, requestKept: request.length, answerBytes }
  return Buffer.concat([Buffer.from(`${JSON.stringify(lengths)}\n`), request, answer])
}

/** Null: they are not of this form. */
export function readContents(bytes: Buffer): KeptContents | null {
  const end = bytes.indexOf(lineFeed)
  if (end === -1) return null
  try {
    const lengths = JSON.parse(bytes.subarray(0, end).toString('utf8')) as Record<string, unknown>
    const { requestBytes, requestKept, answerBytes } = lengths
    if (
      typeof requestBytes !== 'number' ||
      typeof requestKept !== 'number' ||
      typeof answerBytes !== 'number'
    )
      return null
    const request = bytes.subarray(end + 1, end + 1 + requestKept)
    return { request, answer: bytes.subarray(end + 1 + requestKept), requestBytes, answerBytes }
  } catch {
    return null
  }
}
