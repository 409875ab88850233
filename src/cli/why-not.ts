import { messageOf } from '../base/fault.ts'

const words: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'a part of its path is no folder',
  EACCES: 'this user has no right to',
  EPERM: 'this user has no right to',
  EISDIR: 'it is a folder',
  ELOOP: 'its links lead in a circle',
  EROFS: 'it lies on a disk that can only be read',
  ENOSPC: 'the disk is full',
  EADDRINUSE: 'another process listens there',
  EADDRNOTAVAIL: 'it is no address of this machine',
  ENOTFOUND: 'no such host is known',
}

/** What the system says, in the words of a person; what is not known here, in its own. */
export function whyNot(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return words[code] ?? messageOf(error)
}
