import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import * as z from 'zod'
import { canonicalJson } from '../../base/canonical-json.ts'
import { Fault, messageOf } from '../../base/fault.ts'
import { storeLimits } from '../limits.ts'
import type { Row } from '../records/record-shape.ts'
import type { CopyCounts, CopyPart, CopySource } from './copy-part.ts'
import { CopyDigest } from './copy-digest.ts'

/**
 * A backup is a text file, a JSON value a line: a head, then rows, then an end with the number of rows of each table
 * and the SHA-256 of everything before it. docs/guide/store.md describes it.
 */
const Head = z.strictObject({
  format: z.literal('holdfast-store-backup'),
  version: z.literal(1),
  createdAt: z.string(),
  holdfast: z.string(),
  from: z.enum(['embedded', 'postgres']),
  migrations: z.array(z.string()),
})
export type BackupHead = z.infer<typeof Head>

const RowLine = z.strictObject({
  table: z.string(),
  row: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
})
const End = z.strictObject({
  end: z.strictObject({
    counts: z.record(z.string(), z.int().nonnegative()),
    digest: z.string(),
  }),
})

/** Writes a backup whole or not at all: a file beside it, flushed, then renamed. Only its owner may read it. */
export async function writeBackup(
  path: string,
  head: BackupHead,
  source: CopySource,
): Promise<CopyCounts> {
  const beside = `${path}.part`
  try {
    const file = await open(beside, 'w', 0o600)
    let counts: CopyCounts
    try {
      counts = await writeLines(file, head, source)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(beside, path)
    return counts
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined)
    if (error instanceof Fault) throw error
    throw new Fault('HF_FILE_WRITE', `cannot write \`${path}\`: ${messageOf(error)}`, {
      expected: 'a writable folder with room on the disk',
      place: { path },
      cause: error,
    })
  }
}

async function writeLines(
  file: FileHandle,
  head: BackupHead,
  source: CopySource,
): Promise<CopyCounts> {
  const hash = createHash('sha256')
  const rows = new CopyDigest()
  const write = async (text: string): Promise<void> => {
    hash.update(text)
    await file.writeFile(text)
  }
  await write(`${JSON.stringify(head)}\n`)
  for await (const part of source.parts()) {
    rows.add(part)
    await write(part.rows.map((row) => `${JSON.stringify({ table: part.table, row })}\n`).join(''))
  }
  const { counts } = rows.result()
  const end = { end: { counts, digest: `sha256:${hash.digest('hex')}` } }
  await file.writeFile(`${JSON.stringify(end)}\n`)
  return counts
}

export interface BackupFile {
  readonly head: BackupHead
  readonly counts: CopyCounts
  /** Reads the file again, and throws at its end if it is no longer the one that was checked. */
  source(): CopySource
}

/** Reads a backup from its head to its end; one that is cut off or was changed is refused. */
export async function openBackup(path: string): Promise<BackupFile> {
  const checked = await checkBackup(path)
  return {
    ...checked,
    source: () => ({ migrations: checked.head.migrations, parts: () => partsOf(path, checked) }),
  }
}

async function checkBackup(
  path: string,
): Promise<{ readonly head: BackupHead; readonly counts: CopyCounts; readonly digest: string }> {
  let head: BackupHead | null = null
  for await (const line of linesOf(path)) {
    if (head === null) head = parseLine(Head, line, path, 'no head of a backup')
    if (line.isEnd) {
      const { end } = parseLine(End, line, path, 'no end: the file is cut off')
      if (end.digest !== line.digestBefore)
        throw backupFault(path, line.number, 'the digest is another one: the file was changed')
      return { head, counts: end.counts, digest: end.digest }
    }
  }
  throw backupFault(path, 1, 'the file is empty')
}

async function* partsOf(
  path: string,
  checked: { readonly digest: string; readonly counts: CopyCounts },
): AsyncGenerator<CopyPart> {
  const counts: Record<string, number> = {}
  let table = ''
  let rows: Row[] = []
  let length = 0
  for await (const line of linesOf(path)) {
    if (line.number === 1) continue
    if (line.isEnd) {
      if (line.digestBefore !== checked.digest)
        throw backupFault(path, line.number, 'the file changed while it was read')
      if (canonicalJson(counts) !== canonicalJson(checked.counts))
        throw backupFault(path, line.number, 'it holds other rows than its end says')
      continue
    }
    const parsed = parseLine(RowLine, line, path, 'no row')
    if (rows.length > 0 && (parsed.table !== table || rows.length >= 200 || length > batchLength)) {
      yield { table, rows }
      rows = []
      length = 0
    }
    table = parsed.table
    counts[table] = (counts[table] ?? 0) + 1
    rows.push(parsed.row)
    length += line.text.length
  }
  if (rows.length > 0) yield { table, rows }
}

const batchLength = 8 * 2 ** 20

interface BackupLine {
  readonly text: string
  readonly number: number
  /** The last line of the file. */
  readonly isEnd: boolean
  /** Over everything before this line; only known at the end. */
  readonly digestBefore: string
}

/** Lines of a file that ends with a line feed; the last one is marked. */
async function* linesOf(path: string): AsyncGenerator<BackupLine> {
  const hash = createHash('sha256')
  let number = 0
  let before: string | null = null
  for await (const text of textLines(path)) {
    if (before !== null) {
      yield { text: before, number, isEnd: false, digestBefore: '' }
      hash.update(`${before}\n`)
    }
    before = text
    number += 1
  }
  if (before !== null) yield { text: before, number, isEnd: true, digestBefore: hexOf(hash) }
}

function hexOf(hash: Hash): string {
  return `sha256:${hash.digest('hex')}`
}

async function* textLines(path: string): AsyncGenerator<string> {
  let rest: Buffer[] = []
  let length = 0
  let lines = 0
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) {
      const bytes = chunk as Buffer
      let from = 0
      for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, from)) {
        lines += 1
        yield Buffer.concat([...rest, bytes.subarray(from, at)]).toString('utf8')
        rest = []
        length = 0
        from = at + 1
      }
      rest.push(bytes.subarray(from))
      length += bytes.length - from
      if (length > storeLimits.backupLineBytesMax)
        throw backupFault(path, lines + 1, 'the line is too long')
    }
  } catch (error) {
    if (error instanceof Fault) throw error
    throw new Fault('HF_FILE_READ', `cannot read \`${path}\`: ${messageOf(error)}`, {
      place: { path },
      cause: error,
    })
  }
  if (length > 0) throw backupFault(path, lines + 1, 'the last line is cut off')
}

function parseLine<T>(schema: z.ZodType<T>, line: BackupLine, path: string, what: string): T {
  let value: unknown
  try {
    value = JSON.parse(line.text)
  } catch {
    throw backupFault(path, line.number, 'the line is no JSON')
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw backupFault(path, line.number, what)
}

function backupFault(path: string, line: number, what: string): Fault {
  return new Fault('HF_STORE_BACKUP', `\`${path}\` is no whole backup: ${what}`, {
    expected: 'a file that `holdfast store backup` wrote',
    advice: 'use another backup; nothing was changed',
    place: { path, line },
  })
}
