import type { TestEvent } from 'node:test/reporters'

/** A reporter of Node's test runner: the file of each test that failed, a line each. */
export default async function* failedFiles(
  source: AsyncIterable<TestEvent>,
): AsyncGenerator<string> {
  for await (const event of source)
    if (event.type === 'test:fail' && event.data.file !== undefined) yield `${event.data.file}\n`
}
