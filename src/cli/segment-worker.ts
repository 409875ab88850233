import { parentPort } from 'node:worker_threads'
import { messageOf } from '../base/fault.ts'
import {
  nodeFiles,
  plainSegmentReader,
  type SegmentQuestion,
  type SegmentReading,
} from '../ledger/index.ts'

/** The thread in which segments of a ledger are read; see segment-threads.ts. */
export interface SegmentRequest {
  readonly id: number
  readonly question: SegmentQuestion
}

export type SegmentAnswer =
  | { readonly id: number; readonly reading: SegmentReading }
  | { readonly id: number; readonly failure: string }

const reader = plainSegmentReader(nodeFiles)

function start(port: NonNullable<typeof parentPort>): void {
  port.on('message', ({ id, question }: SegmentRequest) => {
    void reader.read(question).then(
      (reading) => port.postMessage({ id, reading } satisfies SegmentAnswer),
      (error: unknown) =>
        port.postMessage({ id, failure: messageOf(error) } satisfies SegmentAnswer),
    )
  })
}

if (parentPort !== null) start(parentPort)
