import { errorFault } from './error-reply.ts'
import type { Fault } from './fault.ts'

/** The model is healthy, and one may not use it any more. */
export const withdrawalFaults: readonly Fault[] = [
  errorFault(
    'withdrawn',
    '404 `not_found`: the model is not available',
    'model-not-found',
    'withdrawn',
  ),
  errorFault('gone', '410: the model has been removed', 'model-gone', 'withdrawn'),
  errorFault('model-forbidden', '403: no access to this model', 'model-forbidden', 'withdrawn'),
  errorFault(
    'deprecated',
    '400: the model has been decommissioned',
    'model-deprecated',
    'withdrawn',
  ),
  errorFault(
    'temporarily-unavailable',
    '503 `TEMPORARILY_UNAVAILABLE`, as a serving endpoint words a withdrawal',
    'temporarily-unavailable',
    'withdrawn',
  ),
]
