import { isObject } from '../body-fields.ts'
import type { ThreadCodec } from '../protocol-codec.ts'

/** Message threads (beta `message-threads-2026-08-12`): `create` says everything, `continue` only what is new. */
export const threads: ThreadCodec = {
  goesOn: ({ thread }) => (thread ?? null) !== null && !(isObject(thread) && isCreated(thread)),

  // Those whose servers Anthropic runs, or checks what they take. The others know no `thread`, and say nothing of it.
  isHeldAt: (provider) => holders.has(provider),

  lost: {
    status: 404,
    type: 'not_found_error',
    message:
      'no server that may be asked now holds this thread: send the whole conversation with `thread: {"type": "create"}`',
    detail: { details: { error_code: 'thread_not_found' } },
  },
}

const holders: ReadonlySet<string> = new Set(['anthropic', 'aws-bedrock', 'azure', 'google-vertex'])

function isCreated({ type }: { readonly type?: unknown }): boolean {
  return type === 'create'
}
