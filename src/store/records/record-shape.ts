import type * as z from 'zod'
import { canonicalJson } from '../../base/canonical-json.ts'
import { digest } from '../../base/digest.ts'
import { Fault } from '../../base/fault.ts'
import type { ChangeTopic } from '../../schema/stored-change.ts'
import { storeLimits } from '../limits.ts'
import type { Tables } from '../tables.ts'

export type RecordTableName = Exclude<keyof Tables, 'change' | 'storeState' | 'migration'>

/** How the records of one kind lie in their table. */
export interface RecordShape<T> {
  readonly table: RecordTableName
  readonly schema: z.ZodType<T>
  /** Members of the record, as its schema lists them: a column each. */
  readonly members: readonly string[]
  /** Columns of the primary key, in order. */
  readonly key: readonly string[]
  /** Members that lie as canonical JSON. */
  readonly json: readonly string[]
  /** Columns beside the members, made from them, to search by. */
  readonly derived?: (record: T) => Readonly<Record<string, string>>
  readonly topic: ChangeTopic
  /** Member whose text as it lies has the SHA-256 that stands in `digest`. */
  readonly sealed?: string
  /** Rows that are read at once when all are copied: fewer where rows are large. */
  readonly batch: number
}

export type RowValue = string | number | null
export type Row = Readonly<Record<string, RowValue>>

interface ShapeSettings<T> {
  readonly key: readonly string[]
  readonly json?: readonly (keyof T & string)[]
  readonly derived?: (record: T) => Readonly<Record<string, string>>
  readonly sealed?: keyof T & string
  readonly batch?: number
}

export function recordShape<Shape extends z.ZodRawShape>(
  table: RecordTableName,
  topic: ChangeTopic,
  schema: z.ZodObject<Shape>,
  settings: ShapeSettings<z.infer<z.ZodObject<Shape>>>,
): RecordShape<z.infer<z.ZodObject<Shape>>> {
  const { json = [], batch = 500 } = settings
  return { ...settings, table, topic, schema, members: Object.keys(schema.shape), json, batch }
}

/** A record as its row; what does not follow the schema, or has no form in both databases, is refused. */
export function toRow<T>(shape: RecordShape<T>, record: T): Row {
  const parsed = shape.schema.safeParse(record)
  if (!parsed.success) throw recordFault(shape, parsed.error)
  const members = parsed.data as Readonly<Record<string, unknown>>
  const row: Record<string, RowValue> = {}
  let length = 0
  for (const member of shape.members) {
    const value = valueOf(shape, member, members[member])
    if (typeof value === 'string') length += value.length
    row[member] = value
  }
  if (length > storeLimits.recordBytesMax)
    throw new Fault('HF_STORE_RECORD', `a record of \`${shape.table}\` is too long`, {
      expected: `at most ${storeLimits.recordBytesMax} characters`,
    })
  return { ...row, ...shape.derived?.(parsed.data) }
}

function valueOf<T>(shape: RecordShape<T>, member: string, value: unknown): RowValue {
  if (shape.json.includes(member))
    return value === null ? jsonNull(shape, member) : canonicalJson(value)
  if (value === null || value === undefined) return null
  if (typeof value === 'number') return value
  if (typeof value === 'string' && value.isWellFormed() && !value.includes('\0')) return value
  throw new Fault('HF_STORE_RECORD', `\`${member}\` of a record of \`${shape.table}\` is no text`, {
    expected: 'well-formed Unicode without NUL',
  })
}

/** `null` as JSON where any JSON may stand; nothing at all where null stands for "none". */
function jsonNull<T>(shape: RecordShape<T>, member: string): string | null {
  return optionalJson.has(`${shape.table}.${member}`) ? null : 'null'
}

const optionalJson: ReadonlySet<string> = new Set(['principal.workflows', 'principalKey.workflows'])

/** A row as its record. What does not follow the schema was damaged, or written by something else. */
export function fromRow<T>(shape: RecordShape<T>, row: object): T {
  const values = row as Row
  if (shape.sealed !== undefined && digest(String(values[shape.sealed])) !== values['digest'])
    throw damagedRecord(shape, row, 'its digest does not fit its content')
  const members = shape.members.map((member) => {
    const value = values[member] ?? null
    return [member, isJson(shape, member, value) ? parsed(shape, value) : value] as const
  })
  const record = shape.schema.safeParse(Object.fromEntries(members))
  if (record.success) return record.data
  throw damagedRecord(shape, row, record.error.issues[0]?.message ?? 'unknown')
}

function isJson<T>(shape: RecordShape<T>, member: string, value: RowValue): value is string {
  return typeof value === 'string' && shape.json.includes(member)
}

function parsed<T>(shape: RecordShape<T>, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw damagedRecord(shape, {}, String(error))
  }
}

function damagedRecord<T>(shape: RecordShape<T>, row: object, why: string): Fault {
  const key = shape.key.map((name) => String((row as Row)[name] ?? '?')).join(' ')
  return new Fault(
    'HF_STORE_DAMAGED',
    `the record \`${key}\` of \`${shape.table}\` cannot be read: ${why}`,
    {
      expected: 'a record as this holdfast writes it',
      advice: 'restore the store from a backup, or remove the row by hand',
    },
  )
}

function recordFault<T>(shape: RecordShape<T>, error: z.ZodError): Fault {
  const [first, ...rest] = error.issues.slice(0, 10)
  return new Fault(
    'HF_STORE_RECORD',
    `a record of \`${shape.table}\` cannot be kept: \`${first?.path.join('.') ?? ''}\`: ${first?.message ?? ''}`,
    { others: rest.map((issue) => `${issue.path.join('.')}: ${issue.message}`) },
  )
}

export function keyOf<T>(shape: RecordShape<T>, row: Row): string {
  return shape.key.map((name) => String(row[name])).join(' ')
}
