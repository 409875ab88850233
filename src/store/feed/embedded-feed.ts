import type { Backend } from '../backend/backend.ts'
import { storeLimits } from '../limits.ts'
import { type FeedConnection, FeedReader, pause } from './feed-reader.ts'

/** The feed of the embedded store: read again and again, so that all processes of a machine hear of changes. */
export function embeddedFeed(backend: Backend): FeedReader {
  return new FeedReader({
    connect: () =>
      backend.read(async (db): Promise<FeedConnection> => ({
        db,
        whenDue: (signal) => pause(storeLimits.pollMs.embedded, signal),
        close: async () => undefined,
      })),
    retryMs: () => storeLimits.pollMs.embedded,
  })
}
