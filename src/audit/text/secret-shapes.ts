/** What secrets look like, for telling them and for taking them out of everything that is shown. */

/**
 * Shapes that are a key wherever they stand. Prefixes as in the rules of gitleaks, looser in length: a key cut
 * short is still nobody's business.
 */
const keyShapes = [
  'sk-ant-[a-z0-9]{2,12}-[A-Za-z0-9_-]{16,200}',
  'sk-(?:proj|svcacct|admin|or-v1|lf|litellm)-[A-Za-z0-9_-]{16,260}',
  'sk-[A-Za-z0-9]{20,120}',
  'sk-[A-Za-z0-9_-]{32,200}',
  'pk-lf-[A-Za-z0-9-]{16,80}',
  'AIza[A-Za-z0-9_-]{30,60}',
  'AQ\\.[A-Za-z0-9_-]{30,120}',
  'ya29\\.[A-Za-z0-9_.-]{20,400}',
  'hf_[A-Za-z]{30,60}',
  'api_org_[A-Za-z]{30,60}',
  'pplx-[A-Za-z0-9]{40,80}',
  'gsk_[A-Za-z0-9]{40,80}',
  'xai-[A-Za-z0-9]{40,120}',
  'r8_[A-Za-z0-9]{30,60}',
  'nvapi-[A-Za-z0-9_-]{40,100}',
  'fw_[A-Za-z0-9]{20,60}',
  'csk-[A-Za-z0-9]{40,60}',
  'tgp_v1_[A-Za-z0-9_-]{30,60}',
  'jina_[A-Za-z0-9]{40,80}',
  'tvly-[A-Za-z0-9-]{20,60}',
  'lsv2_(?:pt|sk)_[A-Za-z0-9_]{30,80}',
  'vck_[A-Za-z0-9]{40,80}',
  'ABSK[A-Za-z0-9+/]{60,300}={0,2}',
  'bedrock-api-key-[A-Za-z0-9+/=_-]{20,2000}',
  '(?:AKIA|ASIA)[A-Z0-9]{16}',
  'dapi[a-f0-9]{32}(?:-\\d)?',
  'gh[pousr]_[A-Za-z0-9]{30,255}',
  'github_pat_[A-Za-z0-9_]{30,255}',
  'glpat-[A-Za-z0-9_-]{20,60}',
  'xox[abposr]-[A-Za-z0-9-]{10,200}',
  'npm_[A-Za-z0-9]{36}',
  'dop_v1_[a-f0-9]{64}',
  'sk_live_[A-Za-z0-9]{16,120}',
  'eyJ[A-Za-z0-9_-]{10,1000}\\.eyJ[A-Za-z0-9_-]{10,2000}\\.[A-Za-z0-9_-]{10,1000}',
].join('|')

/** True for a text that holds a key. No flag `g`: such an expression remembers where it was. */
export const keyShape = new RegExp(keyShapes)
/** What follows a key without a gap is taken for a part of it. */
export const keyShapeGlobal = new RegExp(`(?:${keyShapes})[\\w-]*`, 'g')

const placeholder =
  /\.\.\.|…|x{4,}|\*{3,}|0{8}|example|sample|placeholder|change[-_]?me|replace|insert|redacted|dummy|fake|mock|todo|not[-_]?a[-_]?real|your|my[-_]?(?:api|key|secret|token)|api[-_]?key[-_]?here|test[-_]?key|<[^>]{0,80}>|^\$|\$\{|\{\{|%\(|^(?:secret|token|password|none|null|true|false|undefined)$|1234567|abcdef[^0-9]|^(?:process|os|env|secrets|vars|config|settings|self|this)\b/i

/** A text that may be a key: long, mixed, and none of the usual stand-ins. */
export function looksLikeSecret(text: string): boolean {
  if (text.length < 16 || text.length > 4_000) return false
  if (placeholder.test(text)) return false
  if (!/\d/.test(text) && !(/[a-z]/.test(text) && /[A-Z]/.test(text))) return false
  // Addresses, paths and dotted names are long and mixed too.
  if (
    /^[a-z]+:\/\//i.test(text) ||
    /^[./~]/.test(text) ||
    /^[a-z][\w-]*(?:\.[a-z][\w-]*)+$/i.test(text)
  ) {
    return false
  }
  return entropy(text) >= 3
}

/** Shannon entropy in bits a character. */
function entropy(text: string): number {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  const length = [...counts.values()].reduce((sum, count) => sum + count, 0)
  let bits = 0
  for (const count of counts.values()) bits -= (count / length) * Math.log2(count / length)
  return bits
}
