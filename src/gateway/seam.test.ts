import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { anchorLength, Seam } from './seam.ts'

function joined(before: string, continuation: readonly string[]): string {
  const seam = new Seam(before)
  return `${before}${continuation.map((text) => seam.push(text)).join('')}${seam.flush()}`
}

const before = 'The reviewer found two problems in the handler of uploads: first, the'

test('what was repeated is cut away, however the stream is cut', () => {
  const repeated = before.slice(-anchorLength)
  const whole = `${repeated} name of the file is used as it comes.`
  for (const size of [1, 3, 17, 500]) {
    const pieces = whole.match(new RegExp(`.{1,${size}}`, 'gsu')) ?? []
    assert.equal(joined(before, pieces), `${before} name of the file is used as it comes.`)
  }
})

test('other white space in what is repeated does not matter', () => {
  assert.equal(
    joined('one two three four five six seven\n\n', ['three  four\nfive six seven  eight']),
    'one two three four five six seven\n\neight',
  )
  assert.equal(
    joined('def read(path):\n    return open', ['def read(path):\n\n  return open(path)\n']),
    'def read(path):\n    return open(path)\n',
  )
})

test('a word that was cut in two is whole again', () => {
  assert.equal(
    joined('the quick brown fox jumps over the la', ['brown fox jumps over the lazy dog']),
    'the quick brown fox jumps over the lazy dog',
  )
})

test('nothing is cut away where nothing was repeated, and words do not run together', () => {
  assert.equal(joined('It is a matter of', ['taste, mostly.']), 'It is a matter of taste, mostly.')
  assert.equal(joined('a list:\n', ['- one']), 'a list:\n- one')
  assert.equal(joined('', ['anew']), 'anew')
})

test('indentation behind a line break stays', () => {
  const code = 'for name in names_of_all_files:\n'
  assert.equal(joined(code, [`${code}    print(name)\n`]), `${code}    print(name)\n`)
})

const long = Array.from({ length: 90 }, (_, index) => `word${index}`).join(' ')

test('a model that begins anew is followed until it is where the caller is', () => {
  const whole = `${long} and the rest`
  for (const size of [1, 7, 1000]) {
    const pieces = whole.replaceAll(' ', '\n').match(new RegExp(`.{1,${size}}`, 'gsu')) ?? []
    assert.equal(joined(long, pieces), `${long}\nand\nthe\nrest`)
  }
  assert.equal(joined(long, [long]), long)
})

test('a model that begins anew and then says something else is not joined', () => {
  const seam = new Seam(long)
  assert.equal(seam.push(`${long.slice(0, 400)} and something else`), '')
  assert.ok(seam.hasFailed)
  const short = new Seam(long)
  assert.equal(short.push(long.slice(0, 300)), '')
  assert.equal(short.flush(), '')
  assert.ok(short.hasFailed)
})

test('whatever follows an exact repetition arrives whole', () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{1,9}$/), { minLength: 12, maxLength: 60 })
  fc.assert(
    fc.property(words, words, fc.nat(), (first, second, at) => {
      const text = [...first, ...second].join(' ')
      const cut = Math.max(anchorLength, at % text.length)
      fc.pre(text.indexOf(text.slice(cut - anchorLength, cut)) === cut - anchorLength)
      fc.pre(text.indexOf(text.slice(cut - anchorLength, cut), cut - anchorLength + 1) === -1)
      assert.equal(joined(text.slice(0, cut), [text.slice(cut - anchorLength)]), text)
    }),
  )
})
