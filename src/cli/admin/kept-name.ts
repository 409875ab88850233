import * as z from 'zod'
import { AdminRefusal } from './admin-refusal.ts'

const pattern = /^[A-Za-z0-9][\w.:@/-]*$/

/** Not the name of a file: a server opens none because somebody names it. */
function isNoFile(name: string): boolean {
  return pattern.test(name) && !/\.ya?ml$/i.test(name) && !name.split('/').includes('..')
}

/** Id of something that the server has. */
export const KeptId = z
  .string()
  .max(200)
  .refine((name) => isNoFile(name) && !name.includes('/'), 'an id, and no name of a file')

/** A model or a candidate: `vendor/name`, `vendor/name@route`. */
export const KeptName = z.string().max(300).refine(isNoFile, 'a name, and no name of a file')

/** The id in a path. Whatever cannot be one is not there. */
export function idIn({ id = '' }: Readonly<Record<string, string>>, what: string): string {
  if (KeptId.safeParse(id).success) return id
  throw new AdminRefusal(404, 'not_found', `there is no ${what} of this id`)
}
