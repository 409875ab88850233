import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { parseWhole, parseYaml } from './parse-yaml.ts'
import { readPlainYaml } from './plain-yaml.ts'
import type { StructuredNode } from './structured-node.ts'
import { maskTemplates } from './template-mask.ts'

/** How many entries were left to the parser package; null when it was the whole file. */
function oddEntries(text: string): number | null {
  let odd = 0
  const roots = readPlainYaml({
    masked: { text, restore: (written) => ({ text: written, hadTemplate: false }) },
    budget: { nodes: 1_000 },
    readOdd: (lines) => {
      odd += 1
      const at = { line: 1, column: 1 }
      const value: StructuredNode = { kind: 'scalar', text: '', expression: false, ...at }
      return /^ *- /.test(lines)
        ? { kind: 'list', items: [value], ...at }
        : { kind: 'map', entries: [{ key: '', value, ...at }], ...at }
    },
  })
  return roots === null ? null : odd
}

function valueOf(node: StructuredNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.text
    case 'list':
      return node.items.map(valueOf)
    case 'map':
      return node.entries.map(({ key, value }) => [key, valueOf(value)])
  }
}

test('mappings, lists and scalars on one line need no parser package', () => {
  const text = [
    '# A comment',
    '---',
    'name: review',
    '"on": push # said twice',
    'jobs:',
    '  - id: one',
    "    run: 'it''s'",
    '  - two',
    'steps:',
    '- http://lemon.example:80/a#b',
    '- -1.5',
    '',
  ].join('\n')
  assert.equal(oddEntries(text), 0)
  const [document] = parseYaml(text)
  assert.ok(document !== undefined)
  assert.deepEqual(valueOf(document.root), [
    ['name', 'review'],
    ['on', 'push'],
    [
      'jobs',
      [
        [
          ['id', 'one'],
          ['run', "it's"],
        ],
        'two',
      ],
    ],
    ['steps', ['http://lemon.example:80/a#b', '-1.5']],
  ])
})

test('only what is written otherwise is left to the parser package', () => {
  assert.equal(oddEntries('a: 1\nb: |\n  text\n  more\nc: [1, 2]\nd: 4\n'), 2)
  assert.equal(oddEntries('a:\n  - !Ref x\n  - y\n'), 1)
  assert.equal(oddEntries('a:\nb: 2\n'), 1)
})

test('a file that does not begin as one of these is left to it', () => {
  for (const text of ['{a: 1}\n', 'a\n', '--- text\na: 1\n', '%YAML 1.2\n---\na: 1\n', 'a:\t1\n']) {
    assert.notEqual(oddEntries(text), 0, text)
  }
})

const lines = fc.array(
  fc
    .tuple(
      fc.constantFrom('', '  ', '    ', '- ', '  - ', '   '),
      fc.constantFrom('a: ', 'b:', '"c": ', 'd e: ', '- ', '', "'f' :  ", '? ', '# '),
      fc.constantFrom(
        '1',
        'lemon',
        "'x y'",
        '"z"',
        '|',
        '>-',
        '[1, 2]',
        '{x: 1}',
        'a: b',
        'x # y',
        '&l 1',
        '*l',
        '!Ref x',
        '',
        '~',
        "'open",
        '-',
        'x:',
        '---',
      ),
    )
    .map((parts) => parts.join('')),
  { maxLength: 7 },
)

test('what is read is what the parser package reads', () => {
  fc.assert(
    fc.property(lines, (written) => {
      const text = written.join('\n')
      assert.deepEqual(parseYaml(text), parseWhole(maskTemplates(text)))
    }),
    { numRuns: 2_000 },
  )
})
