import { join } from 'node:path'
import type { FileLayer } from './file-layer.ts'
import { firstEntryOf, segmentName } from './record-format.ts'

/** The files of one log, by name. */
export class LogFolder {
  readonly path: string
  readonly files: FileLayer

  constructor(path: string, files: FileLayer) {
    this.path = path
    this.files = files
  }

  get description(): string {
    return join(this.path, 'log.json')
  }
  get checkpoint(): string {
    return join(this.path, 'checkpoint')
  }
  get hashes(): string {
    return join(this.path, 'hashes')
  }
  /** The last checkpoint of a key that signs no more: it covers the entry that names its successor. */
  retiredCheckpoint(keyId: string): string {
    return join(this.path, `retired-${keyId}.checkpoint`)
  }
  get lock(): string {
    return join(this.path, 'lock')
  }
  segment(firstEntry: number): string {
    return join(this.path, segmentName(firstEntry))
  }
  /** Where bytes of a torn tail are put aside. */
  cutTail(entry: number): string {
    return join(this.path, `cut-${String(entry).padStart(16, '0')}.bytes`)
  }

  /** First entries of the segments, in order. */
  async segments(): Promise<readonly number[]> {
    const names = await this.files.names(this.path)
    return names
      .map(firstEntryOf)
      .filter((one) => one !== null)
      .toSorted((a, b) => a - b)
  }

  /** Puts a small file in place whole, durable with its name; a crash leaves the old one or the new one. */
  async replace(path: string, content: string | Uint8Array): Promise<void> {
    const beside = `${path}.part`
    await this.files.remove(beside)
    const file = await this.files.openFile(beside)
    try {
      await file.write(Buffer.from(content), 0)
      await file.sync()
    } finally {
      await file.close()
    }
    await this.files.rename(beside, path)
    await this.files.syncFolder(this.path)
  }
}
