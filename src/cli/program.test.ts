import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Command } from 'commander'
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

test('the help of every command has an example and says what its exit codes mean', async () => {
  const silent: string[] = []
  const walk = (command: Command, name: string): void => {
    for (const one of command.commands) walk(one, `${name} ${one.name()}`)
    if (command.commands.length > 0 && command.name() !== 'audit') return
    let help = ''
    command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp()
    if (!/^Examples?:\n {2}(?:holdfast|source) /m.test(help)) silent.push(`${name}: no example`)
    if (help.split('Exit codes: 0').length !== 2) silent.push(`${name}: no exit codes`)
  }
  walk(await createProgram(), 'holdfast')
  assert.deepEqual(silent, [])
})
