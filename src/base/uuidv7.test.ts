import assert from 'node:assert/strict'
import { test } from 'node:test'
import { uuidv7 } from './uuidv7.ts'

test('the example of RFC 9562 comes out', () => {
  // Appendix A.6: 2022-02-22T19:22:22Z, rand_a cc3, rand_b 18c4dc0c0c07398f with the variant bits before it.
  const random = Buffer.from('0cc318c4dc0c0c07398f', 'hex')
  assert.equal(uuidv7(0x017f22e279b0, random), '017f22e2-79b0-7cc3-98c4-dc0c0c07398f')
})

test('version and variant stand whatever the random bytes are', () => {
  for (const fill of [0, 255])
    assert.match(
      uuidv7(1, Buffer.alloc(10, fill)),
      /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    )
})
