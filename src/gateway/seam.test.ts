import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { anchorLength, anchorOf, Seam } from './seam.ts'

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

test('what is only like the end of the text before is not taken for its repetition', () => {
  // `amber naïve` ends the text, and stands in what comes next as well.
  const text = 'one summit, one meadow and one ember: the list of names ends with an amber naïve'
  const rest = ' 70 tundra grove. Then comes an amber naïve cedar, and the harbour.'
  assert.equal(joined(text, [rest]), `${text}${rest}`)
})

test('what repeats itself is cut away once', () => {
  const zeros = '0, '.repeat(200)
  for (const size of [1, 5, 1_000]) {
    const pieces = zeros.slice(260 - anchorLength).match(new RegExp(`.{1,${size}}`, 'gsu')) ?? []
    assert.equal(joined(zeros.slice(0, 260), pieces).replaceAll(' ', ''), zeros.replaceAll(' ', ''))
  }
})

test('a beginning that comes back as a refrain is not followed twice', () => {
  const refrain = 'Over the hills and far away, over the water to Bergen\n'
  const text = `${refrain}first verse, and then again\n${refrain}second verse of so many`
  const whole = `${text} verses\n${refrain}the end`
  for (const size of [1, 9, 1_000])
    for (const from of [0, text.length - anchorLength]) {
      const pieces = whole.slice(from).match(new RegExp(`.{1,${size}}`, 'gsu')) ?? []
      assert.equal(joined(text, pieces), whole)
    }
})

test('more than was asked for may be repeated, and less', () => {
  const pieces = (from: number): string[] =>
    `${long} and the rest`.slice(from).match(/.{1,7}/gsu) ?? []
  for (const from of [10, 100, 300, long.length - 60, long.length - 20, long.length - 9])
    assert.equal(joined(long, pieces(from)), `${long} and the rest`)
})

test('words that lead to the repetition stay away', () => {
  for (const text of [long, 'meadow']) {
    const leading = `Of course. Here is the rest:\n\n${text.slice(-anchorLength)} and more`
    assert.equal(joined(text, leading.match(/.{1,5}/gsu) ?? []), `${text} and more`)
  }
})

test('a model that ends within what it was to repeat has not gone on', () => {
  const seam = new Seam(before)
  assert.equal(seam.push(anchorOf(before).slice(0, 20)) + seam.flush(), '')
  assert.ok(seam.hasFailed)
})

test('the anchor is as long as it must be for white space not to be all of it', () => {
  assert.equal(anchorOf(before), before.slice(-anchorLength))
  const code = `${'  '.repeat(30)}return the_first_of_them\n${' '.repeat(39)}}`
  assert.ok(anchorOf(code).includes('the_first_of_them'))
  assert.equal(anchorOf(' '.repeat(500)).length, 3 * anchorLength)
  assert.equal(anchorOf('🌊'.repeat(60)).codePointAt(0), '🌊'.codePointAt(0))
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
