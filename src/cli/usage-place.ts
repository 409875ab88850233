import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Where what traffic showed lies; `folder`: `.holdfast` beside holdfast.yaml. */
export function usagePath(folder: string): string {
  return join(folder, 'usage.sqlite')
}

/** `folder`: of holdfast.yaml. */
export function isUsageThere(folder: string): boolean {
  return existsSync(usagePath(join(folder, '.holdfast')))
}
