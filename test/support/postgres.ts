import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A PostgreSQL of the test run's own: a cluster in a temporary folder, on a socket in it, reached by nobody else. */
export interface PostgresServer {
  /** Makes a database and gives its address. */
  readonly createDatabase: () => string
  /** Ends all at once, as a power cut would. */
  readonly stopImmediately: () => void
  readonly start: () => void
  /** Ends the server and removes its folder. */
  readonly remove: () => void
}

const candidates = ['/usr/lib/postgresql', '/usr/pgsql', '/opt/homebrew/opt', '/usr/local/opt']

/** The folder of `initdb` and `pg_ctl`, of version 15 or newer; null where there is none. */
export function postgresBinaries(): string | null {
  const named = process.env['HOLDFAST_POSTGRES_BIN']
  if (named !== undefined) return existsSync(join(named, 'pg_ctl')) ? named : null
  for (const folder of candidates) {
    if (!existsSync(folder)) continue
    const versions = readdirSync(folder)
      .filter((name) => Number(/(\d+)$/.exec(name)?.[1] ?? 0) >= 15)
      .toSorted()
    for (const version of versions.toReversed()) {
      const bin = join(folder, version, 'bin')
      if (existsSync(join(bin, 'pg_ctl')) && existsSync(join(bin, 'initdb'))) return bin
    }
  }
  return null
}

/** Why tests on PostgreSQL are skipped; false: they run. Where PostgreSQL is required, its absence fails instead. */
export function skipWithoutPostgres(): string | false {
  if (postgresBinaries() !== null) return false
  if ((process.env['HOLDFAST_REQUIRE'] ?? '').split(',').includes('postgres'))
    throw new Error('PostgreSQL 15 or newer is required (HOLDFAST_REQUIRE) and was not found')
  return 'PostgreSQL 15 or newer is not installed; set HOLDFAST_POSTGRES_BIN to the folder of `pg_ctl`'
}

/** `durable` keeps `fsync` on: for tests that stop the server without warning. */
export function startPostgres(settings: { readonly durable: boolean }): PostgresServer {
  const bin = postgresBinaries()
  if (bin === null) throw new Error('PostgreSQL was not found')
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-pg-'))
  const data = join(folder, 'data')
  // The server refuses to run as root.
  const isRoot = process.getuid?.() === 0
  chmodSync(folder, 0o777)
  const run = (program: string, words: readonly string[]): string => {
    const command = isRoot
      ? ['runuser', '-u', 'postgres', '--', join(bin, program), ...words]
      : [join(bin, program), ...words]
    const ran = spawnSync(command[0] ?? '', command.slice(1), {
      cwd: folder,
      encoding: 'utf8',
      // The server must not hold on to the pipes of this process.
      stdio: program === 'pg_ctl' ? 'ignore' : 'pipe',
    })
    if (ran.status !== 0)
      throw new Error(`${program} ${words.join(' ')}: ${ran.stderr ?? ''} (see ${folder}/log)`)
    return ran.stdout ?? ''
  }
  run('initdb', ['-D', data, '-U', 'holdfast', '-A', 'trust', '-E', 'UTF8', '--no-sync'])
  const options = [
    `-c listen_addresses=''`,
    `-c unix_socket_directories='${folder}'`,
    `-c fsync=${settings.durable ? 'on' : 'off'}`,
    '-c max_connections=200',
  ].join(' ')
  const start = (): void =>
    void run('pg_ctl', ['-D', data, '-l', join(folder, 'log'), '-o', options, '-w', 'start'])
  const addressOf = (database: string): string =>
    `postgres://holdfast@localhost/${database}?host=${encodeURIComponent(folder)}`
  start()
  let databases = 0
  const remove = (): void => {
    process.off('exit', remove)
    try {
      run('pg_ctl', ['-D', data, '-m', 'immediate', '-w', 'stop'])
    } catch {
      // It was stopped before.
    }
    rmSync(folder, { recursive: true, force: true })
  }
  // A test run that fails leaves no server behind either.
  process.on('exit', remove)
  return {
    createDatabase: () => {
      databases += 1
      const database = `d${databases}`
      run('createdb', ['-h', folder, '-U', 'holdfast', database])
      return addressOf(database)
    },
    stopImmediately: () => void run('pg_ctl', ['-D', data, '-m', 'immediate', '-w', 'stop']),
    start,
    remove,
  }
}
