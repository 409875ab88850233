/** What is asked for cannot be done: told with its status. */
export class AdminRefusal extends Error {
  readonly status: number
  /** One word or several with `_`, for programs. */
  readonly type: string

  constructor(status: number, type: string, message: string) {
    super(message)
    this.name = 'AdminRefusal'
    this.status = status
    this.type = type
  }
}
