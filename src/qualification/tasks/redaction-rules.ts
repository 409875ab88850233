import {
  hasCheckDigits,
  isIban,
  isPaymentCard,
  isPublicAddress,
  isPublicAddress6,
} from './checked-numbers.ts'

/** What was taken out, each kind with a form of its own in which its pseudonym is written. */
export type RedactedKind =
  | 'secret'
  | 'email'
  | 'phone'
  | 'card'
  | 'iban'
  | 'address'
  | 'person-number'
  | 'birth-date'
  | 'name'

export interface RedactionRule {
  readonly kind: RedactedKind
  /** Where there is a group `value`, it alone is replaced, and a group `before` stays in front of it. */
  readonly pattern: RegExp
  /** Asked of what would be replaced. */
  readonly accepts?: (text: string) => boolean
}

/** Where a number or a name ends: a sentence may end with it. */
const end = String.raw`(?![\w-]|\.\w)`

/** Prefixes by which providers and tools mark their keys: such a text is one wherever it stands. */
const keyForms: readonly string[] = [
  'sk-[A-Za-z0-9_-]{20,260}',
  'pk-lf-[A-Za-z0-9-]{16,80}',
  'AIza[A-Za-z0-9_-]{30,60}',
  String.raw`ya29\.[A-Za-z0-9_.-]{20,400}`,
  'GOCSPX-[A-Za-z0-9_-]{20,40}',
  'hf_[A-Za-z0-9]{30,60}',
  'gsk_[A-Za-z0-9]{40,80}',
  'xai-[A-Za-z0-9]{40,120}',
  'pplx-[A-Za-z0-9]{40,80}',
  'r8_[A-Za-z0-9]{30,60}',
  'fw_[A-Za-z0-9]{20,60}',
  'nvapi-[A-Za-z0-9_-]{40,100}',
  'lsv2_(?:pt|sk)_[A-Za-z0-9_]{30,80}',
  'ABSK[A-Za-z0-9+/]{60,300}={0,2}',
  '(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}',
  'gh[pousr]_[A-Za-z0-9]{30,255}',
  'github_pat_[A-Za-z0-9_]{30,255}',
  'gl(?:pat|dt|rt|cbt|ptt|ft|soat)-[A-Za-z0-9_-]{20,60}',
  'xox[abeposr]-[A-Za-z0-9-]{10,200}',
  'xapp-[A-Za-z0-9-]{20,200}',
  'npm_[A-Za-z0-9]{36}',
  'pypi-AgE[A-Za-z0-9_-]{50,300}',
  'rubygems_[a-f0-9]{48}',
  'dckr_pat_[A-Za-z0-9_-]{20,60}',
  'do[opr]_v1_[a-f0-9]{64}',
  '[rs]k_(?:live|test)_[A-Za-z0-9]{16,120}',
  'whsec_[A-Za-z0-9+/=]{20,80}',
  String.raw`SG\.[A-Za-z0-9_-]{16,40}\.[A-Za-z0-9_-]{16,80}`,
  'key-[a-f0-9]{32}',
  'SK[a-f0-9]{32}',
  'shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}',
  'sq0(?:atp|csp|idp)-[A-Za-z0-9_-]{20,60}',
  'dapi[a-f0-9]{32}(?:-\\d)?',
  String.raw`hv[sbr]\.[A-Za-z0-9_-]{20,300}`,
  'AGE-SECRET-KEY-1[A-Z0-9]{50,70}',
  'lin_api_[A-Za-z0-9]{30,60}',
  'ntn_[A-Za-z0-9]{30,60}',
  'secret_[A-Za-z0-9]{40,60}',
  'figd_[A-Za-z0-9_-]{30,60}',
  'gl(?:sa|c)_[A-Za-z0-9_+/=]{30,200}',
  'NRAK-[A-Z0-9]{27}',
  'ATATT3[A-Za-z0-9_=-]{50,300}',
  'sntry[su]_[A-Za-z0-9_+/=]{30,300}',
  String.raw`dp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9_.-]{30,80}`,
  String.raw`\d{8,10}:AA[A-Za-z0-9_-]{33}`,
  String.raw`eyJ[A-Za-z0-9_-]{10,4000}\.eyJ[A-Za-z0-9_-]{10,8000}\.[A-Za-z0-9_-]{10,2000}`,
]

/** Words that say of what follows that nobody may know it. */
const secretWords =
  'api[_-]?key|secret|passw(?:or)?d|passwd|passphrase|pwd|token(?!s)|credential|private[_-]?key|access[_-]?key|account[_-]?key|auth[_-]?key|client[_-]?secret|passwort|kennwort|contrase(?:ñ|n)a|mot de passe'

/**
 * Order counts: what an earlier rule took out, a later one does not see. Every expression is of bounded repetitions,
 * for texts are foreign.
 */
