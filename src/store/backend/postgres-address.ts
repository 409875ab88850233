import { Fault } from '../../base/fault.ts'

/** Where all tables of holdfast lie; the jobs library has a schema of its own. */
export const schemaName = 'holdfast'

export interface PostgresAddress {
  /** For the driver alone: it holds the password. */
  readonly connectionString: string
  /** For people: user, host, port and database. */
  readonly shown: string
}

export function isPostgresLocation(location: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(location)
}

/** Reads `postgres://…`. No message of this function repeats the text, which may hold a password. */
export function readPostgresAddress(location: string): PostgresAddress {
  const url = isPostgresLocation(location) ? urlOf(location) : null
  if (url === null)
    throw new Fault('HF_STORE_ADDRESS', 'the address of the store cannot be understood', {
      expected: '`embedded`, or `postgres://USER@HOST:PORT/DATABASE`',
      advice: 'write `%40` for an `@` and `%2F` for a `/` inside the password',
    })
  const given = url.searchParams.get('options')
  const searchPath = `-c search_path=${schemaName}`
  url.searchParams.set('options', given === null ? searchPath : `${given} ${searchPath}`)
  return { connectionString: url.href, shown: shownAddress(url) }
}

function urlOf(location: string): URL | null {
  const url = URL.parse(location)
  return url !== null && url.pathname.length > 1 ? url : null
}

function shownAddress(url: URL): string {
  const user = url.username === '' ? '' : `${url.username}@`
  const host = url.searchParams.get('host') ?? url.host
  return `postgres://${user}${host}${url.pathname}`
}
