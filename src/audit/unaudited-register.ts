import { noRules, type Register } from '../schema/register.ts'
import type { TrafficContext } from './traffic-dependency.ts'
import { configuredRow } from './workflows.ts'

/** A register before the first audit: only what traffic shows can be added to it. */
export function unauditedRegister(version: string, { config, resolver }: TrafficContext): Register {
  return {
    schemaVersion: 1,
    root: '.',
    partial: false,
    repositories: [],
    tool: { name: 'holdfast', version, rules: noRules },
    files: { seen: 0, read: 0, skipped: [] },
    dependencies: [],
    workflows: (config?.workflows ?? []).map((one) => configuredRow(one, [], config, resolver)),
    gaps: [],
    questions: [],
    credentials: [],
  }
}
