import type { JsonObject, JsonValue, ModelRequest, ProtocolCodec } from '../protocols/index.ts'
import type { Task } from '../schema/vocabulary.ts'
import type { Caller, GatewayWorkflow } from './gateway-state.ts'
import type { ModelReference } from './model-references.ts'
import type { HeaderLines } from './header-lines.ts'
import type { MemberRange } from './scan-body.ts'
import type { MeasuredCall } from './measured-call.ts'
import type { TracedCall } from './traces/traced-call.ts'

/** One request of a caller that was read and understood, before it is decided where it goes. */
export interface Call {
  readonly id: string
  readonly caller: Caller
  readonly codec: ProtocolCodec
  readonly headers: HeaderLines
  /** The body as it came, and what it says. */
  readonly bytes: Buffer
  readonly body: JsonObject
  /** Where its members stand in the bytes. */
  readonly members: readonly MemberRange[]
  /** The same with arguments of calls that lose nothing by being written again. */
  readonly exact: () => JsonObject
  /** Name of the model as written. */
  readonly requested: string
  /** `vendor/name`; null: nobody knows it, and policy denies it. */
  readonly model: string | null
  /** The only route that may be taken, and no fallback; null: the caller does not mind. */
  readonly route: string | null
  readonly references: readonly ModelReference[]
  /** What it takes up of earlier calls; null: nothing, or it is not held. */
  readonly recalled: Recalled | null
  readonly isStream: boolean
  readonly workflow: GatewayWorkflow | null
  readonly purpose: Task
  /** Null: it is not traced. */
  readonly trace: TracedCall | null
  /** Null: nothing is counted. */
  readonly measured: MeasuredCall | null
  /** HMAC of the body, made when it is first needed; null: there is no key. */
  readonly requestDigest: () => string | null
  /** The body in the superset, read when it is first needed; throws `ProtocolError`. */
  readonly superset: () => ModelRequest
}

/** What a call takes up of an earlier one, which the gateway holds: it may go where that is unknown. */
export interface Recalled {
  /** The provider of a route keeps all of it: it can be asked as the caller has written. */
  isKeptAt(route: string): boolean
  /** The call as a route takes it: with all that it takes up, where the provider does not keep that. */
  at(route: string): Call
  /**
   * Whether a failure says that the provider of a route does not know what the call takes up, though it said that it keeps
   * it: from now on it is sent all of it.
   */
  isUnknownAt(route: string, failure: RefusedRequest): boolean
  /** What stands in the call itself, for a route; null: for none that knows any of it. */
  ownInputAt(route: string | null): readonly JsonValue[]
  /** Fields of what it takes up that only their maker could read. */
  lostAt(route: string): readonly string[]
}

/** What a provider said when it did not answer. */
export interface RefusedRequest {
  readonly status: number | null
  readonly code: string | null
  readonly message: string
}
