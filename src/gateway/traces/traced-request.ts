import type { UpstreamRequest } from '../upstream.ts'
import type { TracedAttempt } from './traced-attempt.ts'
import type { TracedCall } from './traced-call.ts'

/** A request with the header lines of its trace, where providers are to hear of it. */
export function tracedRequest(
  request: UpstreamRequest,
  call: TracedCall | null,
  attempt: TracedAttempt | null,
): UpstreamRequest {
  if (call === null || attempt === null || !call.parts.isPropagated) return request
  return { ...request, headers: { ...request.headers, ...call.headersOf(attempt) } }
}
