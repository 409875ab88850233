import { randomBytes } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Command, Option } from 'commander'
import { Fault } from '../base/fault.ts'
import type { CopyCounts, StoreSettings, StoreStatus } from '../store/index.ts'
import { version } from './installation.ts'
import { loadConfig } from './load-config.ts'
import { printOut } from './write-output.ts'

interface StoreFlags {
  readonly config: string
  readonly format: 'text' | 'json'
}

/** Adds `holdfast store status | migrate | backup | restore | move`. */
export function registerStoreCommands(program: Command): void {
  const store = program
    .command('store')
    .description('what must survive a restart: its state, its copies, its place')
  withCommonOptions(store.command('status'))
    .description('say where the store is, what it holds and what is due')
    .addHelpText('after', '\nExample:\n  holdfast store status')
    .action(status)
  withCommonOptions(store.command('migrate'))
    .description('bring the tables up to date')
    .addHelpText('after', '\nExample:\n  holdfast store migrate')
    .action(migrate)
  withCommonOptions(store.command('backup'))
    .description('write everything into one file, from either back end')
    .requiredOption('--to <file>', 'file to write')
    .option('--force', 'replace a file that is there', false)
    .addHelpText('after', `\nExample:\n  holdfast store backup --to holdfast.backup`)
    .action(backUp)
  withCommonOptions(store.command('restore'))
    .description('fill the store from a backup, whole or not at all')
    .argument('<file>', 'a backup, from either back end')
    .option('--force', 'replace everything that the store holds', false)
    .addHelpText('after', `\nExample:\n  holdfast store restore holdfast.backup`)
    .action(restore)
  withCommonOptions(store.command('move'))
    .description(
      'copy everything into another store; the first one keeps its rows and takes no more',
    )
    .requiredOption(
      '--to <place>',
      '`embedded`, `postgres://…`, or `env:NAME` for a variable that holds one',
    )
    .option('--force', 'replace everything that the other store holds', false)
    .addHelpText(
      'after',
      `
Writers wait meanwhile, and are refused by the old store afterwards.
A password does not belong on a command line: use env:NAME, PGPASSWORD or a password file.

Example:
  holdfast store move --to postgres://holdfast@db.example/holdfast`,
    )
    .action(move)
}

function withCommonOptions(command: Command): Command {
  return command
    .option('--config <file>', 'holdfast.yaml that names the store', 'holdfast.yaml')
    .addOption(new Option('--format <format>').choices(['text', 'json']).default('text'))
}

async function status(flags: StoreFlags): Promise<void> {
  const found = await (await storeRoom()).readStoreStatus(await settingsOf(flags))
  await printOut(flags.format === 'json' ? json(found) : statusText(found))
}

async function migrate(flags: StoreFlags): Promise<void> {
  const applied = await migrateStoreOf(flags)
  const text =
    applied.length === 0
      ? 'up to date'
      : `applied: ${applied.map((name) => `\n  ${name}`).join('')}`
  await printOut(flags.format === 'json' ? json({ applied }) : `${text}\n`)
}

/** Names of the migrations that were due. */
export async function migrateStoreOf(
  flags: Pick<StoreFlags, 'config'>,
): Promise<readonly string[]> {
  return (await (await storeRoom()).migrateStore(await settingsOf(flags))).pending
}

async function backUp(flags: StoreFlags & BackupWish): Promise<void> {
  await printCounts(flags, await backUpStoreOf(flags), `written to ${flags.to}`)
}

export interface BackupWish {
  readonly to: string
  /** Replaces a file that is there. */
  readonly force: boolean
}

/** Rows of each table in the backup. */
export async function backUpStoreOf(
  flags: Pick<StoreFlags, 'config'> & BackupWish,
): Promise<CopyCounts> {
  const isThere = await stat(flags.to).then(
    () => true,
    () => false,
  )
  if (isThere && !flags.force)
    throw new Fault('HF_FILE_EXISTS', `\`${flags.to}\` is there already`, {
      advice: 'name another file, or allow it with --force',
    })
  const settings = await settingsOf(flags)
  return await (await storeRoom()).backUpStore(settings, { path: flags.to, holdfast: version() })
}

async function restore(file: string, flags: StoreFlags & { force: boolean }): Promise<void> {
  const settings = await settingsOf(flags)
  const counts = await (
    await storeRoom()
  ).restoreStore(settings, { path: file, replace: flags.force })
  await printCounts(flags, counts, 'restored')
}

async function move(flags: StoreFlags & { to: string; force: boolean }): Promise<void> {
  const settings = await settingsOf(flags)
  const location = locationOf(flags.to)
  if (location === settings.location)
    throw new Fault('HF_USAGE', 'the store lies there already', {
      expected: 'another place in --to',
    })
  const counts = await (
    await storeRoom()
  ).moveStore(settings, { ...settings, location, replace: flags.force })
  await printCounts(flags, counts, 'moved; now name the new place as `store` in holdfast.yaml')
}

/** Loaded when it is needed: other commands start without it. */
async function storeRoom() {
  return await import('../store/index.ts')
}

async function settingsOf(flags: Pick<StoreFlags, 'config'>): Promise<StoreSettings> {
  const isNamed = flags.config !== 'holdfast.yaml'
  const config = await loadConfig(flags.config, isNamed)
  return {
    location: config?.store ?? 'embedded',
    folder: join(dirname(flags.config), '.holdfast'),
    clock: { now: Date.now, random: randomBytes },
    applicationName: 'holdfast store',
  }
}

function locationOf(text: string): string {
  if (!text.startsWith('env:')) return text
  const name = text.slice('env:'.length)
  const value = process.env[name]
  if (value !== undefined && value !== '') return value
  throw new Fault('HF_USAGE', `the variable \`${name}\` is not set`, {
    expected: 'the address of a store in it',
  })
}

async function printCounts(flags: StoreFlags, counts: CopyCounts, done: string): Promise<void> {
  const rows = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const text = `${countLines(counts)}${rows} ${rows === 1 ? 'row' : 'rows'} ${done}\n`
  await printOut(flags.format === 'json' ? json({ counts }) : text)
}

function statusText(found: StoreStatus): string {
  const due = found.pending.length === 0 ? 'up to date' : `due: ${found.pending.join(', ')}`
  const moved = found.movedTo === null ? '' : `moved to ${found.movedTo}: takes no more\n`
  return `${found.kind} store at ${found.place}\n${moved}${due}\n${countLines(found.counts)}`
}

function countLines(counts: CopyCounts): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([table, count]) => `${String(count).padStart(9)}  ${table}\n`)
    .join('')
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
