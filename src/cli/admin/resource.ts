import type { Readable } from 'node:stream'
import * as z from 'zod'
import type { AdminRole } from '../../schema/holdfast-config.ts'
import type { AdminCaller } from './admin-tokens.ts'
import type { AdminContext } from './admin-context.ts'

interface ResourceRequest<Query, Body> {
  readonly caller: AdminCaller
  /** Of the path, decoded. */
  readonly parameters: Readonly<Record<string, string>>
  readonly query: Query
  readonly body: Body
  /** The body of an operation that takes a file. */
  readonly upload: Readable | null
  /** Aborted when whoever asked has gone. */
  readonly signal: AbortSignal
}

interface ResourceParts<
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
> {
  readonly method: 'GET' | 'POST'
  /** With `{name}` for what varies. */
  readonly path: `/api/v1/${string}`
  /** Name of the operation, unique. */
  readonly id: string
  readonly summary: string
  /** Who may ask. */
  readonly roles: readonly AdminRole[]
  /** What each name in the path stands for. */
  readonly parameters?: Readonly<Record<string, string>>
  readonly query: Query
  readonly body: Body | null
  /** Longest body; else `adminLimits.bodyBytesMax`. */
  readonly bodyBytesMax?: number
  /** It takes a file of any type as its body, read piece by piece. */
  readonly takesFile?: boolean
  /** Whether it changes something, so that the ledger names who asked; absent: every POST does. */
  readonly isChange?: boolean
  readonly answer: Answer
  /** Types of an answer that is no JSON, given piece by piece. */
  readonly answerTypes?: readonly string[]
  readonly handle: (
    context: AdminContext,
    request: ResourceRequest<z.infer<Query>, z.infer<Body>>,
  ) => Promise<z.input<Answer> | WrittenJson | StreamedAnswer>
}

/** One operation of the admin API: what the server serves and what the description says of it. */
export interface Resource extends Omit<ResourceParts<z.ZodObject, z.ZodType, z.ZodType>, 'handle'> {
  readonly handle: (
    context: AdminContext,
    request: ResourceRequest<unknown, unknown>,
  ) => Promise<unknown>
}

/** Query and body reach `handle` as their schemas read them; what they do not describe never leaves in an answer. */
export function resource<
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
>(parts: ResourceParts<Query, Body, Answer>): Resource {
  return parts as unknown as Resource
}

/** An answer that was held against its schema and written out already. */
export class WrittenJson {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** An answer that is given piece by piece. One that fails on its way breaks the connection off. */
export class StreamedAnswer {
  readonly pieces: Readable
  readonly contentType: string
  /** Under which it is kept. */
  readonly fileName: string

  constructor(
    pieces: Readable,
    { contentType, fileName }: { readonly contentType: string; readonly fileName: string },
  ) {
    this.pieces = pieces
    this.contentType = contentType
    this.fileName = fileName
  }
}

/** Whether an operation changes something. */
export function changesSomething({ method, isChange }: Pick<Resource, 'method' | 'isChange'>) {
  return isChange ?? method !== 'GET'
}

/** Of an operation that takes none. */
export const noQuery = z.strictObject({})

/** Roles of those who may see what is of no person. */
export const everyRole: readonly AdminRole[] = ['viewer', 'operator', 'counsel', 'admin']
export const operatingRoles: readonly AdminRole[] = ['operator', 'admin']
/** Who decides what an order says, and what evidence is kept. */
export const decidingRoles: readonly AdminRole[] = ['counsel', 'admin']
/** Whoever does more than look. */
export const actingRoles: readonly AdminRole[] = ['operator', 'counsel', 'admin']
/** What shows or lets guess the class of a person. */
export const personRoles: readonly AdminRole[] = ['counsel']
