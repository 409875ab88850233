import { RegisterDiff } from '../../schema/register-diff.ts'
import { diffMarkdown } from './diff-markdown.ts'
import { diffText } from './diff-text.ts'

/** What a register diff can be written as. */
export const registerDiffFormats = ['text', 'md', 'json'] as const

export type RegisterDiffFormat = (typeof registerDiffFormats)[number]

export function renderRegisterDiff(diff: RegisterDiff, format: RegisterDiffFormat): string {
  switch (format) {
    case 'text':
      return diffText(diff)
    case 'md':
      return diffMarkdown(diff)
    case 'json':
      return `${JSON.stringify(RegisterDiff.parse(diff), null, 2)}\n`
  }
}
