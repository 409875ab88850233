/** Formats of documents, with the media types that stand for them elsewhere. */
const documentTypes: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  html: 'text/html',
  md: 'text/markdown',
  pdf: 'application/pdf',
  txt: 'text/plain',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

/** A format that is new keeps its own name, as ending of a type nobody has registered. */
export function mediaTypeOfDocument(format: string): string {
  return Object.hasOwn(documentTypes, format)
    ? (documentTypes[format] ?? '')
    : `application/x-${format}`
}

export function documentFormat(mediaType: string): string {
  const known = Object.entries(documentTypes).find(([, type]) => type === mediaType)?.[0]
  if (known !== undefined) return known
  if (mediaType.startsWith('application/x-')) return mediaType.slice('application/x-'.length)
  return 'txt'
}

export function mediaTypeOfImage(format: string): string {
  return `image/${format}`
}

export function imageFormat(mediaType: string): string {
  const format = mediaType.slice(mediaType.indexOf('/') + 1)
  return format === 'jpg' ? 'jpeg' : format
}
