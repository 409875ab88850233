import { jsonHeaders, type WholeBody } from './wire.ts'

/** What Databricks serving endpoints answered to everybody on 12 June 2026, under whichever API was called. */
export function temporarilyUnavailable(model: string): WholeBody {
  return {
    status: 503,
    headers: jsonHeaders,
    body: {
      error_code: 'TEMPORARILY_UNAVAILABLE',
      message: `The endpoint for ${model} is temporarily unavailable.`,
    },
  }
}
