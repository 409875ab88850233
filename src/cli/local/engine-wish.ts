import { dirname, resolve } from 'node:path'
import { durationMs } from '../../base/duration.ts'
import { Fault } from '../../base/fault.ts'
import type { HoldfastConfig } from '../../schema/holdfast-config.ts'

/** What an engine is to be started with, except where it listens. */
export interface EngineWish {
  readonly program: string
  readonly arguments: readonly string[]
  readonly weights: string
  /** `vendor/name`; the engine names itself so in its answers. */
  readonly model: string
  readonly contextTokens: number
  readonly concurrent: number
  readonly startMs: number
}

/** `--with-local` alone, or with a file that wins over the configuration. */
export type WithLocal = true | string

/** Throws when nobody said which model or which weights are meant. */
export function engineWish(
  { local }: HoldfastConfig,
  { configPath, withLocal }: { readonly configPath: string; readonly withLocal: WithLocal },
): EngineWish {
  if (local === undefined)
    throw new Fault('HF_LOCAL_UNNAMED', '--with-local: holdfast.yaml has no `local`', {
      expected: '`local: { model: VENDOR/NAME, weights: FILE }`',
    })
  const folder = dirname(configPath)
  const weights =
    withLocal === true ? local.weights && resolve(folder, local.weights) : resolve(withLocal)
  if (weights === undefined)
    throw new Fault('HF_LOCAL_UNNAMED', 'no weights are named', {
      expected: '`local.weights` in holdfast.yaml, or --with-local FILE',
    })
  const { engine, model, contextTokens, concurrent, startWithin } = local
  return {
    // A bare name is looked up on the PATH.
    program: /[/\\]/.test(engine) ? resolve(folder, engine) : engine,
    arguments: local.arguments,
    weights,
    model,
    contextTokens,
    concurrent,
    startMs: durationMs(startWithin),
  }
}
