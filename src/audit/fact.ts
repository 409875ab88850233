import type { ProtocolName } from '../schema/catalogue.ts'
import type { Place } from '../schema/register.ts'
import type { Feature, Role, Task } from '../schema/vocabulary.ts'

/** What extractors say of a file. Pure data: a fact never knows of another file. */

/** An expression that stands where a model, an address or a name is expected. */
export type Value =
  | { readonly kind: 'literal'; readonly text: string; readonly place: Place }
  /** An identifier or dotted path: `MODEL`, `settings.review_model`, `Model.CLAUDE_OPUS_4_1`. */
  | {
      readonly kind: 'name'
      readonly name: string
      readonly place: Place
      /** Lines of the definitions in this function that reach the place, where it has several of that name. */
      readonly reaching?: readonly number[]
    }
  /** A read of an environment variable, with the default beside it. */
  | {
      readonly kind: 'environment'
      readonly variable: string
      readonly fallback: Value | null
      readonly place: Place
    }
  /** A read of something else outside the code: `vars:NAME`, `secrets:NAME`, `input:NAME`, `argument:NAME`, `setting:a.b.c`, `flag:NAME`. */
  | {
      readonly kind: 'external'
      readonly source: string
      readonly fallback: Value | null
      readonly place: Place
    }
  | { readonly kind: 'concatenation'; readonly parts: readonly Value[]; readonly place: Place }
  /** `ALIASES["fast"]`, `MODELS[tier]`, `models.get("fast")`. */
  | { readonly kind: 'lookup'; readonly table: string; readonly key: Value; readonly place: Place }
  /** `a ?? b`, `x if y else z`, a list of candidates: each may be it. */
  | {
      readonly kind: 'choice'
      readonly options: readonly Value[]
      readonly place: Place
      /** `a ?? b`: an option holds where those before it are not set. */
      readonly inOrder?: true
    }
  | { readonly kind: 'unknown'; readonly text: string; readonly place: Place }

/** How a sighting was made; sightings by different methods strengthen each other. */
export type Method = 'syntax' | 'structure' | 'pattern' | 'file'

interface FactBase {
  readonly place: Place
  /** Detector id and rule id, `anthropic-python/messages-create`; generic extractors use `generic/<what>`. */
  readonly detector: string
  /** Enclosing symbol path (`Reviewer.review`), job and step, or key path; '' at top level. */
  readonly symbol: string
  /** It stands in a test inside a file of work. */
  readonly inTest?: true
}

/** A model referred to in some role: a call, a structured key, an action, a hidden default. */
export interface UseFact extends FactBase {
  readonly kind: 'use'
  readonly role: Role
  /** Null: no model is given, and the product decides. */
  readonly model: Value | null
  readonly provider: string | null
  readonly protocol: ProtocolName | null
  readonly vendor: string | null
  readonly product: string | null
  readonly task: Task | null
  /** Words near it that tell the task: function name, step name, prompt text, description. */
  readonly hints: readonly string[]
  readonly features: readonly Feature[]
  readonly baseUrl: Value | null
  readonly region: Value | null
  /** The variable the call is made on (`client`, `self.client`), to find its client. */
  readonly receiver: string | null
  /** A name by which other places refer to this entry (LiteLLM `model_name`, a Portkey target). */
  readonly alias: string | null
  readonly fallbacks: readonly Value[]
  readonly detection: number
  readonly method: Method
  readonly hidden: boolean
  /** The model is the default of a read that stands around it: `env:NAME`, `setting:a.b`. */
  readonly overridableBy?: readonly string[]
  readonly defaultModel: {
    readonly model: string
    readonly source: string
    readonly asOf: string
  } | null
}

export type DefinitionForm =
  | 'constant'
  | 'variable'
  /** A variable that holds a model object, made by a call that is a use itself. */
  | 'model-object'
  | 'enum-member'
  | 'map-entry'
  | 'parameter-default'
  | 'field-default'
  | 'option-default'
  | 'return'

/** A name that stands for a value: a constant, an enum member, a map entry (`ALIASES.fast`), a default. */
export interface DefinitionFact extends FactBase {
  readonly kind: 'definition'
  /** Qualified inside the file: `Settings.review_model`, `ALIASES.fast`, `MODEL`, `review(model)` for a parameter. */
  readonly name: string
  readonly form: DefinitionForm
  readonly value: Value
}

/** A value given to an environment variable by deployment or CI. */
export interface EnvironmentFact extends FactBase {
  readonly kind: 'environment'
  readonly variable: string
  readonly value: Value
  /** `prod`, `staging`, `dev`, `ci`, … from file name, key or job; null when none is told. */
  readonly scope: string | null
  /** `dotenv`, `compose`, `dockerfile`, `kubernetes`, `helm`, `terraform`, `actions`, … */
  readonly origin: string
}

/** A setting that code reads by a path: `appsettings.json`, `application.yml`, Rails credentials, `setting:` values. */
export interface SettingFact extends FactBase {
  readonly kind: 'setting'
  /** Lower case, separated by dots. */
  readonly key: string
  readonly value: Value
  readonly scope: string | null
}

/** A client object, or a base URL set for a whole file. */
export interface ClientFact extends FactBase {
  readonly kind: 'client'
  /** The variable or field it is kept in; null when unknown. */
  readonly name: string | null
  readonly provider: string | null
  readonly protocol: ProtocolName | null
  readonly baseUrl: Value | null
  readonly region: Value | null
  readonly model: Value | null
}

export interface ImportFact extends FactBase {
  readonly kind: 'import'
  readonly local: string
  /** As written: `./models`, `app.settings`. */
  readonly module: string
  /** The name in the other module; `*` for the whole. */
  readonly imported: string
}

/** `from` may fall back to `to`. Names are aliases of use facts or models. */
export interface FallbackFact extends FactBase {
  readonly kind: 'fallback'
  /** Null: holds for every use in this file. */
  readonly from: Value | null
  readonly to: Value
}

export interface CredentialFact extends FactBase {
  readonly kind: 'credential'
  readonly provider: string
  readonly form: 'reference' | 'present'
  readonly name: string | null
}

/** A feature seen in the file near `symbol`, outside any recognised call. */
export interface FeatureFact extends FactBase {
  readonly kind: 'feature'
  readonly feature: Feature
}

export type Fact =
  | UseFact
  | DefinitionFact
  | EnvironmentFact
  | SettingFact
  | ClientFact
  | ImportFact
  | FallbackFact
  | CredentialFact
  | FeatureFact
