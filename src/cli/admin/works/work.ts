import type * as z from 'zod'

/** The same value, of which nothing is changed. */
type Unchanged<T> = T extends readonly (infer Item)[]
  ? readonly Unchanged<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Unchanged<T[Key]> }
    : T

/** Something that the admin API does in a thread of its own; it calls what a command calls. */
export interface Work<Input, Answer extends z.ZodType> {
  readonly answer: Answer
  readonly run: (input: Input, configPath: string) => Promise<Unchanged<z.input<Answer>>>
}

export function work<Input, Answer extends z.ZodType>(
  answer: Answer,
  run: Work<Input, Answer>['run'],
): Work<Input, Answer> {
  return { answer, run }
}

/** The same of what is printed piece by piece, as much as its reader takes. */
export interface PrintedWork<Input> {
  readonly print: (input: Input, configPath: string) => Promise<unknown>
}

export function printedWork<Input>(print: PrintedWork<Input>['print']): PrintedWork<Input> {
  return { print }
}