export const redactionRuleList: readonly RedactionRule[] = [
  {
    kind: 'secret',
    pattern:
      /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]{0,20000}?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$(?![\s\S]))/g,
  },
  {
    kind: 'secret',
    pattern: new RegExp(String.raw`(?<![A-Za-z0-9])(?:${keyForms.join('|')})`, 'g'),
  },
  // Webhooks: whoever has the address may write.
  {
    kind: 'secret',
    pattern:
      /(?<before>https:\/\/(?:hooks\.slack\.com\/(?:services|workflows)\/|(?:\w{1,20}\.)?discord(?:app)?\.com\/api\/webhooks\/|[\w-]{1,60}\.webhook\.office\.com\/))(?<value>[\w@./-]{20,300})/g,
  },
  // A password in an address.
  {
    kind: 'secret',
    pattern:
      /(?<before>\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/@:"'`<>]{0,100}:)(?<value>[^\s/@"'`<>]{1,400})(?=@)/gi,
  },
  {
    kind: 'secret',
    pattern:
      /(?<before>\b(?:bearer|basic|digest|apikey|token)\s{1,4})(?<value>[A-Za-z0-9+/_.~=-]{16,4000})/gi,
    accepts: (text) => /\d/.test(text),
  },
  {
    kind: 'secret',
    pattern:
      /(?<before>\b(?:x-[\w-]{0,30}(?:key|token|secret)|api-key|ocp-apim-subscription-key|set-cookie|cookie)\\{0,3}["']?\s{0,2}:\s{0,2}\\{0,3}["']?)(?<value>[^\s"'\\,]{8,2000})/gi,
    accepts: isNoReference,
  },
  {
    kind: 'secret',
    pattern:
      /(?<before>[?&;](?:token|key|api_?key|sig|signature|access_token|refresh_token|id_token|auth|password|secret|code|pwd|accountkey|sharedaccesskey|sharedaccesssignature)=)(?<value>[^\s"'`<>&;#]{8,2000})/gi,
    accepts: isNoReference,
  },
  // A name that says it is one, and a value in quotes, those of JSON within JSON among them.
  {
    kind: 'secret',
    pattern: new RegExp(
      String.raw`(?<before>(?:${secretWords})[\w-]{0,20}\\{0,3}["']?\s{0,4}(?:=>|:=|[=:])\s{0,4}\\{0,3}["'])(?<value>[^"'\s\\]{6,400})(?=\\{0,3}["'])`,
      'gi',
    ),
    accepts: isMixed,
  },
  // Variables of an environment.
  {
    kind: 'secret',
    pattern:
      /(?<before>(?<![\w$])[A-Z0-9_]{0,60}(?:KEY|SECRET|TOKEN|PASSWORD|PASSWD|PASS|PWD|CREDENTIALS?|PASSPHRASE)[A-Z0-9_]{0,20}=)(?<value>[^\s"'`;|&<>]{6,400})/g,
    accepts: isNoReference,
  },
  {
    kind: 'secret',
    pattern: new RegExp(
      String.raw`(?<before>(?<![\w-])--?[\w-]{0,30}(?:${secretWords}|pass)(?:=|\s{1,3})\\{0,3}["']?)(?<value>[^\s"'\\]{6,400})`,
      'gi',
    ),
    accepts: (text) => isNoReference(text) && !text.startsWith('-'),
  },
  // Settings and sentences, where the value itself looks like one.
  {
    kind: 'secret',
    pattern: new RegExp(
      String.raw`(?<before>(?<!\w)(?:[\w-]{1,30}[_-])?(?:${secretWords}|pin)(?:\s{0,3}[:=]|\s{1,2}is|\s{1,2}ist)\s{1,3})(?<value>[^\s"'${'`'},;<>()[\]{}]{6,200})(?=[\s,;!?]|$)`,
      'gi',
    ),
    accepts: isLikeSecret,
  },
  // Without a name or a prefix: long, and of letters and digits in no order that a person makes.
  {
    kind: 'secret',
    pattern: /(?<![\w+/=.-])[A-Za-z0-9+/_-]{32,400}={0,2}(?![\w+/=-])/g,
    accepts: isRandom,
  },
  {
    kind: 'email',
    pattern: /(?<![\w.+-])[\w.%+'-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])/g,
    accepts: isForeignMail,
  },
  {
    kind: 'iban',
    pattern: /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b/g,
    accepts: isIban,
  },
  {
    kind: 'card',
    pattern: new RegExp(String.raw`(?<![\w.-])\d(?:[ -]?\d){12,18}${end}`, 'g'),
    accepts: isPaymentCard,
  },
  {
    kind: 'person-number',
    pattern: new RegExp(
      String.raw`(?<![\w-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}${end}`,
      'g',
    ),
  },
  // Numbers of persons of Spain, Italy, France and the United Kingdom, by form and check digits.
  {
    kind: 'person-number',
    pattern: new RegExp(
      String.raw`(?<![\w.-])(?:[XYZ\d]\d{7}-?[A-Z]|[A-Z]{6}\d\d[A-Z]\d\d[A-Z]\d{3}[A-Z]|[12] ?\d\d ?[01]\d ?\d[\dAB] ?\d{3} ?\d{3} ?\d\d|[A-CEGHJ-PR-TW-Z]{2} ?\d\d ?\d\d ?\d\d ?[A-D])${end}`,
      'g',
    ),
    accepts: hasCheckDigits,
  },
  {
    kind: 'person-number',
    pattern:
      /(?<before>\b(?:passport|reisepass|passeport|pasaporte|personalausweis|ausweis|driver'?s? licen[cs]e|id[ -]card|national id|tax id|steuer-?id|social security)(?: ?(?:no|nr|number|nummer|#)\.?)?\\{0,3}["']?\s{0,2}[:=]?\s{0,2}\\{0,3}["']?)(?<value>[A-Z0-9][A-Z0-9 /-]{4,18}[A-Z0-9])\b/gi,
    accepts: (text) => (text.match(/\d/g)?.length ?? 0) >= 5,
  },
  {
    kind: 'birth-date',
    pattern:
      /(?<before>(?<!\w)(?:date of birth|birth[ _-]?da(?:te|y)|d\.?o\.?b\.?|born(?: on)?|geb(?:oren|urtsdatum|urtstag|\.)(?: am)?|n[ée]e? le|fecha de nacimiento|data di nascita)\\{0,3}["']?\s{0,2}[:=]?\s{0,2}\\{0,3}["']?)(?<value>\d{1,4}[./-]\d{1,2}[./-]\d{1,4})/gi,
  },
  {
    kind: 'phone',
    pattern: new RegExp(
      String.raw`(?<![\w+.-])\+[1-9]\d{0,2}[ ./-]?(?:\(\d{1,5}\)[ ./-]?)?\d(?:[ ./-]?\d){6,12}${end}`,
      'g',
    ),
  },
  {
    kind: 'phone',
    pattern: new RegExp(
      String.raw`(?<![\w+.-])(?:\(\d{3}\) ?|\d{3}[.-])\d{3}[ .-]\d{4}${end}`,
      'g',
    ),
  },
  // A national number is one only where a word says so.
  {
    kind: 'phone',
    pattern: new RegExp(
      String.raw`(?<before>\b(?:tel|phone|telephone|telefon|t[ée]l[ée]phone|tel[ée]fono|mobile|mobil|handy|cell|fax|whatsapp|(?:call|ring|reach|text) (?:me|us|him|her|them) (?:at|on|under))\.?(?: ?(?:no|nr|number|nummer)\.?)?\\{0,3}["']?\s{0,2}[:=]?\s{0,2}\\{0,3}["']?)(?<value>\(?\d(?:[ ()/.-]{0,3}\d){6,13})${end}`,
      'gi',
    ),
  },
  {
    kind: 'address',
    pattern: new RegExp(String.raw`(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}${end}`, 'g'),
    accepts: isPublicAddress,
  },
  {
    kind: 'address',
    pattern: /(?<![\w:.])[0-9a-fA-F:]{4,39}(?![\w:]|\.\d)/g,
    accepts: isPublicAddress6,
  },
]

/** Addresses that are made for examples (RFC 2606, 6761), and what we wrote ourselves. */
function isForeignMail(text: string): boolean {
  return !/@(?:[\w-]{1,63}\.){0,6}(?:example(?:\.(?:com|net|org))?|invalid|test|localhost)$/i.test(
    text,
  )
}

/** It does not only say where the value is to be found. */
function isNoReference(text: string): boolean {
  return !/^(?:\$|<|\{|%|\*{3}|x{4}|env[:.(]|file:|process\.|os\.|secrets?\.|vault:)/i.test(text)
}

/** A password of letters alone is told from a word by nothing; one with digits or signs is no word. */
function isMixed(text: string): boolean {
  return isNoReference(text) && /[\d\W_]/.test(text) && /[A-Za-z0-9]/.test(text)
}

/** Neither a word nor a piece of code: digits and letters, and no path of members. */
function isLikeSecret(text: string): boolean {
  if (!isMixed(text) || !/\d/.test(text) || !/[A-Za-z]/.test(text)) return false
  return !/^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+\.?$|^https?:|^\d+(?:ms|s|m|h|d|kb|mb|px|%)?\.?$/i.test(
    text,
  )
}

/** Names that people make have few digits, and those together; digests and ids have no capitals. */
function isRandom(text: string): boolean {
  if (/^sha(?:1|256|384|512)-/.test(text)) return false
  return text.split(/[/_-]/).some((run) => {
    if (run.length < 20) return false
    const groups = run.match(/\d+/g)?.length ?? 0
    const capitals = run.match(/[A-Z]+/g)?.length ?? 0
    return groups >= 3 && capitals >= 3 && (run.match(/[a-z]+/g)?.length ?? 0) >= 3
  })
}
