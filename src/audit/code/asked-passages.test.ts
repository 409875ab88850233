import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askedPassages } from './asked-passages.ts'

function textAbout(word: string, content: string): string {
  return askedPassages(content, (passage) => passage.includes(word)).text
}

const orchard = `import apples

def apples_of(tree):
    total = 0

    return total

# Ripe by autumn.
@cached
def pears_of(tree):
    return "pear"
`

test('only the passages that are asked for stay, at their lines', () => {
  assert.equal(
    textAbout('autumn', orchard),
    `\n\n\n\n\n\n\n${orchard.slice(orchard.indexOf('# Ripe'))}`,
  )
  assert.equal(textAbout('plum', orchard), '\n'.repeat(11))
})

test('an empty line inside a declaration ends nothing', () => {
  assert.ok(textAbout('total = 0', orchard).includes('    return total'))
})

test('offsets lead back into the file', () => {
  const { text, offsets } = askedPassages(orchard, (passage) => /cached|import/.test(passage))
  const at = text.indexOf('"pear"')
  assert.equal(offsets.inFile(at), orchard.indexOf('"pear"'))
  assert.equal(offsets.endInFile(text.length), orchard.length)
  assert.equal(offsets.endInFile(text.indexOf('\n')), 'import apples'.length)
})

test('no passage ends while a bracket, a comment or a text is open', () => {
  for (const [opening, closing] of [
    ['call(', ')'],
    ['list[', ']'],
    ['block {', '}'],
    ['/*', '*/'],
    ['"""', '"""'],
    ["'''", "'''"],
    ['`', '`'],
  ]) {
    const content = `${opening}\n\nplum\n\n${closing}\n\npear\n`
    assert.equal(textAbout('plum', content), content.replace('pear', ''), opening)
  }
})

test('what goes on with the statement above stays with it', () => {
  const content = 'if ripe:\n    pick(plum)\n\nelse:\n    wait()\n'
  assert.equal(textAbout('plum', content), content)
  assert.equal(textAbout('wait', content), content)
})
