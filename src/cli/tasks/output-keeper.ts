/** What is kept of all that a program writes. */
export interface KeptOutput {
  readonly text: string
  readonly isWhole: boolean
}

interface KeptPart {
  /** So much is kept; what is more is lost. */
  readonly outputBytes: number
  /** Which part is kept where it writes more: its end, or its beginning. */
  readonly keeps: 'end' | 'beginning'
}

/** Takes whatever a program writes, without end, and keeps a part. */
export class OutputKeeper {
  readonly #part: KeptPart
  #bytes: Buffer = Buffer.alloc(0)
  #isWhole = true

  constructor(part: KeptPart) {
    this.#part = part
  }

  add(chunk: Buffer): void {
    const { outputBytes, keeps } = this.#part
    if (keeps === 'beginning' && !this.#isWhole) return
    const all = Buffer.concat([this.#bytes, chunk])
    if (all.length > outputBytes) this.#isWhole = false
    this.#bytes =
      keeps === 'end'
        ? all.subarray(Math.max(0, all.length - outputBytes))
        : all.subarray(0, outputBytes)
  }

  kept(): KeptOutput {
    return { text: this.#bytes.toString('utf8'), isWhole: this.#isWhole }
  }
}
