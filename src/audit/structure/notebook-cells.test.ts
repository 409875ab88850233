import assert from 'node:assert/strict'
import { test } from 'node:test'
import { notebookCells } from './notebook-cells.ts'

const notebook = `{
 "cells": [
  {"cell_type": "markdown", "source": ["# gpt-4o"]},
  {
   "cell_type": "code",
   "outputs": [{"text": ["gpt-4.1"]}],
   "source": [
    "import openai\\n",
    "client.create(model='gpt-4o')"
   ]
  },
  {"cell_type": "code", "source": "%%bash\\necho one\\necho two"}
 ],
 "metadata": {"kernelspec": {"language": "Python"}},
 "nbformat": 4
}
`

test('cells come with language and the line of the file for each line of source', () => {
  const cells = notebookCells(notebook)
  assert.ok(cells !== null)
  assert.deepEqual(
    cells.map((cell) => [
      cell.index,
      cell.language,
      cell.source,
      cell.lineInFile(1),
      cell.lineInFile(2),
    ]),
    [
      [0, 'markdown', '# gpt-4o', 3, 3],
      [1, 'python', "import openai\nclient.create(model='gpt-4o')", 8, 9],
      [2, 'bash', '%%bash\necho one\necho two', 12, 12],
    ],
  )
})

test('outputs are never looked at', () => {
  assert.ok(!JSON.stringify(notebookCells(notebook)).includes('gpt-4.1'))
})

test('a dialect is read as the language it extends', () => {
  const kernel = (language: string, mode: string) =>
    notebookCells(
      `{"cells": [{"cell_type": "code", "source": "x"}], "metadata": {"kernelspec": {"language": "${language}"}, ` +
        `"language_info": {"name": "${language}", "codemirror_mode": {"name": "${mode}"}}}}`,
    )?.map((cell) => cell.language)
  assert.deepEqual(kernel('coconut', 'python'), ['python'])
  assert.deepEqual(kernel('C#', 'text/x-csharp'), ['c#'])
  assert.deepEqual(kernel('julia', 'julia'), ['julia'])
})

test('what is no notebook gives null', () => {
  assert.equal(notebookCells('{"a": 1}'), null)
  assert.equal(notebookCells('not json'), null)
  assert.equal(notebookCells('{"cells": '.repeat(20_000)), null)
})
