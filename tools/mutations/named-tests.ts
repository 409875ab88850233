/** A row of docs/reference/gateway-failures.md. */
export interface NamedTest {
  readonly failure: string
  readonly file: string
  readonly name: string
}

/** Rows of the page, with the tests that they name. */
export function namedTests(page: string): readonly NamedTest[] {
  const row = /^\| (?<failure>.+?) \|.*`(?<file>[\w/-]+\.test\.ts)`: `(?<name>[^`]+)`/gm
  return [...page.matchAll(row)].map(({ groups }) => ({
    failure: groups?.['failure'] ?? '',
    file: groups?.['file'] ?? '',
    name: groups?.['name'] ?? '',
  }))
}
