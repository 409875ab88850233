import { constants } from 'node:buffer'
import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib'
import { parentPort } from 'node:worker_threads'
import { type Compressors, parquetMetadata, parquetReadObjects } from 'hyparquet'
import { messageOf } from '../../base/fault.ts'

/** Reads one table that it is sent, and answers with `ParquetAnswer`. The library may go round for ever in a damaged one. */

export type ParquetAnswer = { readonly lines: string } | { readonly problem: string }

/** Everything in a file together, unpacked: what is more is a bomb, or no export of calls. */
const unpackedBytesMax = 512 * 2 ** 20

/** A page is as long as its head says; nothing is made room for beyond. */
const pageBytesMax = 256 * 2 ** 20

/** Rows of nothing take no room in a file, and a million of them do here. */
const rowsMax = 1_000_000

/** Rows as JSON Lines. What is damaged, too large or packed otherwise throws. */
async function linesOf(bytes: Uint8Array): Promise<string> {
  // A copy: bytes of a file often lie in a larger piece of memory.
  const file = new Uint8Array(bytes).buffer
  const metadata = parquetMetadata(file)
  const unpacked = metadata.row_groups.reduce((sum, one) => sum + Number(one.total_byte_size), 0)
  if (!(unpacked <= unpackedBytesMax))
    throw new Error(`it holds more than ${unpackedBytesMax} bytes unpacked`)
  if (!(metadata.num_rows <= rowsMax)) throw new Error(`it has more than ${rowsMax} rows`)
  const lines: string[] = []
  let length = 0
  let rowStart = 0
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows)
    if (!(rowEnd <= rowsMax)) throw new Error(`it has more than ${rowsMax} rows`)
    // A column is unpacked whole, for each time that something of its group is asked for.
    for (const row of await parquetReadObjects({ file, metadata, rowStart, rowEnd, compressors })) {
      const line = JSON.stringify(row, inJson)
      length += line.length + 1
      if (length > constants.MAX_STRING_LENGTH) throw new Error('it is too long as a text')
      lines.push(line)
    }
    rowStart = rowEnd
  }
  return lines.join('\n')
}

const compressors: Compressors = {
  GZIP: (input, length) => bounded(input, length, unzipped),
  ZSTD: (input, length) => bounded(input, length, zstdDecompressSync),
  BROTLI: (input, length) => bounded(input, length, brotliDecompressSync),
}

type Unpack = (input: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array

function bounded(input: Uint8Array, length: number, unpack: Unpack): Uint8Array {
  if (!(length <= pageBytesMax)) throw new Error(`a page has more than ${pageBytesMax} bytes`)
  // A limit of nothing is none.
  return unpack(input, { maxOutputLength: Math.max(1, length) })
}

/** Some writers leave the head of gzip out. */
const unzipped: Unpack = (input, options) =>
  input[0] === 0x1f && input[1] === 0x8b ? gunzipSync(input, options) : inflateSync(input, options)

function inJson(_name: string, value: unknown): unknown {
  if (typeof value !== 'bigint') return value
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : String(value)
}

parentPort?.once('message', (bytes: Uint8Array) => {
  linesOf(bytes).then(
    (lines) => parentPort?.postMessage({ lines } satisfies ParquetAnswer),
    (error: unknown) =>
      parentPort?.postMessage({ problem: messageOf(error) } satisfies ParquetAnswer),
  )
})
