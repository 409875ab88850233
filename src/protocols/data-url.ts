export interface InlineData {
  readonly mediaType: string
  /** Base64. */
  readonly data: string
}

/** The data in a `data:` URL (RFC 2397); null when it is another URL. */
export function readDataUrl(url: string): InlineData | null {
  if (!url.startsWith('data:')) return null
  const comma = url.indexOf(',')
  if (comma === -1) return null
  const [type = '', ...parameters] = url.slice('data:'.length, comma).split(';')
  const mediaType = type === '' ? 'text/plain' : type
  const data = url.slice(comma + 1)
  if (parameters.includes('base64')) return { mediaType, data }
  return { mediaType, data: Buffer.from(plain(data), 'utf8').toString('base64') }
}

export function writeDataUrl({ mediaType, data }: InlineData): string {
  return `data:${mediaType};base64,${data}`
}

function plain(data: string): string {
  try {
    return decodeURIComponent(data)
  } catch {
    return data
  }
}
