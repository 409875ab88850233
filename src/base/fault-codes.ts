/**
 * Every code that a user can see, with the exit code it leads to and what it means.
 * docs/reference/error-codes.md is generated from this table.
 */
export const faultCodes = {
  HF_USAGE: { exitCode: 2, meaning: 'a command was called with words or flags it does not take' },
  HF_CONFIG_MISSING: { exitCode: 2, meaning: 'a configuration file that was named does not exist' },
  HF_CONFIG_INVALID: { exitCode: 2, meaning: 'holdfast.yaml does not follow its schema' },
  HF_DETECTOR_INVALID: {
    exitCode: 2,
    meaning: 'a detector file does not follow its schema or its lint',
  },
  HF_CATALOGUE_INVALID: {
    exitCode: 2,
    meaning: 'a catalogue file or overlay does not follow its schema',
  },
  HF_CATALOGUE_UNKNOWN: {
    exitCode: 2,
    meaning: 'the catalogue knows no such model, vendor or provider',
  },
  HF_REGISTER_INVALID: { exitCode: 2, meaning: 'a register file cannot be read as a register' },
  HF_REGISTER_RULES_DIFFER: {
    exitCode: 2,
    meaning: 'two registers were made with different rules and cannot gate',
  },
  HF_AUDIT_ROOT: { exitCode: 2, meaning: 'a directory to audit does not exist or is no directory' },
  HF_AUDIT_COMMIT: {
    exitCode: 2,
    meaning: 'git knows no such commit or date in the audited repository',
  },
  HF_IMPORT_UNKNOWN: {
    exitCode: 2,
    meaning: 'a gateway configuration to import is of no known kind',
  },
  HF_VERDICT_INVALID: { exitCode: 2, meaning: 'a verdict file cannot be read as verdicts' },
  HF_DIRECTIVE_INVALID: {
    exitCode: 2,
    meaning: 'a directive file does not follow its schema or contradicts itself',
  },
  HF_DIRECTIVE_UNKNOWN: { exitCode: 2, meaning: 'no shipped or local directive has this id' },
  HF_DIRECTIVE_HISTORY: {
    exitCode: 2,
    meaning:
      'a change of a directive would lose or alter accepted history, or relieve without source and person',
  },
  HF_POLICY_INVALID: {
    exitCode: 2,
    meaning: 'a Cedar policy does not parse or does not fit the schema of policies',
  },
  HF_SNAPSHOT_INVALID: {
    exitCode: 2,
    meaning: 'a policy snapshot cannot be read, or its signature does not hold',
  },
  HF_KEY_INVALID: { exitCode: 2, meaning: 'a key is missing, unreadable or of the wrong kind' },
  HF_ELEMENT_UNKNOWN: {
    exitCode: 2,
    meaning: 'a contingency names an element that nothing here depends on or knows',
  },
  HF_TARGET_INVALID: { exitCode: 2, meaning: 'the target of a remedy cannot be understood' },
  HF_SOLVER_FAILED: { exitCode: 3, meaning: 'the solver gave no answer' },
  HF_SOVEREIGNTY_INVALID: {
    exitCode: 2,
    meaning: 'an answer names a criterion or a choice that the framework does not have',
  },
  HF_FILE_READ: { exitCode: 3, meaning: 'a file could not be read' },
  HF_FILE_WRITE: { exitCode: 3, meaning: 'a file could not be written; nothing was lost' },
  HF_FILE_EXISTS: { exitCode: 2, meaning: 'a file would be overwritten; --force allows it' },
  HF_TOOL_FAILED: { exitCode: 3, meaning: 'git or ripgrep, which holdfast runs, failed' },
  HF_NODE_TOO_OLD: { exitCode: 3, meaning: 'holdfast runs on Node 24 or newer' },
  HF_BUG: { exitCode: 3, meaning: 'holdfast itself failed; please report it' },
} as const satisfies Record<string, { readonly exitCode: 2 | 3; readonly meaning: string }>

export type FaultCode = keyof typeof faultCodes
