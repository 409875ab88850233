import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { buildCatalogue } from './build-catalogue.ts'
import { nameStems } from './name-stems.ts'

const examples = ['o3', 'ab', 'gpt-5', 'abc-1', 'abcd', 'claude-3', `${'long'.repeat(9)}-1`]
const stems = nameStems(
  buildCatalogue({
    sources: [],
    vendors: [],
    providers: [],
    families: {
      version: 1,
      republishers: [],
      families: [{ family: 'made up', vendor: 'acme', pattern: 'x', examples, nearMisses: [] }],
    },
  }),
)

/** The same by an expression: whole runs of ASCII letters. */
function firstRun(text: string, from: number): number {
  const wanted = new Set(examples.map((one) => /[a-z]+/.exec(one)?.[0]))
  const runs = text.slice(from).matchAll(/[a-z]+/gi)
  const found = [...runs].find(([run]) => wanted.has(run.toLowerCase()))
  return found === undefined ? -1 : from + found.index
}

test('a stem is found where a whole run of letters is one', () => {
  const piece = fc.oneof(
    fc.constantFrom(...examples.flatMap((one) => [one, one.toUpperCase(), `x${one}`])),
    fc.constantFrom('-', ' ', '7', 'é', 'Å', 'z', '\u{1f600}', '{'),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.nat({ max: 8 }), (pieces, from) => {
      const text = pieces.join('')
      const start = Math.min(from, text.length)
      assert.equal(stems.find(text, start), firstRun(text, start), JSON.stringify(text))
    }),
  )
})
