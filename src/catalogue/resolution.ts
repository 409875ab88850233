import type { JurisdictionCode, ModelId } from '../schema/catalogue.ts'

/** What a spelling of a model was found to mean. */
export interface Resolution {
  /**
   * `model`: exactly one model, listed in the catalogue.
   * `alias`: a floating name (`opus`, `gemini-flash-latest`); `model` is what it meant on `date`.
   * `family`: the shape of a known family, the model itself is not in the catalogue; `model` is `vendor/<name>`.
   * `ambiguous`: more than one model; see `candidates`.
   * `opaque`: a handle whose model stands elsewhere (inference profile, deployment, prompt id, fine-tune owner).
   * `unknown`: nothing like a model name that we know.
   */
  readonly kind: 'model' | 'alias' | 'family' | 'ambiguous' | 'opaque' | 'unknown'
  readonly model: ModelId | null
  readonly vendor: string | null
  readonly family: string | null
  /** The dated snapshot that was written, as the vendor spells it. */
  readonly snapshot: string | null
  /** The provider that the spelling itself gives away (`us.anthropic.…-v1:0` is aws-bedrock). */
  readonly provider: string | null
  /** The region group that the spelling gives away (`us`, `eu`, `apac`, `global`). */
  readonly region: string | null
  readonly candidates: readonly ModelId[]
}

export interface ResolutionHint {
  /** The provider known from a host, an SDK or a prefix. */
  readonly provider?: string | undefined
  readonly vendor?: string | undefined
  /** The product that reads the name (`claude-code`, `github-copilot`), for product aliases. */
  readonly product?: string | undefined
  /** The day for floating names, `YYYY-MM-DD`; absent: the newest meaning. */
  readonly date?: string | undefined
}

/** A model name found in running text. */
export interface ModelSpelling {
  readonly text: string
  /** Offset in UTF-16 code units. */
  readonly offset: number
  readonly vendor: string
}

export interface Resolver {
  /** The meaning of one spelling. Total: any text gives an answer. */
  resolve(spelling: string, hint?: ResolutionHint): Resolution
  /**
   * True when the whole text has the shape of a model name (not of a short word like `o1` or `opus`, which
   * only a position can tell). Cheap: for every string literal of a tree.
   */
  looksLikeModel(text: string): boolean
  /** All model names inside a longer text (an ARN, a shell command, prose), left to right, linear time. */
  findSpellings(text: string): readonly ModelSpelling[]
  /** The provider behind a host name or URL, with the region the host gives away. */
  providerOfHost(
    hostOrUrl: string,
  ): { readonly provider: string; readonly region: string | null } | null
  /** The provider behind a name as configurations write it (`bedrock`, `AzureOpenAI`, `gcp_vertex_gemini`). */
  providerOfName(name: string): string | null
  /** Jurisdictions that can compel a vendor or provider: headquarters and ultimate parent, unknown left out. */
  jurisdictionsOf(kind: 'vendor' | 'provider', id: string): readonly JurisdictionCode[]
}
