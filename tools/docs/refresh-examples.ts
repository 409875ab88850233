import { withOutputs } from './console-examples.ts'
import { pagesWithExamples, readPage, runExamples, writePage } from './run-examples.ts'

/**
 * `npm run docs -- --examples`, or `node tools/docs/refresh-examples.ts [PAGE…]`: writes what the commands of README.md and docs/guide print today
 * into the pages. Read the diff: a page that no longer makes its point needs words, not only output.
 */
const named = process.argv.slice(2).filter((word) => !word.startsWith('--'))
for (const path of named.length === 0 ? pagesWithExamples : named) {
  const before = readPage(path)
  const ran = await runExamples(before)
  const after = withOutputs(before, new Map(ran.map(({ step, output }) => [step.line, output])))
  if (after !== before) writePage(path, after)
  process.stdout.write(
    `${path}: ${ran.length} commands, ${after === before ? 'unchanged' : 'refreshed'}\n`,
  )
}
