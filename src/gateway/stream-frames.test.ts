import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StreamFrames } from './stream-frames.ts'

const stream = 'data: a\n\n: note\r\n\r\nevent: x\rdata: b\r\rdata: c\ndata: d\n\nrest'
const whole = ['data: a\n\n', ': note\r\n\r\n', 'event: x\rdata: b\r\r', 'data: c\ndata: d\n\n']

test('events are cut behind their empty line, and every byte stays', () => {
  const frames = new StreamFrames()
  assert.deepEqual(frames.push(Buffer.from(stream)).map(String), whole)
  assert.equal(String(frames.rest()), 'rest')
})

test('wherever the bytes are cut, they come out as they went in, event by event', () => {
  const bytes = Buffer.from(stream)
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    const frames = new StreamFrames()
    const got = [...frames.push(bytes.subarray(0, cut)), ...frames.push(bytes.subarray(cut))]
    assert.equal(`${got.map(String).join('')}${String(frames.rest())}`, stream)
    assert.equal(got.length, whole.length)
    assert.deepEqual(
      got.map((frame) => String(frame).trim()),
      whole.map((frame) => frame.trim()),
    )
  }
})
