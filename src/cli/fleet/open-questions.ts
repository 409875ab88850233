/** What another process was asked and has not answered yet, by the number that goes with a question and its answer. */
export class OpenQuestions<T> {
  readonly #open = new Map<number, (answer: T) => void>()
  #last = 0

  /** `send`: puts the question, under its number. */
  ask(send: (id: number) => void): Promise<T> {
    this.#last += 1
    const id = this.#last
    const { promise, resolve } = Promise.withResolvers<T>()
    this.#open.set(id, resolve)
    send(id)
    return promise
  }

  answered(id: number, answer: T): void {
    this.#open.get(id)?.(answer)
    this.#open.delete(id)
  }
}
