import { dialectOf, type Dialect } from './dialects.ts'
import { carries } from './carries.ts'
import type { Feature, ModelRequest } from '../exchange.ts'

/** For whom a request is written. */
export interface Writing {
  /** It was read from this protocol: everything goes back, as it was written. */
  readonly isOwn: boolean
  readonly dialect: Dialect
  readonly takes: (feature: Feature) => boolean
}

export function writingFor(request: ModelRequest, provider: string | undefined): Writing {
  const isOwn = request.protocol === 'openai-chat'
  const dialect = dialectOf(provider)
  return {
    isOwn,
    dialect,
    takes: (feature) => isOwn || (dialect.carries[feature] ?? carries[feature]) === 'carried',
  }
}
