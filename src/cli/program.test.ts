import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Command } from 'commander'
import { doingCommands } from './help-endings.ts'
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

test('the help of every command shows examples, with options that it has, and its exit codes', async () => {
  for (const { name, command } of doingCommands(await createProgram(), 'holdfast')) {
    const help = helpOf(command)
    const shown = help
      .slice(help.search(/^Examples?:$/m))
      .matchAll(/^ {2}(?:.* )?holdfast .*(?:\\\n.*)*$/gm)
    const own = [...shown].map(([line]) => line).filter((line) => line.includes(name))
    assert.ok(own.length > 0, `${name} shows no example`)
    assert.match(help, /^Exit codes?: ?/m, name)
    const known = command.options.flatMap(({ long, short }) => [long, short])
    for (const line of own)
      for (const [, flag = ''] of line.replaceAll(/"[^"]*"/g, '').matchAll(/ (--?[a-z][a-z-]*)/g))
        assert.ok(known.includes(flag), `${name} has no \`${flag}\`: ${line}`)
  }
})

function helpOf(command: Command): string {
  let text = ''
  command.configureOutput({
    writeOut: (part) => {
      text += part
    },
  })
  command.outputHelp()
  return text
}
