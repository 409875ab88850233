import * as z from 'zod'
import { ModelId } from './catalogue.ts'

const toolPrefix = 'tool:'

/** What is tried in place of a model: another model, or a tool by the name that it has in holdfast.yaml. */
export const CandidateId = z.union([
  ModelId,
  z
    .string()
    .max(200)
    .regex(/^tool:[^\u0000-\u001f\u007f]+$/, 'a tool `tool:NAME` such as `tool:semgrep`'),
])
export type CandidateId = z.infer<typeof CandidateId>

export function toolCandidate(name: string): CandidateId {
  return `${toolPrefix}${name}`
}

/** The name that it has in holdfast.yaml. */
export function toolName(candidate: CandidateId): string {
  return candidate.slice(toolPrefix.length)
}

export function isToolCandidate(candidate: CandidateId): boolean {
  return candidate.startsWith(toolPrefix)
}
