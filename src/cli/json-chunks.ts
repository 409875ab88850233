/**
 * The text of `JSON.stringify(value, null, 2)` in pieces, a member of a list at the top at a time: a whole one may be
 * longer than a string can be.
 */
export function* jsonChunks(value: object): Iterable<string> {
  let before = '{\n'
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue
    yield `${before}  ${JSON.stringify(name)}: `
    yield* memberChunks(member)
    before = ',\n'
  }
  yield before === '{\n' ? '{}\n' : '\n}\n'
}

function* memberChunks(member: unknown): Iterable<string> {
  if (!Array.isArray(member) || member.length === 0) {
    yield indented(member, '  ')
    return
  }
  let before = '[\n    '
  for (const item of member) {
    yield `${before}${indented(item, '    ')}`
    before = ',\n    '
  }
  yield '\n  ]'
}

function indented(value: unknown, by: string): string {
  return JSON.stringify(value ?? null, null, 2).replaceAll('\n', `\n${by}`)
}
