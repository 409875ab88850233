import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { difference, readExamples, withOutputs } from '../../tools/docs/console-examples.ts'
import { pagesWithExamples, readPage, runExamples } from '../../tools/docs/run-examples.ts'

describe('examples of the documents', { concurrency: 2 }, () => {
  for (const path of pagesWithExamples) {
    test(`${path} prints what it says`, async () => {
      const ran = await runExamples(readPage(path))
      const stale = ran.flatMap(({ step, output }) => {
        const found = difference(step.output, output)
        return found === null ? [] : [`${path}:${step.line} $ ${step.command}\n${found}`]
      })
      assert.deepEqual(
        stale,
        [],
        `stale; \`npm run docs -- --examples\` writes what is printed now:\n${stale.join('\n\n')}`,
      )
    })
  }
})

test('a stale line is seen', async () => {
  const page = ['```console', '$ holdfast --version', '9.9.9', '```', ''].join('\n')
  const [ran] = await runExamples(page)
  assert.ok(ran !== undefined)
  assert.match(difference(ran.step.output, ran.output) ?? '', /the page says `9\.9\.9`/)
  const fresh = withOutputs(page, new Map([[ran.step.line, ran.output]]))
  assert.deepEqual(readExamples(fresh), [{ ...ran.step, output: ran.output }])
})

test('an ellipsis stands for text or lines, and for nothing else', () => {
  assert.equal(difference(['a …', '…', 'z'], ['a b c', '1', '2', 'z']), null)
  assert.equal(difference(['…'], []), null)
  assert.notEqual(difference(['a …', 'z'], ['a b c', '1', 'z']), null)
  assert.notEqual(difference(['a', '…'], ['b']), null)
  assert.notEqual(difference(['a'], ['a', 'b']), null)
})

test('an exit code is part of what a command prints', async () => {
  const ran = await runExamples('```console\n$ holdfast audit nowhere\n```\n')
  assert.equal(ran[0]?.output.at(-1), 'exit 2')
})

test('a page runs nothing but what documents need', async () => {
  await assert.rejects(runExamples('```console\n$ curl example.com\n```\n'), /`curl` is not run/)
})
