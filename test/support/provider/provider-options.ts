import type { AwsAccount } from './credential.ts'

export interface ProviderOptions {
  /** Shifts all made-up text. */
  readonly seed?: number
  /** How fast the times of the fault catalogue pass: 0.01 makes 20 s to 200 ms. */
  readonly timeScale?: number
  /** Listed by the model endpoints; any name is served. */
  readonly models?: readonly string[]
  /** Credentials that are let in; without it anything is, even nothing. */
  readonly keys?: readonly string[]
  /** With it signatures to Bedrock are verified, not only looked at. */
  readonly aws?: AwsAccount
  readonly hugeBodyBytes?: number
  readonly retryAfterSeconds?: number
  /** The newest requests that are kept. */
  readonly keepRequests?: number
}
