import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createProgram } from './program.ts'

test('asked for by its first word, each command comes alone; else all come, in the order of the help', async () => {
  const all = (await createProgram()).commands.map((one) => one.name())
  assert.equal(all[0], 'audit')
  assert.equal(all.at(-1), 'completion')
  for (const name of all.slice(0, -1)) {
    const alone = await createProgram(name)
    assert.deepEqual(
      alone.commands.map((one) => one.name()),
      [name],
    )
  }
  for (const other of ['completion', 'help', '--help', 'audti', 'constructor']) {
    const { commands } = await createProgram(other)
    assert.equal(commands.length, all.length, other)
  }
})
