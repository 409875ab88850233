import { Fault } from '../../base/fault.ts'

/** Every error of the PostgreSQL driver as a fault; other faults and bugs pass. */
export function postgresFault(place: string, error: unknown): Fault | null {
  if (error instanceof Fault || !(error instanceof Error)) return null
  const code = codeOf(error)
  if (isConnectionLost(error))
    return new Fault(
      'HF_STORE_UNREACHABLE',
      `\`${place}\` cannot be reached: ${shortened(error)}`,
      {
        expected: 'a PostgreSQL server that answers',
        advice:
          'start the server or correct `store` in holdfast.yaml; nothing acknowledged is lost',
        cause: error,
      },
    )
  if (code === null) return null
  if (/^(?:28|3D|3F|42501)/.test(code))
    return new Fault('HF_STORE_REFUSED', `\`${place}\` refuses: ${shortened(error)}`, {
      expected: 'a user with its password, a database, and the right to create schemas in it',
      advice: 'create the database and grant `CREATE` on it, or correct `store` in holdfast.yaml',
      cause: error,
    })
  if (code.startsWith('23'))
    return new Fault('HF_STORE_CONFLICT', `the store refuses the record: ${shortened(error)}`, {
      expected: 'a new id, and records that it refers to',
      cause: error,
    })
  if (/^(?:55P03|57014|40)/.test(code))
    return new Fault('HF_STORE_BUSY', `\`${place}\` is busy: ${shortened(error)}`, {
      expected: 'an answer in time',
      advice: 'try again; a restore, a migration or a long query of somebody else may run',
      cause: error,
    })
  if (/^(?:53|58|25006)/.test(code))
    return new Fault('HF_STORE_UNWRITABLE', `\`${place}\` cannot write: ${shortened(error)}`, {
      expected: 'a primary server with room on its disk',
      advice: 'what was acknowledged is safe; free room, or name the primary server',
      cause: error,
    })
  if (code.startsWith('XX'))
    return new Fault('HF_STORE_DAMAGED', `\`${place}\` is damaged: ${shortened(error)}`, {
      advice: 'restore the database from a backup',
      cause: error,
    })
  return null
}

/** Undone in favour of another transaction; the same work may be done again. */
export function isUndone(error: unknown): boolean {
  const code = codeOf(error)
  return code === '40001' || code === '40P01'
}

/** The connection is gone or was never there: what was under way may or may not have been done. */
export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = codeOf(error)
  if (code !== null && /^(?:08|57P0|53300|E[A-Z]{3,})/.test(code)) return true
  return /connection (?:terminated|timeout|ended)|timeout exceeded when trying to connect|query read timeout|client (?:has encountered a connection error|was closed)/i.test(
    error.message,
  )
}

/** `SQLSTATE`, or the code of a socket. */
function codeOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null
  if ('code' in error && typeof error.code === 'string') return error.code
  // Several addresses were tried, and none answered.
  if (error instanceof AggregateError) return codeOf(error.errors[0])
  return null
}

function shortened(error: Error): string {
  const text =
    error.message === '' && error instanceof AggregateError
      ? error.errors.map(String).join('; ')
      : error.message
  return text.split('\n')[0]?.slice(0, 300) ?? ''
}
