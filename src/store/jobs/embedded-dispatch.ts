import type { Backend } from '../backend/backend.ts'
import type { JobDispatch } from './job-dispatch.ts'

/** On the embedded store the table itself is the queue. */
export function embeddedDispatch(backend: Backend): JobDispatch {
  return {
    prepare: async () => undefined,
    announce: async () => undefined,
    take: (kind, at) =>
      backend.read(async (db) => {
        const due = await db
          .selectFrom('job')
          .select('id')
          .where('kind', '=', kind)
          .where('state', '=', 'waiting')
          .where('runAt', '<=', at)
          .orderBy('runAt')
          .orderBy('id')
          .limit(1)
          .executeTakeFirst()
        return due === undefined ? null : { id: due.id, settle: async () => undefined }
      }),
    forgets: false,
    close: async () => undefined,
  }
}
