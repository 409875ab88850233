/**
 * Every code that a user can see, with the exit code it leads to, what it means, and what to do where the place
 * that found it knows nothing better.
 * docs/reference/error-codes.md is generated from this table.
 */
export const faultCodes = {
  HF_USAGE: {
    exitCode: 2,
    meaning: 'a command was called with words or flags it does not take',
    advice: '`holdfast COMMAND --help` explains every flag',
  },
  HF_CONFIG_MISSING: {
    exitCode: 2,
    meaning: 'a configuration file that was named does not exist',
    advice: '`holdfast init` writes a first one from an audit',
  },
  HF_CONFIG_INVALID: {
    exitCode: 2,
    meaning: 'holdfast.yaml does not follow its schema',
    advice: 'docs/reference/holdfast-yaml.md lists every key',
  },
  HF_USAGE_UNREADABLE: {
    exitCode: 3,
    meaning: 'the file with what traffic showed cannot be read or written',
    advice: 'move it away and a new one is begun; exports can be imported again',
  },
  HF_USAGE_UNKNOWN: {
    exitCode: 2,
    meaning: 'a file to import is no export of usage of a known kind',
    advice: '`holdfast usage import --help` names the kinds; --from says which one it is',
  },
  HF_TASKS_INVALID: {
    exitCode: 2,
    meaning: 'a task set cannot be read, or does not follow its schema',
    advice: 'docs/guide/tasks.md shows both files of a task set',
  },
  HF_TASKS_UNKNOWN: {
    exitCode: 2,
    meaning: 'a file to import holds no tasks of a known kind',
    advice: '`holdfast tasks import --help` names the kinds; --from says which one it is',
  },
  HF_DETECTOR_INVALID: {
    exitCode: 2,
    meaning: 'a detector file does not follow its schema or its lint',
    advice: 'docs/reference/detector-files.md lists every key',
  },
  HF_CATALOGUE_INVALID: {
    exitCode: 2,
    meaning: 'a catalogue file or overlay does not follow its schema',
    advice: 'docs/guide/catalogue.md explains the files; correct this one or take it away',
  },
  HF_CATALOGUE_UNKNOWN: {
    exitCode: 2,
    meaning: 'the catalogue knows no such model, vendor or provider',
    advice: '`holdfast catalogue show NAME` shows what is known',
  },
  HF_REGISTER_INVALID: {
    exitCode: 2,
    meaning: 'a register file cannot be read as a register',
    advice: 'write it with `holdfast audit DIR --format json --output FILE`',
  },
  HF_REGISTER_RULES_DIFFER: {
    exitCode: 2,
    meaning: 'two registers were made with different rules and cannot gate',
    advice: 'make both with one version of holdfast and the same rules',
  },
  HF_AUDIT_ROOT: {
    exitCode: 2,
    meaning: 'a directory to audit does not exist or is no directory',
    advice: 'name a folder that exists',
  },
  HF_AUDIT_COMMIT: {
    exitCode: 2,
    meaning: 'git knows no such commit or date in the audited repository',
    advice: '`git log` in the audited repository lists its commits',
  },
  HF_IMPORT_UNKNOWN: {
    exitCode: 2,
    meaning: 'a gateway configuration to import is of no known kind',
    advice: '`holdfast init --help` names the kinds that can be imported',
  },
  HF_VERDICT_INVALID: {
    exitCode: 2,
    meaning: 'a verdict file cannot be read as verdicts',
    advice: 'correct the file or leave it out; without it, what it would show does not count',
  },
  HF_TRIAL_UNKNOWN: {
    exitCode: 2,
    meaning: 'there is no such trial, or no workflow or candidate to try',
    advice:
      '`holdfast qualify status` lists trials; workflows and fallbacks stand in holdfast.yaml',
  },
  HF_TRIAL_UNREADY: {
    exitCode: 2,
    meaning: 'a trial cannot begin as things stand',
    advice: 'do what the message says; nothing was asked and nothing was paid',
  },
  HF_TRIAL_HALTED: {
    exitCode: 3,
    meaning: 'a trial has stopped before all calls were made',
    advice:
      'mend what the message names, then `holdfast qualify run` goes on; answers that came are kept',
  },
  HF_TRIAL_CONFLICT: {
    exitCode: 3,
    meaning: 'two processes work on the same trial',
    advice: 'let one of them end, then `holdfast qualify status` tells what is left',
  },
  HF_DIRECTIVE_INVALID: {
    exitCode: 2,
    meaning: 'a directive file does not follow its schema or contradicts itself',
    advice:
      'docs/reference/directive-files.md lists every key; `holdfast directive check FILE` shows every problem',
  },
  HF_DIRECTIVE_UNKNOWN: {
    exitCode: 2,
    meaning: 'no shipped or local directive has this id',
    advice: '`holdfast directive list` shows every id',
  },
  HF_DIRECTIVE_HISTORY: {
    exitCode: 2,
    meaning:
      'a change of a directive would lose or alter accepted history, or relieve without source and person',
    advice: 'docs/guide/directives.md says what a change of accepted history needs',
  },
  HF_POLICY_INVALID: {
    exitCode: 2,
    meaning: 'a Cedar policy does not parse or does not fit the schema of policies',
    advice: 'correct it; `holdfast policy check` looks at every policy again',
  },
  HF_SNAPSHOT_INVALID: {
    exitCode: 2,
    meaning: 'a policy snapshot cannot be read, or its signature does not hold',
    advice: 'what was in force before stays in force; write the snapshot again',
  },
  HF_LISTEN_FAILED: {
    exitCode: 2,
    meaning: 'the address to listen on is taken, or is none of this machine',
    advice: 'free it, or name another one with `gateway.listen` or --listen',
  },
  HF_SERVE_RUNNING: {
    exitCode: 2,
    meaning: 'a gateway runs on this folder already',
    advice: 'end that process first, or run this one with a --config in a folder of its own',
  },
  HF_SERVE_PROCESS: {
    exitCode: 3,
    meaning: 'a process of the gateway did not start',
    advice: 'what it wrote on stderr says why; `--processes 1` does without others',
  },
  HF_KEY_INVALID: {
    exitCode: 2,
    meaning: 'a key is missing, unreadable or of the wrong kind',
    advice:
      '`openssl genpkey -algorithm ed25519 -out snapshot.key && chmod 600 snapshot.key` makes one; name it with --key file:snapshot.key',
  },
  HF_ELEMENT_UNKNOWN: {
    exitCode: 2,
    meaning: 'a contingency names an element that nothing here depends on or knows',
    advice:
      '`holdfast simulate --format json` lists every element that work depends on, under `exposure`',
  },
  HF_TARGET_INVALID: {
    exitCode: 2,
    meaning: 'the target of a remedy cannot be understood',
    advice: '`holdfast remedy --help` shows the shape of a target',
  },
  HF_SOLVER_FAILED: {
    exitCode: 3,
    meaning: 'the solver gave no answer',
    advice: 'try again with a longer --time-limit; the greedy plan needs no solver',
  },
  HF_SOVEREIGNTY_INVALID: {
    exitCode: 2,
    meaning: 'an answer names a criterion or a choice that the framework does not have',
    advice: 'docs/reference/csf.md lists every criterion and its answers',
  },
  HF_LEDGER_DAMAGED: {
    exitCode: 3,
    meaning: 'a log of the ledger is damaged or was changed',
    advice: 'keep the folder as it is; `holdfast ledger verify` names what is bad',
  },
  HF_LEDGER_ROLLED_BACK: {
    exitCode: 3,
    meaning: 'a log of the ledger is older than, or another than, the checkpoint last seen of it',
    advice: 'find out who put it there; put the newer copy back',
  },
  HF_LEDGER_FULL: {
    exitCode: 3,
    meaning:
      'the ledger cannot write, and no more entries find room in its queue, or the process ends while some wait there',
    advice: 'free room on the disk; what waits is written once it works',
  },
  HF_LEDGER_UNWRITABLE: {
    exitCode: 3,
    meaning: 'the folder of the ledger cannot be written: a right is missing, or the disk refuses',
    advice:
      'give the folder to the user that holdfast runs as, or free room; nothing runs without its evidence',
  },
  HF_LEDGER_ENTRY: {
    exitCode: 3,
    meaning: 'an entry is too long for the ledger or does not follow its schema',
    advice: 'report it with the lines above',
  },
  HF_LEDGER_IN_USE: {
    exitCode: 2,
    meaning: 'another process writes to the same log',
    advice: 'stop the other process, or give this one a log of its own',
  },
  HF_LEDGER_RETENTION: {
    exitCode: 2,
    meaning: 'entries may not be removed: a hold or the rule of retention keeps them',
    advice: 'release the hold, or wait until the retention has ended',
  },
  HF_LEDGER_UNRECORDED: {
    exitCode: 3,
    meaning: 'what was asked for allows more and cannot be recorded, so it was not done',
    advice: 'let the ledger be written again, then repeat; what restricts is never held up by this',
  },
  HF_LEDGER_CLOSED: {
    exitCode: 3,
    meaning: 'an entry was recorded after the ledger was closed',
    advice: 'report it with the lines above',
  },
  HF_POST_FAILED: {
    exitCode: 3,
    meaning: 'a message to another machine was refused or failed',
    advice:
      'check the address; hosts in a private network are reached only when `egress.privateHosts` in holdfast.yaml names them',
  },
  HF_TIMESTAMP_REFUSED: {
    exitCode: 3,
    meaning: 'a time-stamping authority refused, or its time stamp does not hold',
    advice: 'ask another authority, or correct --tsa-ca; the checkpoints themselves were written',
  },
  HF_STORE_ADDRESS: {
    exitCode: 2,
    meaning: '`store` is neither `embedded` nor the address of a PostgreSQL database',
    advice: 'write `embedded` or `postgres://USER@HOST:PORT/DATABASE`',
  },
  HF_STORE_UNREACHABLE: {
    exitCode: 3,
    meaning:
      'the PostgreSQL server cannot be reached, or broke off; nothing that was acknowledged is lost',
    advice: 'start the server or correct `store`; a write that ended so may be repeated',
  },
  HF_STORE_REFUSED: {
    exitCode: 3,
    meaning: 'the PostgreSQL server refused: too old, a wrong password, a right that is missing',
    advice: 'the message says which; grant it, or correct `store`',
  },
  HF_STORE_UNWRITABLE: {
    exitCode: 3,
    meaning: 'the store cannot be written: a read-only folder or server, a full or failing disk',
    advice: 'free room, or correct the rights; what was acknowledged is safe',
  },
  HF_STORE_DAMAGED: {
    exitCode: 3,
    meaning: 'the store is damaged, or holds a record of no known form',
    advice: 'put it aside, then `holdfast store restore BACKUP`',
  },
  HF_STORE_BUSY: {
    exitCode: 3,
    meaning: 'another process held the store for too long',
    advice: 'try again; a restore or a move may run',
  },
  HF_STORE_NEWER: {
    exitCode: 2,
    meaning: 'the store was made by a newer holdfast',
    advice: 'use the holdfast that made it, or a newer one',
  },
  HF_STORE_OLDER: {
    exitCode: 2,
    meaning: 'the store waits for `holdfast store migrate`',
    advice: 'run `holdfast store migrate`',
  },
  HF_STORE_RECORD: {
    exitCode: 3,
    meaning: 'a record does not follow its schema',
    advice: 'correct the member that the message names',
  },
  HF_STORE_CONFLICT: {
    exitCode: 3,
    meaning: 'somebody else changed the record meanwhile, or another one stands under its id',
    advice: 'read it again and repeat the change',
  },
  HF_STORE_MISSING: {
    exitCode: 2,
    meaning: 'the store holds no record with this id',
    advice: 'check the id',
  },
  HF_STORE_MOVED: {
    exitCode: 2,
    meaning: 'the store was moved: what is written here would be lost',
    advice: 'name the new place as `store` in holdfast.yaml',
  },
  HF_STORE_NOT_EMPTY: {
    exitCode: 2,
    meaning: 'the store to be filled holds records already; --force replaces them',
    advice: 'back it up, then repeat with --force',
  },
  HF_STORE_BACKUP: {
    exitCode: 2,
    meaning: 'a backup is cut off, was changed, or is none',
    advice: 'use another backup; nothing was changed',
  },
  HF_STORE_CLOSED: {
    exitCode: 3,
    meaning: 'the store was used after it was closed',
    advice: 'report it with the lines above',
  },
  HF_ROUTE_UNKNOWN: {
    exitCode: 2,
    meaning: 'holdfast.yaml has no route with this id',
    advice: '`holdfast route list` shows every route',
  },
  HF_LOCAL_UNNAMED: {
    exitCode: 2,
    meaning: '--with-local was given, and nothing says which model or which weights are meant',
    advice: 'docs/guide/local-fallback.md shows what `local` in holdfast.yaml says',
  },
  HF_LOCAL_WEIGHTS: {
    exitCode: 3,
    meaning: 'the weights of the local model are missing or are no GGUF file',
    advice: 'put them there, or name them with `local.weights` or --with-local FILE',
  },
  HF_LOCAL_ENGINE: {
    exitCode: 3,
    meaning: 'the program that serves the local model is missing, ended, or was not ready in time',
    advice:
      'install llama.cpp so that `llama-server` is on the PATH, or name it with `local.engine`; docs/guide/local-fallback.md',
  },
  HF_CIRCUIT_UNKNOWN: {
    exitCode: 2,
    meaning: 'no open circuit has this id or this model',
    advice: '`holdfast circuit list` shows every circuit that is open',
  },
  HF_CIRCUIT_UNPROBED: {
    exitCode: 2,
    meaning: 'a circuit over a withdrawn model is closed only once a probe has passed',
    advice:
      'wait for the next probe, or `holdfast circuit probe MODEL`; docs/guide/operations.md says as whom models are probed',
  },
  HF_ADMIN_REFUSED: {
    exitCode: 2,
    meaning: 'the admin API of a running `holdfast serve` refused what was asked',
    advice:
      'HOLDFAST_ADMIN_TOKEN or a token of `admin.tokens` that this user can read gives the right to ask',
  },
  HF_ADMIN_UNREACHABLE: {
    exitCode: 3,
    meaning: 'the admin API of `holdfast serve` gave no answer, or none that is understood',
    advice: 'see on its stderr whether it runs and what it warns of',
  },
  HF_FILE_READ: {
    exitCode: 3,
    meaning: 'a file could not be read',
    advice: 'check the path and who may read it',
  },
  HF_FILE_WRITE: {
    exitCode: 3,
    meaning: 'a file could not be written; nothing was lost',
    advice: 'free room or choose another place with --output',
  },
  HF_FILE_EXISTS: {
    exitCode: 2,
    meaning: 'a file would be overwritten; --force allows it',
    advice: 'choose another name, or --force',
  },
  HF_TOOL_FAILED: {
    exitCode: 3,
    meaning: 'git or ripgrep, which holdfast runs, failed',
    advice: 'run the tool by hand on the same folder; its words stand above',
  },
  HF_NODE_TOO_OLD: {
    exitCode: 3,
    meaning: 'holdfast runs on Node 24 or newer',
    advice: 'install Node 24 or newer',
  },
  HF_BUG: {
    exitCode: 3,
    meaning: 'holdfast itself failed; please report it',
    advice: 'report it with the lines above',
  },
} as const satisfies Record<
  string,
  { readonly exitCode: 2 | 3; readonly meaning: string; readonly advice: string }
>

export type FaultCode = keyof typeof faultCodes
