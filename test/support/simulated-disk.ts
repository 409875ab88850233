import type { FileLayer, LedgerFile } from '../../src/ledger/log/file-layer.ts'

/**
 * A disk in memory that loses what was not synced when it crashes, and whose every step can be made to fail. A step
 * is one call that changes something: write, truncate, sync, rename, remove, sync of a folder.
 */

interface Inode {
  /** What a reader sees. */
  bytes: Buffer
  /** What is on the platter. */
  durable: Buffer
  /** Writes since the last sync, in order. */
  pending: { readonly bytes: Buffer; readonly position: number }[]
  /** The length was changed since the last sync. */
  isCut: boolean
}

export type Failure =
  /** The step does nothing and says so. */
  | 'refuse'
  /** Half of a write is done, then it fails. */
  | 'half'
  /** The step is done, and the power goes. Every later step fails. */
  | 'crash-after'
  /** The power goes in the middle of it. Every later step fails. */
  | 'crash-before'

export class SimulatedDisk implements FileLayer {
  #names = new Map<string, Inode>()
  #durableNames = new Map<string, Inode>()
  #isOff = false
  steps = 0
  /** Which step fails, counted from 0, and how; null: none. */
  failure: { readonly step: number; readonly how: Failure } | null = null

  /** What a new process finds after a loss of power. `keep` says of each write that was not synced whether it is there. */
  afterCrash(keep: (write: number) => boolean): SimulatedDisk {
    const disk = new SimulatedDisk()
    let write = 0
    const copies = new Map<Inode, Inode>()
    for (const [path, inode] of this.#durableNames) {
      let copy = copies.get(inode)
      if (copy === undefined) {
        // A cut that was not synced may be undone, or may have happened: both are given by what `keep` says.
        let bytes: Buffer =
          inode.isCut && keep(write) ? Buffer.from(inode.bytes) : Buffer.from(inode.durable)
        for (const one of inode.pending) {
          if (keep(write)) bytes = overwritten(bytes, one.bytes, one.position)
          write += 1
        }
        copy = inodeOf(bytes)
        copies.set(inode, copy)
      }
      disk.#names.set(path, copy)
      disk.#durableNames.set(path, copy)
    }
    return disk
  }

  /** A copy of all that a reader sees, durable: what another program would find on a running machine. */
  asSeen(): SimulatedDisk {
    const disk = new SimulatedDisk()
    for (const [path, inode] of this.#names) {
      const bytes = Buffer.from(inode.bytes)
      const copy = inodeOf(bytes)
      disk.#names.set(path, copy)
      disk.#durableNames.set(path, copy)
    }
    return disk
  }

  paths(): readonly string[] {
    return [...this.#names.keys()].toSorted()
  }

  put(path: string, bytes: Buffer): void {
    const inode = inodeOf(bytes)
    this.#names.set(path, inode)
    this.#durableNames.set(path, inode)
  }

  makeFolder(): Promise<void> {
    return Promise.resolve()
  }

  names(folder: string): Promise<readonly string[]> {
    const prefix = `${folder}/`
    return Promise.resolve(
      this.paths()
        .filter((path) => path.startsWith(prefix))
        .map((path) => path.slice(prefix.length)),
    )
  }

  read(path: string): Promise<Buffer | null> {
    const inode = this.#names.get(path)
    return Promise.resolve(inode === undefined ? null : Buffer.from(inode.bytes))
  }

  readPart(path: string, position: number, length: number): Promise<Buffer> {
    const bytes = this.#names.get(path)?.bytes ?? Buffer.alloc(0)
    return Promise.resolve(Buffer.from(bytes.subarray(position, position + length)))
  }

  async readInto(memory: Buffer, path: string, position: number): Promise<number> {
    const part = await this.readPart(path, position, memory.length)
    memory.set(part)
    return part.length
  }

  sizeOf(path: string): Promise<number | null> {
    return Promise.resolve(this.#names.get(path)?.bytes.length ?? null)
  }

  /** One process has this disk for itself. */
  lock(): Promise<() => Promise<void>> {
    return Promise.resolve(() => Promise.resolve())
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#step(() => {
      const inode = this.#names.get(from)
      if (inode === undefined) throw new Error(`no file ${from}`)
      this.#names.delete(from)
      this.#names.set(to, inode)
    })
  }

  async remove(path: string): Promise<void> {
    await this.#step(() => {
      this.#names.delete(path)
    })
  }

  async syncFolder(): Promise<void> {
    await this.#step(() => {
      this.#durableNames = new Map(this.#names)
    })
  }

  openFile(path: string): Promise<LedgerFile> {
    let inode = this.#names.get(path)
    if (inode === undefined) {
      inode = inodeOf(Buffer.alloc(0))
      this.#names.set(path, inode)
    }
    return Promise.resolve(this.#file(inode))
  }

  #file(inode: Inode): LedgerFile {
    const write = (bytes: Uint8Array, position: number) => {
      const put = (part: Uint8Array) => {
        const copy = Buffer.from(part)
        inode.bytes = overwritten(inode.bytes, copy, position)
        inode.pending.push({ bytes: copy, position })
      }
      return this.#step(
        () => put(bytes),
        () => put(bytes.subarray(0, Math.floor(bytes.length / 2))),
      )
    }
    return {
      write,
      writeAll: (parts, position) => write(Buffer.concat(parts), position),
      read: (position, length) =>
        Promise.resolve(Buffer.from(inode.bytes.subarray(position, position + length))),
      truncate: (length) =>
        this.#step(() => {
          inode.bytes = Buffer.concat([inode.bytes.subarray(0, length)])
          inode.isCut = true
        }),
      sync: () =>
        this.#step(() => {
          inode.durable = inode.bytes
          inode.pending = []
          inode.isCut = false
        }),
      close: () => Promise.resolve(),
    }
  }

  async #step(act: () => void, half: () => void = () => undefined): Promise<void> {
    await Promise.resolve()
    if (this.#isOff) throw new Error('the power is off')
    const step = this.steps
    this.steps += 1
    if (this.failure?.step !== step) {
      act()
      return
    }
    switch (this.failure.how) {
      case 'refuse':
        throw new Error('ENOSPC: no space left on device')
      case 'half':
        half()
        throw new Error('EIO: i/o error')
      case 'crash-before':
        half()
        this.#isOff = true
        throw new Error('the power went')
      case 'crash-after':
        act()
        this.#isOff = true
        throw new Error('the power went')
    }
  }
}

function overwritten(old: Buffer, bytes: Buffer, position: number): Buffer {
  const grown = Buffer.alloc(Math.max(old.length, position + bytes.length))
  grown.set(old)
  grown.set(bytes, position)
  return grown
}

function inodeOf(bytes: Buffer): Inode {
  return { bytes, durable: bytes, pending: [], isCut: false }
}
