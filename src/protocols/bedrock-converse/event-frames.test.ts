import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Frame, FrameScanner, writeFrame } from './event-frames.ts'

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, 'latin1')
}

function framesIn(pieces: readonly Uint8Array[]): readonly Frame[] {
  const scanner = new FrameScanner()
  const frames: Frame[] = []
  for (const piece of pieces) scanner.push(piece, (frame) => frames.push(frame))
  return frames
}

const hello = bytesOf(writeFrame({ ':event-type': 'messageStart' }, '{"role":"ø"}'))

test('frames are read wherever they are cut', () => {
  const two = Buffer.concat([hello, hello])
  for (let at = 0; at <= two.length; at += 1) {
    const frames = framesIn([two.subarray(0, at), two.subarray(at)])
    assert.equal(frames.length, 2)
    for (const { headers, body } of frames) {
      assert.deepEqual(headers, { ':event-type': 'messageStart' })
      assert.equal(Buffer.from(body).toString('utf8'), '{"role":"ø"}')
    }
  }
})

test('a frame before a damaged one is still handed on', () => {
  const bad = Uint8Array.from(hello)
  bad[bad.length - 3] = (bad.at(-3) ?? 0) ^ 0xff
  const frames: Frame[] = []
  const scanner = new FrameScanner()
  const both = Buffer.concat([hello, bad])
  assert.throws(() => scanner.push(both, (frame) => frames.push(frame)), /checksum/u)
  assert.equal(frames.length, 1)
})

test('a length that cannot be is damage, told before anything is gathered', () => {
  for (const length of [0, 15, 0x7fff_ffff]) {
    const bytes = new Uint8Array(4)
    new DataView(bytes.buffer).setUint32(0, length)
    assert.throws(() => framesIn([bytes]), RangeError)
  }
})

test('half a frame is known to be half', () => {
  const scanner = new FrameScanner()
  scanner.push(hello.subarray(0, 20), () => assert.fail('no frame yet'))
  assert.equal(scanner.isWithin, true)
  scanner.push(hello.subarray(20), () => {})
  assert.equal(scanner.isWithin, false)
})
