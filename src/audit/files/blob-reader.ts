import type { ChildProcessByStdio } from 'node:child_process'
import { Socket } from 'node:net'
import type { Readable, Writable } from 'node:stream'
import { Fault } from '../../base/fault.ts'
import type { Environment } from './find-executable.ts'
import { startGit } from './git.ts'
import type { GitPlace } from './git.ts'
import { fileLimits } from './limits.ts'

interface Request {
  readonly id: string
  readonly resolve: (bytes: Buffer | null) => void
}

/** Reads objects by their ids through one `git cat-file --batch`, in the order they are asked for. */
export class BlobReader {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>
  /** Asked of git and not answered yet, oldest first. */
  readonly #asked: Request[] = []
  readonly #waiting: Request[] = []
  #chunks: Buffer[] = []
  #bytes = 0
  /** Bytes that must have come before it is worth looking. */
  #needed = 1
  #isClosed = false

  constructor(place: GitPlace, environment: Environment) {
    const child = startGit(place, ['cat-file', '--batch'], { environment })
    if (child === null) throw new Fault('HF_TOOL_FAILED', 'git is not installed')
    this.#child = child
    child.stdout.on('data', (chunk: Buffer) => this.#take(chunk))
    child.stderr.resume()
    const end = (): void => this.#end()
    child.on('error', end)
    child.on('close', end)
    child.unref()
    this.#letProgramEnd()
  }

  /** Null when the repository has no such blob (a partial clone, say). */
  read(id: string): Promise<Buffer | null> {
    if (this.#isClosed || !/^[0-9a-f]{40,64}$/u.test(id)) return Promise.resolve(null)
    return new Promise((resolve) => {
      this.#waiting.push({ id, resolve })
      this.#ask()
    })
  }

  close(): void {
    this.#end()
    this.#child.stdin.end()
    this.#child.kill()
  }

  #ask(): void {
    while (this.#asked.length < fileLimits.blobRequestsMax) {
      const request = this.#waiting.shift()
      if (request === undefined) return
      this.#asked.push(request)
      this.#keepProgramAlive()
      this.#child.stdin.write(`${request.id}\n`)
    }
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#bytes += chunk.length
    if (this.#bytes < this.#needed) return
    let rest: Buffer = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks, this.#bytes)
    for (let answer = answerIn(rest); answer.kind === 'whole'; answer = answerIn(rest)) {
      rest = answer.rest
      this.#asked.shift()?.resolve(answer.bytes)
    }
    const answer = answerIn(rest)
    this.#needed = answer.kind === 'part' ? answer.needed : 1
    this.#chunks = rest.length === 0 ? [] : [rest]
    this.#bytes = rest.length
    this.#ask()
    if (this.#asked.length === 0) this.#letProgramEnd()
  }

  /** A reader that nobody closed, after a failure, must not keep the program from ending. */
  #letProgramEnd(): void {
    for (const pipe of [this.#child.stdin, this.#child.stdout, this.#child.stderr]) {
      if (pipe instanceof Socket) pipe.unref()
    }
  }

  #keepProgramAlive(): void {
    if (this.#child.stdout instanceof Socket) this.#child.stdout.ref()
  }

  #end(): void {
    this.#isClosed = true
    for (const request of [...this.#asked.splice(0), ...this.#waiting.splice(0)])
      request.resolve(null)
  }
}

type Answer =
  | { readonly kind: 'whole'; readonly bytes: Buffer | null; readonly rest: Buffer }
  | { readonly kind: 'part'; readonly needed: number }

/** `<id> blob <size>\n<content>\n`, or `<id> missing\n`. */
function answerIn(bytes: Buffer): Answer {
  const end = bytes.indexOf('\n')
  if (end === -1) return { kind: 'part', needed: bytes.length + 1 }
  const [, type, size] = bytes.toString('latin1', 0, end).split(' ')
  if (size === undefined) return { kind: 'whole', bytes: null, rest: bytes.subarray(end + 1) }
  const start = end + 1
  const stop = start + Number(size)
  if (bytes.length < stop + 1) return { kind: 'part', needed: stop + 1 }
  const content = type === 'blob' ? bytes.subarray(start, stop) : null
  return { kind: 'whole', bytes: content, rest: bytes.subarray(stop + 1) }
}
