import { ledgerLimits } from '../limits.ts'
import type { FileLayer } from './file-layer.ts'
import { type RecordWalk, segmentHeader, walkRecords, type WholeRecord } from './record-format.ts'

/** Room for some of the longest records; more of it is read no faster. */
const windowBytes = 4 * ledgerLimits.entryBytesMax

export interface SegmentWalk extends RecordWalk {
  /** Its first bytes are those of a segment. */
  readonly isBegunWell: boolean
}

/**
 * Shows every whole record of a segment without holding all of it. A record is good only until the visit ends: the
 * next ones come into the same memory.
 */
export async function walkSegment(
  files: FileLayer,
  path: string,
  visit: (record: WholeRecord, offset: number) => void,
): Promise<SegmentWalk> {
  const memory = Buffer.allocUnsafeSlow(windowBytes)
  let filled = await files.readInto(memory, path, 0)
  const isBegunWell = memory
    .subarray(0, Math.min(filled, segmentHeader.length))
    .equals(segmentHeader)
  /** Where the window begins in the file. */
  let begin = 0
  let at = segmentHeader.length
  for (;;) {
    const { end, problem, isTorn } = walkRecords(memory.subarray(0, filled), at, (record, offset) =>
      visit(record, begin + offset),
    )
    const isLast = filled < memory.length
    if (isLast || (problem !== null && !isTorn))
      return { end: begin + end, problem, isTorn, isBegunWell }
    memory.copyWithin(0, end, filled)
    begin += end
    filled -= end
    at = 0
    filled += await files.readInto(memory.subarray(filled), path, begin + filled)
  }
}
