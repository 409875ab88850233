import type { TestEvent } from 'node:test/reporters'

/** A reporter of Node's test runner: the file of each test that failed, a line each. */
// oxlint-disable-next-line import/no-default-export -- Node asks for it
export default async function* failedFiles(
  source: AsyncIterable<TestEvent>,
): AsyncGenerator<string> {
  for await (const event of source)
    if (event.type === 'test:fail' && event.data.file !== undefined) yield `${event.data.file}\n`
}
