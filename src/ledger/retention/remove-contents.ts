import type { LogFolder } from '../log/log-folder.ts'
import { encodeRemoved, segmentHeader, walkRecords } from '../log/record-format.ts'

/** First and last entry, from 0, both of them in it. */
export type EntryRange = readonly [number, number]

/** Entries that follow one another, as ranges. `entries` are in ascending order. */
export function rangesOf(entries: readonly number[]): readonly EntryRange[] {
  const ranges: [number, number][] = []
  for (const entry of entries) {
    const last = ranges.at(-1)
    if (last !== undefined && last[1] === entry - 1) last[1] = entry
    else ranges.push([entry, entry])
  }
  return ranges
}

/**
 * Puts the leaf hash of each entry in place of its content. Each segment is replaced whole: a crash leaves the old
 * one or the new one, and doing it again changes nothing. The removal must stand in the log, durable, before this.
 * Resolves with the number of contents that are gone now.
 */
export async function removeContents(
  folder: LogFolder,
  ranges: readonly EntryRange[],
): Promise<number> {
  const isGone = (entry: number) => ranges.some(([first, last]) => entry >= first && entry <= last)
  let removed = 0
  for (const firstEntry of await folder.segments()) {
    const bytes = (await folder.files.read(folder.segment(firstEntry))) ?? Buffer.alloc(0)
    const records: Buffer[] = [segmentHeader]
    let entry = firstEntry
    let changes = 0
    const { end } = walkRecords(bytes, segmentHeader.length, (record, offset) => {
      const isRemovedNow = record.kind === 'entry' && isGone(entry)
      records.push(isRemovedNow ? encodeRemoved(record.leaf()) : bytes.subarray(offset, record.end))
      if (isRemovedNow) changes += 1
      entry += 1
    })
    if (changes > 0) {
      // What stands behind the last whole record is not ours to drop.
      records.push(bytes.subarray(end))
      await folder.replace(folder.segment(firstEntry), Buffer.concat(records))
      removed += changes
    }
  }
  return removed
}
