import { randomBytes } from 'node:crypto'
import { createInterface } from 'node:readline'
import { Fault } from '../../src/base/fault.ts'
import { openStore } from '../../src/store/index.ts'
import { directive } from './store-records.ts'

/**
 * A process of a fleet: it holds the directives in force in memory, as a gateway does, and hears of changes. Words:
 * location, folder. Commands come as lines, answers go out as JSON lines.
 */
const [location = '', folder = ''] = process.argv.slice(2)
const store = await openStore({ location, folder, clock: { now: Date.now, random: randomBytes } })
const held = new Map<string, string>()
const heardKeys: string[] = []

function say(line: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

async function readAgain(): Promise<void> {
  try {
    for (const version of await store.directives.listInForce())
      if (held.get(version.directive) !== version.text.title) {
        held.set(version.directive, version.text.title)
        say({ holds: version.directive, title: version.text.title, at: Date.now() })
      }
  } catch (error) {
    // What it holds stays in force; when the store is back it reads again.
    say({ problem: error instanceof Fault ? error.code : String(error) })
  }
}

await store.watch(['directives'], (notice) => {
  if (notice.kind === 'away') {
    say({ away: true })
    return
  }
  if (notice.kind === 'changes') heardKeys.push(...notice.changes.map((change) => change.key))
  if (notice.kind === 'back') say({ back: true })
  void readAgain()
})
await readAgain()
say({ open: true })

async function accept(id: string, title: string): Promise<void> {
  try {
    const inForce = await store.directives.findInForce(id)
    const after = inForce?.digest ?? null
    await store.directives.accept({
      text: directive(id, title),
      by: ['ada'],
      source: 'letter',
      after,
    })
    say({ accepted: id, title, at: Date.now() })
  } catch (error) {
    say({ refused: id, title, code: error instanceof Fault ? error.code : String(error) })
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const [command = '', id = '', title = ''] = line.split(' ')
  if (command === 'accept') await accept(id, title)
  if (command === 'held') say({ held: Object.fromEntries(held) })
  if (command === 'heard') say({ heard: heardKeys })
}
await store.close()
