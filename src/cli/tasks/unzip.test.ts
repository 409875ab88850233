import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32, deflateRawSync, zstdCompressSync } from 'node:zlib'
import { isZip, unzip } from './unzip.ts'

type Method = 0 | 8 | 93

/** An archive as APPNOTE has it, with one member a method. */
function zipOf(members: readonly (readonly [string, string, Method])[]): Buffer {
  const locals: Buffer[] = []
  const entries: Buffer[] = []
  for (const [path, text, method] of members) {
    const plain = Buffer.from(text)
    const packed =
      method === 0 ? plain : method === 8 ? deflateRawSync(plain) : zstdCompressSync(plain)
    const name = Buffer.from(path)
    const offset = Buffer.concat(locals).length
    const head = Buffer.alloc(26)
    head.writeUInt16LE(63, 0)
    head.writeUInt16LE(method, 4)
    head.writeUInt32LE(crc32(plain), 10)
    head.writeUInt32LE(packed.length, 14)
    head.writeUInt32LE(plain.length, 18)
    head.writeUInt16LE(name.length, 22)
    locals.push(Buffer.from([0x50, 0x4b, 3, 4]), head, name, packed)
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    entries.push(Buffer.from([0x50, 0x4b, 1, 2, 63, 0]), head, tail, name)
  }
  const [body, directory] = [Buffer.concat(locals), Buffer.concat(entries)]
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(members.length, 8)
  end.writeUInt16LE(members.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(body.length, 16)
  return Buffer.concat([body, directory, end])
}

const long = 'All that is asked, '.repeat(500)

test('members are read whether stored, deflated or of zstd, and only those that are wanted', () => {
  const archive = zipOf([
    ['header.json', '{}', 0],
    ['samples/a.json', long, 8],
    ['samples/ä.json', long, 93],
    ['media/b.bin', 'x', 8],
  ])
  assert.ok(isZip(archive))
  const read = unzip(archive, (path) => path.endsWith('.json'))
  assert.deepEqual(
    [...read],
    [
      ['header.json', '{}'],
      ['samples/a.json', long],
      ['samples/ä.json', long],
    ],
  )
})

test('an archive that was cut, or is none, is refused', () => {
  const archive = zipOf([['a.json', long, 8]])
  assert.throws(() => unzip(archive.subarray(0, archive.length - 30), () => true), /no whole ZIP/)
  assert.throws(
    () => unzip(Buffer.from('PK\u0003\u0004 and nothing more'), () => true),
    /no whole ZIP/,
  )
  assert.ok(!isZip(Buffer.from('{"version": 2}')))
})
