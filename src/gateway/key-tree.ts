interface Node<Value> {
  readonly next: Map<string | null, Node<Value>>
  value: Value | null
}

/**
 * Values by several names each. A step for each name, whose hash is known, costs less than one text of them all, which
 * would have to be put together and hashed at every request.
 */
export class KeyTree<Value extends object> {
  #root: Node<Value> = { next: new Map(), value: null }
  #values: Value[] = []

  get values(): readonly Value[] {
    return this.#values
  }

  find(names: readonly (string | null)[]): Value | null {
    let node: Node<Value> | undefined = this.#root
    for (const name of names) {
      node = node.next.get(name)
      if (node === undefined) return null
    }
    return node.value
  }

  /** Under names that have none yet. */
  add(names: readonly (string | null)[], value: Value): void {
    let node = this.#root
    for (const name of names) {
      const next: Node<Value> = node.next.get(name) ?? { next: new Map(), value: null }
      node.next.set(name, next)
      node = next
    }
    node.value = value
    this.#values.push(value)
  }

  clear(): void {
    this.#root = { next: new Map(), value: null }
    this.#values = []
  }
}
